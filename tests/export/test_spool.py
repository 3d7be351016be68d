"""The spool: what waits on disk."""

from __future__ import annotations

import resource
from contextlib import ExitStack
from pathlib import Path

from indelible.export.deflate import Piece
from indelible.export.spool import Spool

PIECES = [Piece(bytes([number]) * 100, 1_000 + number, number) for number in range(10)]


def test_what_was_kept_comes_back(tmp_path: Path) -> None:
    """Pieces come back as they were, in order; what was not kept does not."""
    with ExitStack() as stack:
        spool = Spool(stack, tmp_path)
        for piece in PIECES[:4]:
            spool.add(piece)
        spool.keep()
        spool.add(PIECES[4])
        assert list(spool.pieces()) == PIECES[:4]
        assert not spool.full


def test_no_trace(tmp_path: Path) -> None:
    """Nobody finds a file, neither before nor after."""
    with ExitStack() as stack:
        Spool(stack, tmp_path).add(PIECES[0])
        assert list(tmp_path.iterdir()) == []
    assert list(tmp_path.iterdir()) == []


def test_bounded(tmp_path: Path) -> None:
    """It takes so much and no more: once it is full, it stays so."""
    with ExitStack() as stack:
        spool = Spool(stack, tmp_path, most=250)
        for piece in PIECES[:2]:
            spool.add(piece)
        spool.keep()
        spool.add(PIECES[2])
        spool.add(Piece(b"", 0, 0))
        assert spool.full
        assert list(spool.pieces()) == PIECES[:2]


def test_no_folder(tmp_path: Path) -> None:
    """Where no file can be made, it is full."""
    with ExitStack() as stack:
        spool = Spool(stack, tmp_path / "absent")
        assert spool.full
        spool.add(PIECES[0])
        spool.keep()
        assert list(spool.pieces()) == []


def test_full_disk(tmp_path: Path) -> None:
    """A disk that is full is a spool that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with ExitStack() as stack:
        spool = Spool(stack, tmp_path)
        spool.add(PIECES[0])
        spool.keep()
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, hard))
        try:
            spool.add(Piece(bytes(100_000), 1, 1))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert spool.full
        assert list(spool.pieces()) == PIECES[:1]

"""The files of an export, whatever room there is for the one that waits."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from indelible.export.activity_table import HEADING_LINE
from indelible.export.deflate import END, Deflater, Piece
from indelible.export.spool import Spool
from indelible.ledger.export_files import ExportFiles
from indelible.ledger.export_parts import Part, Wanted
from indelible.ledger.places import Places

ROWS = 12
LOG = 3


class Rows:
    """A snapshot of a few rows; every third part can be followed, as it is with rows that are wide.

    Attributes:
        read: how many rows were rendered, by file.
    """

    def __init__(self) -> None:
        self.total = ROWS
        self.stretches = {LOG: range(ROWS)}
        self.read = dict.fromkeys(Wanted, 0)

    def parts(self, wanted: Collection[Wanted], behind: str = "") -> Iterator[Part]:
        """Yield a part for each row, newest first."""
        for seq in reversed(range(int(behind or ROWS))):
            pieces = {}
            for each in wanted:
                self.read[each] += 1
                deflater = Deflater()
                deflater.write(text(each, seq))
                pieces[each] = deflater.take()
            noted = [(LOG, seq.to_bytes(8, "little"), bytes(4))]
            yield Part(pieces, noted, str(seq) if seq % 3 == 0 else None, seconds=seq / 10)


def text(wanted: Wanted, seq: int) -> bytes:
    """Return a line."""
    return f"{wanted} {seq}\r\n".encode()


def inflated(pieces: Iterable[Piece]) -> bytes:
    """Return the text of *pieces*."""
    return zlib.decompress(b"".join(piece.data for piece in pieces) + END, -15)


@pytest.mark.parametrize("room", [0, 30, 100, 200, 300, 10_000])
def test_each_row_once(tmp_path: Path, room: int) -> None:
    """Both files have every row once and in order, wherever the spool was full."""
    rows, places = Rows(), Places()
    with ExitStack() as stack:
        files = ExportFiles(rows, Spool(stack, tmp_path, most=room))
        entries = inflated(files.entries(places))
        table = inflated(files.table())
    descending = list(reversed(range(ROWS)))
    assert entries == b"".join(text(Wanted.ENTRIES, seq) for seq in descending)
    assert table == HEADING_LINE + b"".join(text(Wanted.TABLE, seq) for seq in descending)
    assert list(places.of(LOG)) == descending
    assert len(places.hints[LOG]) == 4 * ROWS
    assert rows.read[Wanted.ENTRIES] == ROWS


@pytest.mark.parametrize("held_up", [True, False])
def test_rests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held_up: bool) -> None:
    """While others record it rests after every part, by what making it took, and only then."""
    rested: list[float] = []
    monkeypatch.setattr("indelible.ledger.export_files.time.sleep", rested.append)
    with ExitStack() as stack:
        files = ExportFiles(Rows(), Spool(stack, tmp_path), lambda: held_up)
        list(files.entries(Places()))
    assert rested == (
        [min(6 * (seq / 10), 1.0) for seq in reversed(range(ROWS))] if held_up else []
    )


def test_read_once(tmp_path: Path) -> None:
    """Where there is room, the rows are read once."""
    rows = Rows()
    with ExitStack() as stack:
        files = ExportFiles(rows, Spool(stack, tmp_path))
        list(files.entries(Places()))
        before = dict(rows.read)
        list(files.table())
    assert rows.read == before

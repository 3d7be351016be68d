"""Pieces of a file whose turn comes later, on disk meanwhile: so much, and no more."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, cast

from indelible.export.deflate import Piece

MOST = 512 * 1024 * 1024


class Spool:
    """Takes pieces until it is full, in a file without a name: however we end, it is gone.

    Attributes:
        full: nothing more is taken. That is so from the start where no file can be made.
    """

    def __init__(self, stack: ExitStack, folder: Path | None = None, *, most: int = MOST) -> None:
        """Take what closes it, its folder (None: the system's for such files) and its size."""
        self.full = False
        self._room = most
        self._sizes: list[tuple[int, int, int]] = []
        self._kept = 0
        try:
            file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  # the stack closes it
            self._file = cast("BinaryIO", stack.enter_context(file))
        except OSError:
            self.full = True

    def add(self, piece: Piece) -> None:
        """Take *piece*, if there is room; once there was none, nothing more is taken."""
        self._room -= len(piece.data)
        self.full = self.full or self._room < 0
        if self.full:
            return
        try:
            self._file.write(piece.data)
        except OSError:  # the disk is
            self.full = True
        else:
            self._sizes.append((len(piece.data), piece.size, piece.crc))

    def keep(self) -> None:
        """Keep what was added up to now; what comes after may be lost."""
        self._kept = len(self._sizes)

    def pieces(self) -> Iterator[Piece]:
        """Yield what was kept, in order."""
        if self._kept:
            self._file.seek(0)
        for length, size, crc in self._sizes[: self._kept]:
            yield Piece(self._file.read(length), size, crc)

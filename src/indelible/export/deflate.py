"""Deflate in pieces that stand side by side: made anywhere, in any order, joined without a look.

A piece starts with an empty window and ends in an empty block at a byte boundary (RFC 1951 section
3.2.4, what a "sync flush" writes), and none of its blocks says that it is the last one. So a row of
pieces and :data:`END` is one stream, of the pieces' texts one behind the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from isal import isal_zlib

END = b"\x03\x00"
"""An empty block that says that it is the last one."""

_LEVEL = 1
_WINDOW = -15  # raw, as ZIP wants it
_ENOUGH = 1 << 20


class Piece(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A piece of a deflated stream.

    Attributes:
        data: deflated.
        size: of the text.
        crc: of the text, as ZIP counts it.
    """

    data: bytes
    size: int
    crc: int


class Deflater:
    """Makes pieces of what is written to it.

    Attributes:
        size: how much text the piece at hand holds.
    """

    def __init__(self) -> None:
        """Begin a piece."""
        self.size, self._crc = 0, 0
        self._parts: list[bytes] = []
        self._deflate = _deflate()

    def write(self, text: bytes) -> None:
        """Add *text* to the piece."""
        self._parts.append(self._deflate.compress(text))
        self._crc = isal_zlib.crc32(text, self._crc)
        self.size += len(text)

    def take(self) -> Piece:
        """Return the piece, and begin the next one."""
        self._parts.append(self._deflate.flush(isal_zlib.Z_SYNC_FLUSH))
        piece = Piece(b"".join(self._parts), self.size, self._crc)
        self.size, self._crc = 0, 0
        self._parts.clear()
        self._deflate = _deflate()
        return piece


def _deflate() -> Any:
    return isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, _WINDOW)


def deflated(texts: Iterable[bytes]) -> Iterator[Piece]:
    """Yield *texts* in pieces; nothing is asked for before its turn."""
    deflater = Deflater()
    for text in texts:
        deflater.write(text)
        if deflater.size >= _ENOUGH:
            yield deflater.take()
    if deflater.size:
        yield deflater.take()


def joined_crc(crc: int, piece: Piece) -> int:
    """Return the checksum of two texts: of the one with the checksum *crc*, and of *piece*."""
    joined: int = isal_zlib.crc32_combine(crc, piece.crc, piece.size)
    return joined

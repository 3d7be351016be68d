"""ZIP (APPNOTE 6.3), written forwards: sizes stand behind each file, in 64 bits however small.

Written here, because no library takes files that are deflated already, piece by piece, with sizes
that nobody knows before the end.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from indelible.export.deflate import END, Piece, joined_crc

_VERSION = 45  # ZIP64
_MADE_BY_UNIX = 3 << 8
_FLAGS = 0x0808  # sizes behind the file; the name is UTF-8
_DEFLATED = 8
_IN_EXTRA = 0xFFFFFFFF
_MODE = 0o100600 << 16  # a file that is its owner's

_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_BEHIND = struct.Struct("<4sIQQ")
_ENTRY = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END_64 = struct.Struct("<4sQHHIIQQQQ")
_WHERE = struct.Struct("<4sIQI")
_END = struct.Struct("<4sHHHHIIH")
_SIZES = struct.Struct("<HHQQ")
_SIZES_AND_PLACE = struct.Struct("<HHQQQ")
_TIME = struct.Struct("<HHBi")


@dataclass(frozen=True, slots=True)
class Member:
    """A file in the archive; *content* is not asked for anything before its turn."""

    name: str
    content: Iterator[Piece]


def container(members: Iterable[Member], now: datetime) -> Iterator[bytes]:
    """Yield the bytes of an archive of *members*, all of them last changed *now*."""
    offset = 0
    directory: list[bytes] = []
    for member in members:
        file = _File(member.name, now, offset)
        yield file.head
        crc = size = 0
        written = len(END)
        for piece in member.content:
            crc, size = joined_crc(crc, piece), size + piece.size
            written += len(piece.data)
            yield piece.data
        yield END + _BEHIND.pack(b"PK\x07\x08", crc, written, size)
        directory.append(file.entry(crc, written, size))
        offset += len(file.head) + written + _BEHIND.size
    yield b"".join(directory) + _ending(len(directory), sum(map(len, directory)), offset)


class _File:
    """What an archive says of a file, in front of it and in its directory."""

    def __init__(self, name: str, now: datetime, offset: int) -> None:
        self._name = name.encode()
        self._offset = offset
        self._said = _FLAGS, _DEFLATED, *_dos(now)
        self._time = _TIME.pack(0x5455, 5, 1, int(now.timestamp()))
        extra = _SIZES.pack(0x0001, 16, 0, 0) + self._time
        lengths = len(self._name), len(extra)
        said = (_VERSION, *self._said, 0, _IN_EXTRA, _IN_EXTRA, *lengths)
        self.head = _LOCAL.pack(b"PK\x03\x04", *said) + self._name + extra

    def entry(self, crc: int, written: int, size: int) -> bytes:
        """Return its entry in the directory."""
        extra = _SIZES_AND_PLACE.pack(0x0001, 24, size, written, self._offset) + self._time
        versions = _MADE_BY_UNIX | _VERSION, _VERSION
        lengths = len(self._name), len(extra)
        said = (*versions, *self._said, crc, _IN_EXTRA, _IN_EXTRA, *lengths)
        head = _ENTRY.pack(b"PK\x01\x02", *said, 0, 0, 0, _MODE, _IN_EXTRA)
        return head + self._name + extra


def _ending(count: int, size: int, offset: int) -> bytes:
    """Return what stands behind the directory."""
    versions = _MADE_BY_UNIX | _VERSION, _VERSION
    return (
        _END_64.pack(b"PK\x06\x06", _END_64.size - 12, *versions, 0, 0, count, count, size, offset)
        + _WHERE.pack(b"PK\x06\x07", 0, offset + size, 1)
        + _END.pack(b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, _IN_EXTRA, _IN_EXTRA, 0)
    )


def _dos(now: datetime) -> tuple[int, int]:
    """Return time and date as DOS counted them, in UTC: seconds by two, years from 1980."""
    at = now.astimezone(UTC)
    return (
        at.hour << 11 | at.minute << 5 | at.second // 2,
        (at.year - 1980) << 9 | at.month << 5 | at.day,
    )

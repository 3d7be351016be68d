"""The ZIP around an archive: opened with suspicion, never unpacked to disk.

Programs differ in what they take for the contents of a strange ZIP file. So nothing strange is
taken: known names, each once, stored or deflated, no encryption.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from indelible.core.evidence_file import ENTRIES, EVIDENCE, LEFT_OUT
from indelible.errors import MalformedProof
from indelible.verify.stream import Stream

_MOST_AT_ONCE = 1 << 20
_TABLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.csv", re.ASCII)
_KNOWN = {ENTRIES, EVIDENCE, LEFT_OUT}
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED = 0x1
_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,  # it says that something stands before its beginning
    OverflowError,
    RuntimeError,
    UnicodeDecodeError,
    ValueError,
)


class _Careful:
    """A file of which nobody reads a lot at once: a directory of a million names is no archive."""

    def __init__(self, file: BinaryIO) -> None:
        self.seek = file.seek
        self.tell = file.tell
        self.seekable = file.seekable
        self._file = file

    def read(self, count: int = -1) -> bytes:
        data = self._file.read(min(count, _MOST_AT_ONCE + 1) if count >= 0 else _MOST_AT_ONCE + 1)
        if len(data) > _MOST_AT_ONCE:
            raise zipfile.BadZipFile("its directory is larger than that of any archive")
        return data


class Container:
    """The members of an archive.

    Attributes:
        table: name of the table.
    """

    def __init__(self, opened: zipfile.ZipFile) -> None:
        """Look at the directory.

        Raises:
            MalformedProof: there is more or less in it than in an archive of ours.
        """
        self._opened = opened
        self._members: dict[str, zipfile.ZipInfo] = {}
        tables: list[str] = []
        for info in opened.infolist():
            name = info.filename
            if name in self._members:
                raise MalformedProof(f"{name!r} is in the archive twice")
            if _TABLE.fullmatch(name):
                tables.append(name)
            elif name not in _KNOWN:
                raise MalformedProof(f"{name[:100]!r} does not belong into an archive")
            if info.flag_bits & _ENCRYPTED or info.compress_type not in _METHODS:
                raise MalformedProof(f"{name} is encrypted, or packed in an unusual way")
            self._members[name] = info
        if len(tables) != 1:
            raise MalformedProof("the archive has no table, or more than one")
        (self.table,) = tables
        if self.table.startswith("sessions-") and not {ENTRIES, EVIDENCE} & self._members.keys():
            raise MalformedProof(
                "this is an export of sessions, which carries no evidence: what was done about "
                "them is in an export of the activity, and can be verified there"
            )
        for name in (ENTRIES, EVIDENCE):
            if name not in self._members:
                raise MalformedProof(f"{name} is missing: without it, nothing is proved")

    def __contains__(self, name: str) -> bool:
        """Tell whether there is a member of this name."""
        return name in self._members

    @contextmanager
    def open(self, name: str) -> Iterator[Stream]:
        """Open a member.

        Raises:
            MalformedProof: it can't be read, here or while it is.
        """
        try:
            file = self._opened.open(self._members[name])
        except _FAULTS as error:
            raise MalformedProof(f"{name} can't be unpacked: {error}") from error

        def read(count: int) -> bytes:
            try:
                return file.read(count)
            except _FAULTS as error:
                raise MalformedProof(f"{name} can't be unpacked: {error}") from error

        with file:
            yield Stream(read)

    def read(self, name: str, most: int) -> bytes:
        """Return all of a member.

        Raises:
            MalformedProof: it can't be read, or is larger than *most*.
        """
        with self.open(name) as stream:
            data = stream.rest(most + 1)
        if len(data) > most:
            raise MalformedProof(f"{name} is larger than {most:,} bytes")
        return data


@contextmanager
def open_container(path: Path) -> Iterator[Container]:
    """Open the archive at *path*.

    Raises:
        MalformedProof: it is no ZIP file as we write them.
        OSError: it can't be read.
    """
    with path.open("rb") as file:
        try:
            opened = zipfile.ZipFile(cast("BinaryIO", _Careful(file)))
        except _FAULTS as error:
            raise MalformedProof(f"not a whole ZIP file: {error}") from error
        with opened:
            yield Container(opened)

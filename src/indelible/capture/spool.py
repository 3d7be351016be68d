"""A queue on disk: what is in it when :meth:`Spool.append` returns survives a crash.

A directory of segment files, each a run of frames: 4 bytes length, 4 bytes CRC-32, both big-endian,
then that many bytes. A crash while a frame is written leaves a torn one at the end of its segment;
nobody was told that it is kept, so it is dropped. A segment belongs to the process that holds the
lock on it; one that nobody holds was left by a process that died, and may be taken by any other.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from indelible.errors import Misconfigured, TooLarge, Unavailable

_SUFFIX = ".spool"
_HEADER = 8


class Spool:
    """Segments in one directory, mode 700, files mode 600. Safe between threads and processes.

    Args:
        directory: made if absent. Several processes can share it.
        max_bytes: what all its segments may take together.
        segment_bytes: a segment over this size is closed and the next begun.

    Raises:
        Misconfigured: the directory can't be made or written.
    """

    def __init__(
        self, directory: Path, *, max_bytes: int = 256 << 20, segment_bytes: int = 4 << 20
    ) -> None:
        self._directory = directory
        self._max_bytes = max_bytes
        self._segment_bytes = segment_bytes
        self._lock = threading.Lock()
        self._open: tuple[Path, int] | None = None
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise Misconfigured(
                f"The spool directory {directory} can't be made: {error}"
            ) from error

    def append(self, records: Sequence[bytes]) -> None:
        """Keep *records*, all or none, in order. On return they are on disk (fsync).

        Raises:
            TooLarge: the spool is full; nothing of *records* is kept.
            Unavailable: the disk refuses; nothing is promised.
        """
        frames = b"".join(_frame(record) for record in records)
        with self._lock:
            if self.size() + len(frames) > self._max_bytes:
                raise TooLarge(
                    f"The spool in {self._directory} holds its {self._max_bytes:,} bytes. Bring "
                    "the recorder back so that it drains, or give it more room."
                )
            try:
                self._write(frames)
            except OSError as error:
                self._leave()
                raise Unavailable(f"The spool in {self._directory} can't be written.") from error

    def size(self) -> int:
        """Return how many bytes the segments take."""
        return sum(path.stat().st_size for path in self._paths())

    def take(self) -> Segment | None:
        """Return the oldest segment that no other process writes to, locked; None if there is none.

        A segment that this process was writing is closed: later records go to a new one.
        """
        with self._lock:
            for path in self._paths():
                if self._open and self._open[0] == path:
                    self._leave()
                segment = _locked(path)
                if segment:
                    return segment
        return None

    def close(self) -> None:
        """Give the segment up; what is in it is drained by whoever comes next."""
        with self._lock:
            self._leave()

    def _paths(self) -> list[Path]:
        return sorted(self._directory.glob(f"*{_SUFFIX}"))

    def _write(self, frames: bytes) -> None:
        _, file = self._open or self._begin()
        before = os.fstat(file).st_size
        try:
            written = 0
            while written < len(frames):
                written += os.write(file, frames[written:])
            os.fsync(file)
        except OSError:
            # All or none: a half-written frame would hide every later one behind it.
            os.ftruncate(file, before)
            raise
        if before + len(frames) >= self._segment_bytes:
            self._leave()

    def _begin(self) -> tuple[Path, int]:
        name = f"{time.time_ns():020}-{os.getpid()}-{os.urandom(4).hex()}{_SUFFIX}"
        path = self._directory / name
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self._open = (path, file)
        # The file's name must survive a crash as surely as its bytes.
        directory = os.open(self._directory, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
        return self._open

    def _leave(self) -> None:
        if self._open:
            os.close(self._open[1])
            self._open = None


class Segment:
    """One file of a spool, locked by us until it is closed or removed."""

    def __init__(self, path: Path, file: int) -> None:
        self._path = path
        self._file = file

    def records(self) -> Iterator[bytes]:
        """Yield the whole records in order; a torn end is left out."""
        yield from frames_in(self._path.read_bytes())

    def is_whole(self) -> bool:
        """Return whether nothing but whole records is in it, a torn last one aside."""
        data = self._path.read_bytes()
        read = sum(_HEADER + len(record) for record in frames_in(data))
        return _is_torn(data[read:])

    def remove(self) -> None:
        """Delete it: all of it has arrived."""
        self._path.unlink(missing_ok=True)
        self.close()

    def set_aside(self) -> Path:
        """Keep it out of the queue for a person to look at, and return where it is."""
        aside = self._path.with_suffix(".damaged")
        self._path.rename(aside)
        self.close()
        return aside

    def close(self) -> None:
        """Unlock it; it stays in the queue."""
        os.close(self._file)


def frames_in(data: bytes) -> Iterator[bytes]:
    """Yield the records framed in *data*, up to the first that is torn or damaged."""
    at = 0
    while at + _HEADER <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        record = data[at + _HEADER : at + _HEADER + length]
        check = int.from_bytes(data[at + 4 : at + _HEADER], "big")
        if len(record) < length or zlib.crc32(record) != check or not length:
            return
        yield record
        at += _HEADER + length


def _frame(record: bytes) -> bytes:
    return len(record).to_bytes(4, "big") + zlib.crc32(record).to_bytes(4, "big") + record


def _is_torn(rest: bytes) -> bool:
    """Tell the torn last frame of a crash from damage in the middle of a file."""
    if len(rest) < _HEADER or not rest.strip(b"\0"):
        return True
    return len(rest) < _HEADER + int.from_bytes(rest[:4], "big")


def _locked(path: Path) -> Segment | None:
    try:
        file = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return None  # another process has just drained it
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return None
    if not path.exists():  # drained between our opening and our locking it
        os.close(file)
        return None
    return Segment(path, file)

"""Files of an archive, read in pieces: memory stays the same whatever a file turns out to be."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from indelible.errors import MalformedProof

_CHUNK = 256 * 1024

Read = Callable[[int], bytes]
"""Returns up to so many bytes, none at the end."""


class Stream:
    """A file that is read forwards, with a look at what comes next."""

    __slots__ = ("_at", "_buffer", "_ended", "_read")

    def __init__(self, read: Read) -> None:
        """Take what reads it."""
        self._read = read
        self._buffer = b""
        self._at = 0
        self._ended = False

    def take_if(self, expected: bytes) -> bool:
        """Take *expected* if the file goes on with it; tell whether it did."""
        self._fill(len(expected))
        if not self._buffer.startswith(expected, self._at):
            return False
        self._at += len(expected)
        return True

    def line(self, most: int) -> bytes | None:
        r"""Take a line that ends in ``\n``, without that; None at the end of the file.

        Raises:
            MalformedProof: it is longer than *most*, or the file ends within it.
        """
        end = self.find(b"\n", 0, most)
        if end < 0:
            if self.rest(1):
                raise MalformedProof("the file is cut off within a line")
            return None
        line = self._buffer[self._at : self._at + end]
        self._at += end + 1
        return line

    def find(self, mark: bytes, start: int, most: int) -> int:
        """Return the distance of *mark* behind *start*, -1 where there is none until the end.

        Raises:
            MalformedProof: it is not among the next *most* bytes.
        """
        while True:
            found = self._buffer.find(mark, self._at + start)
            if 0 <= found - self._at <= most:
                return found - self._at
            held = len(self._buffer) - self._at
            if held > most:
                raise MalformedProof(f"a line or row is longer than {most:,} bytes")
            if self._ended:
                return -1
            start = max(start, held - len(mark) + 1)
            # Twice as much each time: what is long is then copied twice, not a thousand times.
            self._fill(min(2 * held, most) + _CHUNK)

    def count(self, mark: bytes, start: int, end: int) -> int:
        """Return how often *mark* stands between two distances that were found to be there."""
        return self._buffer.count(mark, self._at + start, self._at + end)

    def take(self, count: int) -> bytes:
        """Take *count* bytes that were found to be there."""
        piece = self._buffer[self._at : self._at + count]
        self._at += count
        return piece

    def rest(self, most: int) -> bytes:
        """Return up to *most* bytes of what is left, and leave them."""
        self._fill(most)
        return self._buffer[self._at : self._at + most]

    def _fill(self, count: int) -> None:
        """Have *count* bytes at hand, fewer only at the end of the file."""
        held = len(self._buffer) - self._at
        if held >= count or self._ended:
            return
        pieces = [self._buffer[self._at :]]
        while held < count and not self._ended:
            piece = self._read(_CHUNK)
            self._ended = not piece
            pieces.append(piece)
            held += len(piece)
        self._buffer = b"".join(pieces)
        self._at = 0


def lines(stream: Stream, most: int) -> Iterator[bytes]:
    """Yield the lines of a file; see :meth:`Stream.line`."""
    while (line := stream.line(most)) is not None:
        yield line

"""How much may wait to be committed: bounded in all, for each reporter, and for all reporters."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from indelible.errors import Crowding, Overloaded


class Taken(NamedTuple):
    """What one request takes of the room.

    Attributes:
        source: the reporter; empty for the platform's own actions.
        size: bytes.
    """

    source: str
    entries: int
    size: int


class Room:
    """The room for entries that wait.

    One reporter gets half of it, all reporters together seven eighths: under a flood of reports a
    session can still be revoked, and that it was is still recorded.
    """

    def __init__(self, *, entries: int, size: int) -> None:
        """Take how many entries, and how many bytes of them, may wait."""
        self._entries = entries
        self._size = size
        self._total = 0
        self._waiting: Counter[str] = Counter()  # entries, by who reports them
        self._bytes = 0

    @property
    def entries(self) -> int:
        """How many entries wait."""
        return self._total

    def check(self, source: str, *, entries: int, size: int = 0) -> None:
        """Return if there is room for *entries* of *source*, *size* bytes of them.

        Raises:
            Crowding: this reporter has its share already.
            Overloaded: there is no room for anybody.
        """
        waiting = self._total
        limit = self._entries if not source else self._entries * 7 // 8
        # Where nothing waits, whatever one request may carry is taken.
        if waiting and (waiting + entries > limit or self._bytes + size > self._size):
            raise Overloaded("The recorder takes no more entries right now. Try again.")
        if source and self._waiting[source] + entries > max(entries, self._entries // 2):
            raise Crowding("You report faster than can be recorded. Wait for the receipts.")

    def take(self, taken: Taken) -> None:
        """Take room.

        Raises:
            Crowding: this reporter has its share already.
            Overloaded: there is no room for anybody.
        """
        self.check(taken.source, entries=taken.entries, size=taken.size)
        self._total += taken.entries
        self._waiting[taken.source] += taken.entries
        self._bytes += taken.size

    def leave(self, taken: Taken) -> None:
        """Make room: its turn has come."""
        self._total -= taken.entries
        self._waiting[taken.source] -= taken.entries
        if not self._waiting[taken.source]:
            del self._waiting[taken.source]
        self._bytes -= taken.size

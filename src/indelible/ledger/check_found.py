"""What a check finds in a window of a log's rows: leaf hashes, faults, and what is gone."""

from __future__ import annotations

import msgspec

from indelible.core.merkle import Hash
from indelible.ledger.check_leaves import split
from indelible.ledger.erase import Erased

WINDOW = 4_096
"""Entries that are looked at together: whole tiles."""


class Fault(msgspec.Struct, gc=False):
    """A fault of a mention, and the entries that it touches."""

    kind: int
    row: int
    what: str
    first: int
    last: int
    count: int = 0


class Window(msgspec.Struct, gc=False):
    """What was found among the entries of *start* to *stop*.

    Attributes:
        levels: hashes of the tree over its entries, level by level, one after another: leaf hashes
            first, zeros for a missing entry; nothing above them where an entry is missing.
        missing: places in the window at which there is no entry.
        rows: how many entries stand there.
        findings: what does not hold, with its seq.
        first_time: of the first entry that could be read, microseconds since 1970; *last_time* of
            the last one. None where none could be.
        gone: erased mentions that entries refer to, by kind.
        details_gone: how many details are gone.
        last_gone: seq of the last entry of which anything was erased, -1 for none.
        said_erased: what entries about erasures say was erased; *last_erasure* is the last of them.
        purged: how many entries are purged; *last_purged* is the last of them.
        said_purged: how many entries an entry about a purge says are purged.
    """

    start: int
    stop: int
    levels: list[bytes] = []
    missing: list[int] = []
    rows: int = 0
    findings: list[tuple[str, int]] = []
    faults: list[Fault] = []
    first_time: int | None = None
    last_time: int | None = None
    gone: tuple[set[int], ...] = ()
    details_gone: int = 0
    last_gone: int = -1
    said_erased: Erased = Erased()
    last_erasure: int = -1
    purged: int = 0
    last_purged: int = -1
    said_purged: int = 0

    def hashes(self) -> list[Hash | None]:
        """Return the leaf hashes, None for a missing entry."""
        found: list[Hash | None] = [*split(self.levels[0])]
        for place in self.missing:
            found[place] = None
        return found

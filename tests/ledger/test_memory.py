"""What a process remembers of a log: what is used stays, the rest is forgotten in time."""

from __future__ import annotations

from indelible.core.merkle import CompactRange
from indelible.ledger.batch import Memory
from indelible.ledger.mentions import ResourceSaid
from indelible.ledger.ports import Head, LogNumber, Mentioned


def test_what_is_used_is_remembered() -> None:
    """A mention outlives one ageing; used since, it outlives the next, and unused it is gone."""
    memory = Memory(Head(LogNumber(1), "origin", 0, CompactRange(0, ()), 0, 0))
    used, unused = ResourceSaid("edge", "e1", None), ResourceSaid("edge", "e2", None)
    memory.mentions |= {used: Mentioned(1, b"u"), unused: Mentioned(2, b"n")}
    memory.age()
    found = memory.recall(used)
    assert found == Mentioned(1, b"u")
    memory.mentions[used] = found  # as a commit that uses it does
    memory.age()
    assert (memory.recall(used), memory.recall(unused)) == (found, None)

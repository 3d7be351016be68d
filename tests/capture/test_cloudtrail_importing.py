"""Importing: batches side by side, every event accounted for, a wrong one harms no other."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.capture.importing import Importer, SeqSet, Tally
from indelible.core.activity import Action, Activity, Actor, EntryId, Receipt, Resource
from indelible.errors import Conflict, Invalid, Unavailable
from indelible.ledger.ports import Effect


class FakeLog:
    """A recorder that keeps keys in memory."""

    def __init__(self, size: int = 0) -> None:
        self.size = size
        self.seqs: dict[str, int] = {}
        self.busy = self.most_busy = 0
        self.down_after: int | None = None

    async def record(
        self, activities: Sequence[Activity], *, source: str = "", effect: Effect | None = None
    ) -> Sequence[Receipt]:
        self.busy += 1
        self.most_busy = max(self.busy, self.most_busy)
        await asyncio.sleep(0)
        self.busy -= 1
        if self.down_after is not None and self.size >= self.down_after:
            raise Unavailable("gone")
        for item, activity in enumerate(activities):
            if activity.resource.id == "wrong":
                raise Invalid("no such thing", item=item, field="resource.id")
            if activity.resource.id == "changed":
                raise Conflict("another body", item=item, field="key")
        receipts = []
        for activity in activities:
            key = activity.key or ""
            if key not in self.seqs:
                self.seqs[key] = self.size
                self.size += 1
            receipts.append(
                Receipt(
                    log="log",
                    seq=self.seqs[key],
                    id=EntryId(key),
                    time="",
                    leaf_hash="",
                    checkpoint="",
                )
            )
        return receipts


def an_activity(key: str, resource: str = "r") -> Activity:
    return Activity(
        key=key, actor=Actor(id="a"), action=Action.CREATE, resource=Resource(type="t", id=resource)
    )


async def run(log: FakeLog, activities: Sequence[Activity], batch: int = 3) -> Tally:
    """Import into *log* and return what became of everything."""
    tally = Tally()
    importer = Importer(log, tally, source="test", size=log.size, batch=batch)
    for number, activity in enumerate(activities):
        await importer.add(f"line {number}", activity)
    await importer.finish()
    return tally


async def test_a_second_run_adds_nothing() -> None:
    """What was recorded, by this run or before it, is told from what is new."""
    log = FakeLog(size=10)
    first = await run(log, [an_activity(str(number % 40)) for number in range(50)])
    assert (first.recorded, first.repeated) == (40, 10)
    second = await run(log, [an_activity(str(number)) for number in range(45)])
    assert (second.recorded, second.repeated) == (5, 40)
    assert log.size == 10 + 45
    assert 1 < log.most_busy <= 6


async def test_a_wrong_event_is_refused_alone() -> None:
    """The others of its batch are recorded; it is named with its place and field."""
    log = FakeLog()
    tally = await run(
        log,
        [
            an_activity(str(number), {4: "wrong", 7: "changed"}.get(number, "r"))
            for number in range(12)
        ],
        batch=6,
    )
    assert (tally.recorded, tally.changed, tally.refused) == (10, 1, 1)
    assert tally.refusals == [("line 4", "resource.id: no such thing")]


async def test_a_log_that_goes_away_ends_the_import() -> None:
    """What was counted as recorded stands; the rest is not claimed."""
    log = FakeLog()
    log.down_after = 9
    tally = Tally()
    importer = Importer(log, tally, source="test", size=0, batch=3)

    async def feed() -> None:
        for number in range(100):
            await importer.add("", an_activity(str(number)))

    with pytest.raises(Unavailable):
        await feed()
    assert tally.recorded <= log.size < 100


async def test_an_interrupt_leaves_counted_what_is_on_its_way() -> None:
    """A cancelled import waits for its batches: the count and the log agree."""
    log = FakeLog()
    tally = Tally()
    importer = Importer(log, tally, source="test", size=0, batch=3)

    async def feed() -> None:
        try:
            for number in range(1_000_000):
                await importer.add("", an_activity(str(number)))
        except asyncio.CancelledError:
            await importer.settle()

    task = asyncio.create_task(feed())
    for _ in range(20):
        await asyncio.sleep(0)
    task.cancel()
    await task
    assert 0 < tally.recorded == log.size


@given(st.lists(st.integers(0, 60)))
def test_seqs_are_new_once(seqs: list[int]) -> None:
    """A set of runs answers as a set does."""
    runs, plain = SeqSet(), set[int]()
    for seq in seqs:
        assert runs.add(seq) == (seq not in plain)
        plain.add(seq)

"""Importing: events of another system recorded in batches, and an account of what became of each.

Repeatable: an event is recorded under its own id, so that a second run, or a run that goes on where
another was interrupted, adds nothing twice.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from indelible.core.activity import Activity, Receipt
from indelible.errors import Conflict, Invalid
from indelible.ledger.ports import Recorder

MAX_REFUSALS = 1_000
_IN_FLIGHT = 4


class Refusal(NamedTuple):
    """An event that can't be recorded, where it stood and why."""

    place: str
    why: str


@dataclass(slots=True, kw_only=True)
class Tally:
    """What became of the events that were read.

    Attributes:
        recorded: new in the log.
        repeated: recorded before, by this run or another one.
        changed: recorded before, and then it said something else; the first one stands.
        reads: left out, for they only read.
        unmapped: none of the eight actions, counted by name.
        refused: how many could not be recorded.
        refusals: the first 1,000 of them.
    """

    read: int = 0
    recorded: int = 0
    repeated: int = 0
    changed: int = 0
    reads: int = 0
    unmapped: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    refusals: list[Refusal] = field(default_factory=list)

    def refuse(self, place: str, why: str) -> None:
        """Count an event that can't be recorded."""
        self.refused += 1
        if len(self.refusals) < MAX_REFUSALS:
            self.refusals.append(Refusal(place, why))


class _Item(NamedTuple):
    place: str
    activity: Activity


class Importer:
    """Records activities of one tenant's log, several batches at a time."""

    def __init__(
        self, recorder: Recorder, tally: Tally, *, source: str, size: int, batch: int = 500
    ) -> None:
        """Take where to record and to count.

        Args:
            recorder: what takes the activities.
            tally: counts what becomes of them.
            source: who reports.
            size: entries that the log has already.
            batch: how many activities are recorded together.
        """
        self._recorder = recorder
        self._tally = tally
        self._source = source
        self._size = size
        self._batch = batch
        self._waiting: list[_Item] = []
        self._in_flight: deque[asyncio.Task[None]] = deque()
        self._seen = SeqSet()

    async def add(self, place: str, activity: Activity) -> None:
        """Take an activity; returns once not too many are on their way.

        Raises:
            Unavailable: the log can't be reached; what is counted as recorded stands in it.
        """
        self._waiting.append(_Item(place, activity))
        if len(self._waiting) < self._batch:
            return
        self._send()
        while len(self._in_flight) > _IN_FLIGHT:
            await self._settle_first()

    async def finish(self) -> None:
        """Record what is left and wait for all of it."""
        self._send()
        await self.settle()

    async def settle(self) -> None:
        """Wait for what is on its way; what waits for its batch to be full stays behind."""
        while self._in_flight:
            await self._settle_first()

    def _send(self) -> None:
        items, self._waiting = self._waiting, []
        if items:
            self._in_flight.append(asyncio.create_task(self._record(items)))

    async def _settle_first(self) -> None:
        # Not awaited itself: an interrupt would then cancel it between its commit and our count.
        await asyncio.wait([self._in_flight[0]])
        first = self._in_flight.popleft()
        if first.exception() is not None:
            await asyncio.gather(*self._in_flight, return_exceptions=True)
            self._in_flight.clear()
        first.result()

    async def _record(self, items: Sequence[_Item]) -> None:
        activities = [item.activity for item in items]
        try:
            receipts = await self._recorder.record(activities, source=self._source)
        except Invalid as error:
            if len(items) == 1:
                self._refuse(items[0].place, error)
                return
            # One of them is wrong and nothing was written: each for itself, side by side. They
            # share commits all the same.
            await asyncio.gather(*(self._record([item]) for item in items))
            return
        self._count(receipts)

    def _count(self, receipts: Sequence[Receipt]) -> None:
        for receipt in receipts:
            if receipt.seq >= self._size and self._seen.add(receipt.seq):
                self._tally.recorded += 1
            else:
                self._tally.repeated += 1

    def _refuse(self, place: str, error: Invalid) -> None:
        if isinstance(error, Conflict):
            self._tally.changed += 1
        else:
            self._tally.refuse(place, f"{error.field}: {error}" if error.field else str(error))


class SeqSet:
    """Numbers that nearly follow each other, kept as runs: small, however many they are."""

    def __init__(self) -> None:
        """Start empty."""
        self._starts: list[int] = []
        self._stops: list[int] = []

    def add(self, seq: int) -> bool:
        """Take *seq*; tell whether it is new."""
        at = bisect_right(self._starts, seq)
        if at and seq < self._stops[at - 1]:
            return False
        joins_left = at > 0 and self._stops[at - 1] == seq
        joins_right = at < len(self._starts) and self._starts[at] == seq + 1
        if joins_left and joins_right:
            self._stops[at - 1] = self._stops[at]
            del self._starts[at], self._stops[at]
        elif joins_left:
            self._stops[at - 1] = seq + 1
        elif joins_right:
            self._starts[at] = seq
        else:
            self._starts.insert(at, seq)
            self._stops.insert(at, seq + 1)
        return True

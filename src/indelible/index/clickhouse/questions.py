"""One question, answered by ClickHouse for what is indexed and by PostgreSQL for the rest."""

from __future__ import annotations

import heapq
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from indelible.core.entry_id import time_of
from indelible.core.scope import Scope
from indelible.index.clickhouse.conditions import Conditions, conditions_of, halves
from indelible.index.clickhouse.memory import Memory
from indelible.index.clickhouse.sight import Sight
from indelible.index.clickhouse.tables import PURGED, WEEK
from indelible.index.clickhouse.tail import Tail, missing, seconds_behind
from indelible.index.reader import Reader
from indelible.index.sight import Log, logs_in_sight, stretches
from indelible.ledger.search import Filter

Counted = tuple[int, int]
"""How many entries passed, and the last batch among them."""

Counts = dict[int, tuple[int, int, int]]
"""Start of a bucket, seconds since 1970 -> successes, failures and purged entries."""

CountedOverTime = tuple[Counts, int]
"""The same, and the last batch among them."""

_NEAR = 2 * WEEK

_LOWER = "SELECT lower(%(text)s COLLATE pg_c_utf8)"
_COUNT = "SELECT count() FROM $entries WHERE {where}"
_FIND = """
SELECT moment, tie FROM $entries WHERE {where}
ORDER BY intDiv(moment, {week}) {order}, {then} LIMIT {limit} OFFSET {skipped}
"""
_OVER_TIME = """
SELECT intDiv(bitShiftRight(moment, 16), {width} * 1000) AS bucket,
    countIf(NOT failed AND action != {purged}), countIf(failed), countIf(action = {purged})
FROM $entries WHERE {where} GROUP BY bucket
"""


@dataclass(slots=True)
class Question:
    """A filter in a scope, at one instant: a snapshot of the ledger, and as much as is indexed.

    Attributes:
        reader: the snapshot.
        logs: the logs in sight.
        indexed: the same, as far as they are indexed.
        behind: how many entries of them are not indexed.
        lag: how long ago the oldest of these was recorded, in seconds.
    """

    reader: Reader
    logs: Sequence[Log]
    indexed: Sequence[Log]
    behind: int
    lag: float
    sight: Sight
    wanted: Conditions
    tail: Tail
    where: Filter
    scope: Scope

    async def count(self, memory: Memory[Counted]) -> int:
        """Return how many entries pass."""
        if not self.wanted.names:
            found = await stretches(
                self.reader, self.logs, first=self.wanted.first, beyond=self.wanted.beyond
            )
            return sum(map(len, found.values()))
        return len(self.tail) + await self._count_indexed(memory)

    async def _count_indexed(self, memory: Memory[Counted]) -> int:
        asked = (self.where, self.scope)
        known = memory.recall(asked)
        total, since, where = 0, 0, self.wanted.indexed
        if known is not None and known.since(self.indexed) is not None:
            total, since = known.counted
        if since < self.sight.committed:
            query = _COUNT.format(where=f"batch > {since} AND {where}" if since else where)
            total += (await self.sight.ask(query, self.wanted.values))[0][0]
            memory.remember(asked, (total, self.sight.committed), self.indexed)
        return total

    async def below(self, than: bytes) -> int:
        """Return how many entries that pass are older than *than*."""
        query = _COUNT.format(where=f"{self.wanted.indexed} AND {_bound(than, '<')}")
        indexed = (await self.sight.ask(query, self.wanted.values))[0][0]
        return int(indexed) + self.tail.below(than)

    async def older(self, than: bytes | None, limit: int) -> list[bytes]:
        """Return the newest ids that are older than *than*, newest first."""
        bound = "1" if than is None else _bound(than, "<")
        found: list[bytes] = []
        if len(self.logs) > 1:
            # Most pages end within days, and days are few granules of one partition.
            newest = (time.time_ns() // 1_000_000) << 16 if than is None else halves(than)[0]
            found = await self._find(f"moment >= {newest - _NEAR} AND {bound}", "DESC", limit)
        if len(found) < limit:
            found = await self._find(bound, "DESC", limit)
        both = heapq.merge(found, self.tail.older(than, limit), reverse=True)
        return list(islice(both, limit))

    async def at(self, position: int, limit: int) -> list[bytes]:
        """Return the ids from rank *position* on, newest first."""
        if position == 0:
            return await self.older(None, limit)
        # Whatever the tail is, so many that are indexed come before the page.
        skipped = max(0, position - len(self.tail))
        most = position + limit - skipped
        found = await self._find("1", "DESC", most, skipped=skipped)
        both = heapq.merge(found, self.tail.older(None, len(self.tail)), reverse=True)
        return list(islice(both, position - skipped, position - skipped + limit))

    async def newer(self, than: bytes, limit: int) -> list[bytes]:
        """Return the oldest ids that are newer than *than*, oldest first."""
        found = await self._find(_bound(than, ">"), "ASC", limit)
        return list(islice(heapq.merge(found, self.tail.newer(than, limit)), limit))

    async def _find(self, bound: str, order: str, limit: int, *, skipped: int = 0) -> list[bytes]:
        then = f"moment {order}, tie {order}"
        if len(self.logs) == 1:  # along a single log, the table's order is the answer's
            then = f"log {order}, seq {order}"
        query = _FIND.format(
            where=f"{self.wanted.indexed} AND {bound}",
            week=WEEK, order=order, then=then, limit=limit, skipped=skipped,
        )  # fmt: skip
        rows = await self.sight.ask(query, self.wanted.values)
        return [moment.to_bytes(8, "big") + tie.to_bytes(8, "big") for moment, tie in rows]

    async def span(self, *, oldest: bool, newest: bool) -> tuple[int, int] | None:
        """Return the times between which entries pass, in seconds since 1970; None if none does.

        Args:
            oldest: begin with the oldest entry of the time range, whether or not it passes.
            newest: end with the newest one.
        """
        if not (last := await self.older(None, 1)):
            return None
        first = await self.newer(bytes(16), 1)
        if oldest or newest:
            whole = await self._unfiltered()
            first = await whole.newer(bytes(16), 1) if oldest else first
            last = await whole.older(None, 1) if newest else last
        return time_of(first[0]) // 1_000_000, time_of(last[0]) // 1_000_000

    async def _unfiltered(self) -> Question:
        anything = Conditions(first=self.wanted.first, beyond=self.wanted.beyond)
        behind = missing(self.logs, self.indexed)
        tail = await Tail.read(self.reader, behind, anything)
        return replace(self, wanted=anything, tail=tail)

    async def over_time(self, width: int, memory: Memory[CountedOverTime]) -> Counts:
        """Return how many of each outcome, by start of a bucket of *width* seconds."""
        counts = dict(await self._indexed_over_time(width, memory))
        for start, newer in self.tail.over_time(width).items():
            counts[start] = _sum(counts.get(start), newer)
        return counts

    async def _indexed_over_time(self, width: int, memory: Memory[CountedOverTime]) -> Counts:
        asked = (self.where, self.scope, width)
        known = memory.recall(asked)
        counts, since, where = Counts(), 0, self.wanted.indexed
        if known is not None and known.since(self.indexed) is not None:
            counts, since = dict(known.counted[0]), known.counted[1]
        if since < self.sight.committed:
            where = f"batch > {since} AND {where}" if since else where
            query = _OVER_TIME.format(where=where, width=width, purged=PURGED)
            for bucket, *newer in await self.sight.ask(query, self.wanted.values):
                counts[bucket * width] = _sum(counts.get(bucket * width), newer)
            memory.remember(asked, (counts, self.sight.committed), self.indexed)
        return counts


async def pose(reader: Reader, sight: Sight, where: Filter, scope: Scope) -> Question:
    """Return a question, with what of its answer is not indexed.

    Raises:
        Unindexed: the index can't be used for it.
    """
    logs = await logs_in_sight(reader, where.tenant)
    indexed = sight.indexed(logs)
    text = where.search
    lowered = "" if text is None else str(await reader.scalar(_LOWER, {"text": text}))
    wanted = conditions_of(where, lower=lambda _: lowered)
    behind = missing(logs, indexed)
    return Question(
        reader=reader,
        logs=logs,
        indexed=indexed,
        behind=sum(map(len, behind.values())),
        lag=await seconds_behind(reader, behind),
        sight=sight,
        wanted=wanted,
        tail=await Tail.read(reader, behind, wanted),
        where=where,
        scope=scope,
    )


def _bound(id_: bytes, side: str) -> str:
    moment, tie = halves(id_)
    return f"moment {side}= {moment} AND (moment {side} {moment} OR tie {side} {tie})"


def _sum(one: tuple[int, int, int] | None, other: Sequence[int]) -> tuple[int, int, int]:
    success, failure, purged = one or (0, 0, 0)
    return success + other[0], failure + other[1], purged + other[2]

"""The index in ClickHouse: finds, counts and places entries; the ledger says what they are.

ClickHouse is asked which entries pass. What a page shows of them is read from PostgreSQL, under its
row-level security, and so is what is not indexed yet: an answer misses nothing that was committed
when it was asked for. Where ClickHouse can't be asked, PostgreSQL answers everything.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta

import structlog

from indelible.core.activity import EntryId
from indelible.core.scope import Scope
from indelible.errors import Invalid, Unindexed
from indelible.index.clickhouse.client import ClickHouse
from indelible.index.clickhouse.memory import Memory
from indelible.index.clickhouse.positions import read_positions
from indelible.index.clickhouse.questions import Counted, CountedOverTime, Question, pose
from indelible.index.clickhouse.sight import Sight
from indelible.index.clickhouse.tail import missing, seconds_behind
from indelible.index.cursor import Cursor, fingerprint
from indelible.index.histogram import MAX_BUCKETS, width_for
from indelible.index.reader import Reader, Reading, reading
from indelible.index.rows import BRIEF, Disclosures, row_of
from indelible.index.sight import logs_in_sight
from indelible.ledger.indexing import IndexState
from indelible.ledger.search import (
    MAX_PAGE_SIZE,
    PAGE_SIZE,
    ActivityIndex,
    Bucket,
    Entry,
    Filter,
    Histogram,
    Page,
    Row,
    Snapshot,
)

_logger = structlog.get_logger(__name__)
_ROWS = f"SELECT {BRIEF} FROM entries e WHERE e.id = ANY(%(ids)s::uuid[]) ORDER BY e.id DESC"  # noqa: S608  # ours
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ClickHouseIndex:
    """Answers from ClickHouse; see :class:`indelible.ledger.search.ActivityIndex`.

    Attributes:
        lag: by how many seconds the index was behind when last looked at. Answers are not: what is
            not indexed is read from the ledger.
        stand_ins: how many questions the ledger answered, because ClickHouse could not.
    """

    def __init__(
        self, clickhouse: ClickHouse, open_snapshot: Reading, *, ledger: ActivityIndex
    ) -> None:
        """Take ClickHouse, what opens a snapshot of a scope, and the index that is the ledger."""
        self._clickhouse = clickhouse
        self._open = open_snapshot
        self._ledger = ledger
        self._counts: Memory[Counted] = Memory()
        self._histograms: Memory[CountedOverTime] = Memory()
        self.lag = 0.0
        self.stand_ins = 0

    async def page(
        self,
        where: Filter,
        scope: Scope,
        *,
        limit: int = PAGE_SIZE,
        cursor: str | None = None,
        position: int = 0,
    ) -> Page:
        """Return one page, newest first."""
        if not 1 <= limit <= MAX_PAGE_SIZE:
            raise Invalid(f"A page has 1 to {MAX_PAGE_SIZE} rows.", field="limit")
        place = None if cursor is None else Cursor.from_text(cursor)
        try:
            async with self._posed(where, scope) as question:
                return await self._page(question, place, position, limit)
        except Unindexed as error:
            self._stands_in(error)
            return await self._ledger.page(
                where, scope, limit=limit, cursor=cursor, position=position
            )

    async def count(self, where: Filter, scope: Scope) -> int:
        """Return how many entries pass."""
        try:
            async with self._posed(where, scope) as question:
                return await question.count(self._counts)
        except Unindexed as error:
            self._stands_in(error)
            return await self._ledger.count(where, scope)

    async def histogram(self, where: Filter, scope: Scope, *, buckets: int = 60) -> Histogram:
        """Return counts in at most *buckets* intervals that span the filter's time range."""
        if not 1 <= buckets <= MAX_BUCKETS:
            raise Invalid(f"A histogram has 1 to {MAX_BUCKETS} buckets.", field="buckets")
        try:
            async with self._posed(where, scope) as question:
                return await _histogram(question, buckets, self._histograms)
        except Unindexed as error:
            self._stands_in(error)
            return await self._ledger.histogram(where, scope, buckets=buckets)

    async def entry(self, id: EntryId, scope: Scope) -> Entry:  # noqa: A002
        """Return one entry: the ledger has it."""
        return await self._ledger.entry(id, scope)

    async def resource_types(self, scope: Scope) -> Sequence[str]:
        """Return every resource type in sight: a step down an index of the ledger for each."""
        return await self._ledger.resource_types(scope)

    def snapshot(self, where: Filter, scope: Scope) -> AbstractAsyncContextManager[Snapshot]:
        """Open all that passes at this instant: what proves it is nowhere but in the ledger."""
        return self._ledger.snapshot(where, scope)

    async def probe(self) -> float:
        """Return by how many seconds the index is behind the log.

        Raises:
            Unavailable: the ledger can't be reached. Without ClickHouse, answers still come.
        """
        state = await self.state(Scope.everything())
        return state.lag_seconds

    async def state(self, scope: Scope) -> IndexState:
        """Return how the index stands, as far as *scope* sees it.

        Raises:
            Unavailable: the ledger can't be reached.
        """
        try:
            positions = await read_positions(self._clickhouse)
        except Unindexed:
            positions = None
        async with reading(self._open, scope) as reader:
            logs = await logs_in_sight(reader, None)
            usable, indexed = False, [log._replace(size=0) for log in logs]
            if positions is not None:
                sizes = [min(log.size, positions.of(log).size) for log in logs]
                indexed = [log._replace(size=size) for log, size in zip(logs, sizes, strict=True)]
                try:
                    Sight(self._clickhouse, positions, scope).indexed(logs)
                    usable = True
                except Unindexed:
                    pass
            behind = missing(logs, indexed)
            self.lag = await seconds_behind(reader, behind)
        return IndexState(
            engine="clickhouse",
            usable=usable,
            indexed=sum(log.size for log in indexed),
            behind=sum(map(len, behind.values())),
            lag_seconds=round(self.lag, 3),
        )

    @asynccontextmanager
    async def _posed(self, where: Filter, scope: Scope) -> AsyncIterator[Question]:
        # Positions first: of what they name, everything is in a snapshot that is opened later.
        positions = await read_positions(self._clickhouse)
        sight = Sight(self._clickhouse, positions, scope, tenant=where.tenant)
        async with reading(self._open, scope) as reader:
            question = await pose(reader, sight, where, scope)
            self.lag = question.lag
            yield question

    async def _page(
        self, question: Question, place: Cursor | None, position: int, limit: int
    ) -> Page:
        total = await question.count(self._counts)
        if not total:
            return Page(items=[], next=None, previous=None, total=0, position=0)
        asked = fingerprint(question.where, question.scope)
        if place is not None and not place.older:
            ids = await question.newer(place.id, limit)
            if len(ids) == limit:
                position = total - await _below(question, place, asked) - 1 - limit
                return await _page_of(question, ids[::-1], total, position, asked)
            # Fewer than a page is newer: that is the first page, and it is shown whole.
            place, position = None, 0
        if place is not None:
            position = total - await _below(question, place, asked)
            ids = await question.older(place.id, limit)
        else:
            position = min(position, max(0, total - limit))
            ids = await question.at(position, limit)
        return await _page_of(question, ids, total, position, asked)

    def _stands_in(self, error: Unindexed) -> None:
        self.stand_ins += 1
        _logger.warning("ledger_answers", reason=str(error))


async def _below(question: Question, place: Cursor, asked: bytes) -> int:
    """Return how many rows that pass are older than the cursor's."""
    return place.below if place.asked == asked else await question.below(place.id)


async def _page_of(
    question: Question, ids: Sequence[bytes], total: int, position: int, asked: bytes
) -> Page:
    position = max(0, min(position, total - len(ids)))
    rows = await _rows(question.reader, ids, question) if ids else []
    following = previous = None
    if ids and total - position > len(ids):
        below = total - position - len(ids)
        following = Cursor(older=True, id=ids[-1], below=below, asked=asked).to_text()
    if ids and position > 0:
        below = total - position - 1
        previous = Cursor(older=False, id=ids[0], below=below, asked=asked).to_text()
    return Page(items=rows, next=following, previous=previous, total=total, position=position)


async def _rows(reader: Reader, ids: Sequence[bytes], question: Question) -> list[Row]:
    stored = await reader.all(_ROWS, {"ids": [id_.hex() for id_ in ids]})
    said = Disclosures()
    await said.fetch(reader, stored)
    logs = {log.number: log for log in question.logs}
    return [row_of(row, said, logs) for row in stored]


async def _histogram(
    question: Question, buckets: int, memory: Memory[CountedOverTime]
) -> Histogram:
    # An end that was asked for is kept, as far as anything at all was recorded there.
    where = question.where
    span = await question.span(oldest=where.from_ is not None, newest=where.to is not None)
    if span is None:
        return Histogram(bucket_seconds=1, buckets=[])
    first, last = span
    width = width_for(first, last, buckets)
    counts = await question.over_time(width, memory)
    return Histogram(
        bucket_seconds=width,
        buckets=[
            Bucket(
                start=_EPOCH + timedelta(seconds=start), success=passed, failure=bad, purged=gone
            )
            for start in range(first // width * width, last + 1, width)
            for passed, bad, gone in (counts.get(start, (0, 0, 0)),)
        ],
    )

"""The index that searches PostgreSQL: segments of the logs, and the newest entries beside them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from indelible.core.activity import BUILT_IN_RESOURCE_TYPES, EntryId
from indelible.core.entry_id import parse_id
from indelible.core.scope import Scope
from indelible.errors import Invalid, NotFound
from indelible.index.conditions import resolve
from indelible.index.crew import Crew
from indelible.index.cursor import Cursor, fingerprint
from indelible.index.histogram import MAX_BUCKETS, width_for
from indelible.index.postgres.layout import gaps, read_layout
from indelible.index.postgres.question import Learned, Question, pose
from indelible.index.postgres.segment import Kind
from indelible.index.postgres.words import Layout
from indelible.index.reader import Reader, Reading, reading
from indelible.index.rows import BRIEF, COLUMNS, Disclosures, entry_of, row_of
from indelible.index.sight import Log, logs_in_sight
from indelible.index.snapshot import PostgresSnapshot
from indelible.ledger.indexing import IndexState
from indelible.ledger.search import (
    MAX_PAGE_SIZE,
    PAGE_SIZE,
    Bucket,
    Entry,
    Filter,
    Histogram,
    Page,
    Row,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_ROWS = f"SELECT {BRIEF} FROM entries e WHERE e.id = ANY(%(ids)s::uuid[]) ORDER BY e.id DESC"  # noqa: S608  # ours
_ENTRY = f"SELECT {COLUMNS} FROM entries e WHERE e.id = %(id)s"  # noqa: S608  # ours
_LAG = """
SELECT extract(epoch FROM clock_timestamp() - min(entries.time))
FROM unnest(%(bare)s::int[], %(firsts)s::bigint[]) AS bare (log, first)
JOIN entries ON entries.log = bare.log AND entries.seq = bare.first
"""
_TYPES = """
SELECT name FROM resource_types WHERE id IN (
    SELECT value FROM search_bitmaps WHERE log = ANY(%(logs)s::int[]) AND field = %(field)s
    UNION
    SELECT entries.resource_type FROM unnest(
        %(bare)s::int[], %(firsts)s::bigint[], %(stops)s::bigint[]
    ) AS bare (log, first, stop)
    JOIN entries ON entries.log = bare.log AND seq >= bare.first AND seq < bare.stop
)
ORDER BY name
"""


class PostgresIndex:
    """Answers from PostgreSQL; see :class:`indelible.ledger.search.ActivityIndex`."""

    def __init__(self, open_snapshot: Reading, *, resource_types: Sequence[str] = ()) -> None:
        """Take what opens a snapshot of a scope, and the types that the platform registered."""
        self._open = open_snapshot
        self._usual_types = (*BUILT_IN_RESOURCE_TYPES, *resource_types)
        self._learned = Learned()
        self._crew = Crew()
        self.lag = 0.0  # answers have what no segment has
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
        async with reading(self._open, scope) as reader:
            question = await pose(reader, where, self._learned)
            ids, position = await _window(question, place, position, limit)
            return await _page(question, ids, position, fingerprint(where, scope))

    async def count(self, where: Filter, scope: Scope) -> int:
        """Return how many entries pass."""
        async with reading(self._open, scope) as reader:
            return (await pose(reader, where, self._learned)).total

    async def histogram(self, where: Filter, scope: Scope, *, buckets: int = 60) -> Histogram:
        """Return counts in at most *buckets* intervals that span the filter's time range."""
        if not 1 <= buckets <= MAX_BUCKETS:
            raise Invalid(f"A histogram has 1 to {MAX_BUCKETS} buckets.", field="buckets")
        async with reading(self._open, scope) as reader:
            question = await pose(reader, where, self._learned)
            if not question.total:
                return Histogram(bucket_seconds=1, buckets=[])
            # An end that was asked for is kept, as far as anything at all was recorded there.
            first = await question.at_end(newest=False, of_all=where.from_ is not None)
            last = await question.at_end(newest=True, of_all=where.to is not None)
            width = width_for(first, last, buckets)
            starts = range(first // width * width, last + 1, width)
            counts = await question.over_time(starts)
        return Histogram(
            bucket_seconds=width,
            buckets=[
                Bucket(
                    start=_EPOCH + timedelta(seconds=start),
                    success=all_ - failed - purged,
                    failure=failed,
                    purged=purged,
                )
                for start, all_, failed, purged in zip(
                    starts, *(each.tolist() for each in counts), strict=True
                )
            ],
        )

    async def entry(self, id: EntryId, scope: Scope) -> Entry:  # noqa: A002
        """Return one entry."""
        try:
            wanted = parse_id(id)
        except Invalid as error:
            raise NotFound("There is no such entry.") from error
        async with reading(self._open, scope) as reader:
            found = await reader.all(_ENTRY, {"id": wanted.hex()})
            if not found:
                raise NotFound("There is no such entry.")
            logs = {log.number: log for log in await logs_in_sight(reader, None)}
            said = Disclosures()
            await said.fetch(reader, found)
            return entry_of(found[0], said, logs)

    async def resource_types(self, scope: Scope) -> Sequence[str]:
        """Return every resource type in sight, built-in ones first."""
        async with reading(self._open, scope) as reader:
            logs = await logs_in_sight(reader, None)
            layout = await read_layout(reader, [log.number for log in logs])
            values = {
                "logs": [log.number for log in logs],
                "field": int(Kind.RESOURCE_TYPE),
                **_bare(logs, layout),
            }
            found = [name for (name,) in await reader.all(_TYPES, values)]
        return list(dict.fromkeys([*self._usual_types, *found]))

    @asynccontextmanager
    async def snapshot(self, where: Filter, scope: Scope) -> AsyncIterator[PostgresSnapshot]:
        """Open all that passes at this instant, for as long as the block lasts."""
        async with reading(self._open, scope) as reader:
            total = (await pose(reader, where, self._learned)).total
            snapshot = await PostgresSnapshot.open(
                reader, await resolve(reader, where), total, self._crew
            )
            try:
                yield snapshot
            finally:
                snapshot.close()

    async def state(self, scope: Scope) -> IndexState:
        """Return how much is in segments; see :class:`indelible.ledger.indexing.FollowingIndex`."""
        async with reading(self._open, scope) as reader:
            logs = await logs_in_sight(reader, None)
            layout = await read_layout(reader, [log.number for log in logs])
            bare = _bare(logs, layout)
            lag = await reader.scalar(_LAG, bare) if bare["bare"] else 0
        behind = sum(bare["stops"]) - sum(bare["firsts"])
        return IndexState(
            engine="postgresql",
            usable=True,
            indexed=sum(log.size - log.purged for log in logs) - behind,
            behind=behind,
            lag_seconds=round(max(0.0, float(lag or 0)), 3),
        )

    async def probe(self) -> float:
        """Return by how many seconds this is behind the log: always 0, it is the log.

        Raises:
            Unavailable: the database can't be reached.
        """
        async with reading(self._open, Scope.everything()) as reader:
            await reader.scalar("SELECT 1")
        return 0.0


def _bare(logs: Sequence[Log], layout: Layout) -> dict[str, list[int]]:
    """Return the stretches of *logs* that are in no segment."""
    bare = [
        (log.number, gap.start, gap.stop)
        for log in logs
        for gap in gaps(layout.get(log.number, ()), range(log.purged, log.size))
    ]
    numbers, firsts, stops = zip(*bare, strict=True) if bare else ((), (), ())
    return {"bare": list(numbers), "firsts": list(firsts), "stops": list(stops)}


async def _window(
    question: Question, place: Cursor | None, position: int, limit: int
) -> tuple[list[bytes], int]:
    """Return the ids of a page, newest first, and the rank of its first row."""
    total = question.total
    if place is None:
        position = min(position, max(0, total - limit))
        return await question.at(position, limit), position
    if place.older:
        cut = await question.cut(place.id)
        return await question.older(cut, 0, limit), total - question.below(cut)
    cut = await question.cut(_next(place.id))
    rank = total - question.below(cut)  # as many are newer
    if rank < limit:
        # Fewer than a page is newer: that is the first page, and it is shown whole.
        return await question.at(0, limit), 0
    return (await question.newer(cut, limit))[::-1], rank - limit


async def _page(question: Question, ids: Sequence[bytes], position: int, asked: bytes) -> Page:
    total = question.total
    rows: list[Row] = []
    if ids:
        rows = await _rows(question, ids)
    older, newer = total - position - len(ids), position
    following = previous = None
    if ids and older > 0:
        following = Cursor(older=True, id=ids[-1], below=older, asked=asked).to_text()
    if ids and newer > 0:
        below = total - position - 1
        previous = Cursor(older=False, id=ids[0], below=below, asked=asked).to_text()
    return Page(items=rows, next=following, previous=previous, total=total, position=position)


async def _rows(question: Question, ids: Sequence[bytes]) -> list[Row]:
    reader: Reader = question.reader
    stored = await reader.all(_ROWS, {"ids": [id_.hex() for id_ in ids]})
    said = Disclosures()
    await said.fetch(reader, stored)
    logs = {log.number: log for log in question.logs}
    return [row_of(row, said, logs) for row in stored]


def _next(id_: bytes) -> bytes:
    return (int.from_bytes(id_, "big") + 1).to_bytes(16, "big")

"""The index that reads the ledger's own tables: in step with it by being the same transaction."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from indelible.core.activity import BUILT_IN_RESOURCE_TYPES, EntryId
from indelible.core.entry_id import parse_id, time_of
from indelible.core.scope import Scope
from indelible.errors import Invalid, NotFound
from indelible.index.conditions import Conditions, resolve
from indelible.index.counting import count
from indelible.index.crew import Crew
from indelible.index.cursor import Cursor, fingerprint
from indelible.index.finding import find
from indelible.index.histogram import Counts, count_over_time
from indelible.index.memory import Memory
from indelible.index.reader import Reader, Reading, reading
from indelible.index.rows import BRIEF, COLUMNS, Disclosures, entry_of, row_of
from indelible.index.sight import logs_in_sight
from indelible.index.snapshot import PostgresSnapshot
from indelible.ledger.search import (
    MAX_PAGE_SIZE,
    PAGE_SIZE,
    Entry,
    Filter,
    Histogram,
    Page,
    Row,
)

MAX_BUCKETS = 500

_ROWS = f"SELECT {BRIEF} FROM entries e WHERE e.id = ANY(%(ids)s::uuid[]) ORDER BY e.id DESC"  # noqa: S608  # ours
_ENTRY = f"SELECT {COLUMNS} FROM entries e WHERE e.id = %(id)s"  # noqa: S608  # ours
_COUNT_BELOW = "SELECT count(*) FROM entries e WHERE {where} AND e.id < %(than)s"
_TYPES = """
SELECT name FROM resource_types types
WHERE EXISTS (
    SELECT FROM unnest(%(logs)s::int[]) AS log
    CROSS JOIN LATERAL (
        SELECT FROM entries WHERE entries.log = log AND entries.resource_type = types.id LIMIT 1
    ) AS any_entry
)
ORDER BY name
"""


class PostgresIndex:
    """Answers from PostgreSQL; see :class:`indelible.ledger.search.ActivityIndex`."""

    def __init__(self, open_snapshot: Reading, *, resource_types: Sequence[str] = ()) -> None:
        """Take what opens a snapshot of a scope, and the types that the platform registered."""
        self._open = open_snapshot
        self._usual_types = (*BUILT_IN_RESOURCE_TYPES, *resource_types)
        self._counts: Memory[int] = Memory()
        self._histograms: Memory[Counts] = Memory()
        self._crew = Crew()

    async def page(
        self, where: Filter, scope: Scope, *, limit: int = PAGE_SIZE, cursor: str | None = None
    ) -> Page:
        """Return one page, newest first."""
        if not 1 <= limit <= MAX_PAGE_SIZE:
            raise Invalid(f"A page has 1 to {MAX_PAGE_SIZE} rows.", field="limit")
        place = None if cursor is None else Cursor.from_text(cursor)
        async with reading(self._open, scope) as reader:
            wanted = await resolve(reader, where)
            total = await count(reader, wanted, (where, scope), self._counts)
            if place is not None and not place.older:
                ids = await find(reader, wanted, total=total, limit=limit, newer_than=place.id)
                if len(ids) == limit:
                    below = await self._below(reader, wanted, place, where, scope)
                    position = total - below - 1 - limit
                    return await self._page(
                        reader, wanted, ids[::-1], total, position, fingerprint(where, scope)
                    )
                # Fewer than a page is newer: that is the first page, and it is shown whole.
                place = None
            position = 0
            if place is not None:
                position = total - await self._below(reader, wanted, place, where, scope)
            older_than = place.id if place else None
            ids = await find(reader, wanted, total=total, limit=limit, older_than=older_than)
            return await self._page(reader, wanted, ids, total, position, fingerprint(where, scope))

    async def count(self, where: Filter, scope: Scope) -> int:
        """Return how many entries pass."""
        async with reading(self._open, scope) as reader:
            return await count(reader, await resolve(reader, where), (where, scope), self._counts)

    async def histogram(self, where: Filter, scope: Scope, *, buckets: int = 60) -> Histogram:
        """Return counts in at most *buckets* intervals that span the filter's time range."""
        if not 1 <= buckets <= MAX_BUCKETS:
            raise Invalid(f"A histogram has 1 to {MAX_BUCKETS} buckets.", field="buckets")
        async with reading(self._open, scope) as reader:
            wanted = await resolve(reader, where)
            total = await count(reader, wanted, (where, scope), self._counts)
            if not total:
                return Histogram(bucket_seconds=1, buckets=[])
            # An end that was asked for is kept, as far as anything at all was recorded there.
            anything = replace(wanted, clauses=[])
            oldest = anything if where.from_ is not None else wanted
            newest = anything if where.to is not None else wanted
            (start,) = await find(reader, oldest, total=total, limit=1, newer_than=bytes(16))
            (end,) = await find(reader, newest, total=total, limit=1)
            return await count_over_time(
                reader,
                wanted,
                (where, scope),
                self._histograms,
                total=total,
                first=time_of(start) // 1_000_000,
                last=time_of(end) // 1_000_000,
                buckets=buckets,
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
            logs = [log.number for log in await logs_in_sight(reader, None)]
            found = [name for (name,) in await reader.all(_TYPES, {"logs": logs})]
        return list(dict.fromkeys([*self._usual_types, *found]))

    @asynccontextmanager
    async def snapshot(self, where: Filter, scope: Scope) -> AsyncIterator[PostgresSnapshot]:
        """Open all that passes at this instant, for as long as the block lasts."""
        async with reading(self._open, scope) as reader:
            wanted = await resolve(reader, where)
            total = await count(reader, wanted, (where, scope), self._counts)
            snapshot = await PostgresSnapshot.open(reader, wanted, total, self._crew)
            try:
                yield snapshot
            finally:
                snapshot.close()

    async def probe(self) -> float:
        """Return by how many seconds this is behind the log: always 0, it is the log.

        Raises:
            Unavailable: the database can't be reached.
        """
        async with reading(self._open, Scope.everything()) as reader:
            await reader.scalar("SELECT 1")
        return 0.0

    async def _page(
        self,
        reader: Reader,
        wanted: Conditions,
        ids: Sequence[bytes],
        total: int,
        position: int,
        asked: bytes,
    ) -> Page:
        position = max(0, min(position, total - len(ids)))
        rows: list[Row] = []
        if ids:
            stored = await reader.all(_ROWS, {"ids": [id_.hex() for id_ in ids]})
            said = Disclosures()
            await said.fetch(reader, stored)
            logs = {log.number: log for log in wanted.logs}
            rows = [row_of(row, said, logs) for row in stored]
        older, newer = total - position - len(ids), position
        following = previous = None
        if ids and older > 0:
            last = Cursor(older=True, id=ids[-1], below=older, asked=asked)
            following = last.to_text()
        if ids and newer > 0:
            below = total - position - 1
            previous = Cursor(older=False, id=ids[0], below=below, asked=asked).to_text()
        return Page(items=rows, next=following, previous=previous, total=total, position=position)

    async def _below(
        self, reader: Reader, wanted: Conditions, place: Cursor, where: Filter, scope: Scope
    ) -> int:
        """Return how many rows that pass are older than the cursor's."""
        if place.asked == fingerprint(where, scope):
            return place.below
        if wanted.impossible:
            return 0
        query = _COUNT_BELOW.format(where=wanted.where)
        return int(await reader.scalar(query, wanted.having({"than": place.id.hex()})))

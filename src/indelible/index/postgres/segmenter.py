"""The worker's part: makes segments of what was appended, small ones first, and joins them.

A segment that is no longer than what follows it is made anew together with that, up to 65,536
entries: so a log has few segments, and an entry is written to one some eight times at most.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import psycopg

from indelible.errors import Unavailable
from indelible.index.postgres.layout import Segment, gaps, read_layout
from indelible.index.postgres.names import SEARCHED, read_names
from indelible.index.postgres.runs import Run, read_runs
from indelible.index.postgres.segment import MOST, bitmaps_of, columns_of, samples_of, times_of
from indelible.index.reader import Reader

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from psycopg import AsyncConnection
    from psycopg.rows import TupleRow
    from sqlalchemy.ext.asyncio import AsyncConnection as Connection

Writing = Callable[[], AbstractAsyncContextManager["Connection"]]
"""Opens a transaction that may write; the storage's to give."""

LEAST = 256
"""So many entries of a log are made a segment, as soon as they are there."""

MOST_BEHIND = 4_096
"""When more entries than that are in no segment, shorter stretches are made segments too."""

_NAMED_AT_ONCE = 64
_LOCK = "SELECT pg_try_advisory_xact_lock(499208805)"  # any number that nobody else takes
_WAIT = "SELECT pg_advisory_xact_lock(499208805)"
_HEADS = "SELECT log, size, purged FROM heads ORDER BY log"
_TABLES = ("search_segments", "search_bitmaps", "search_columns", "search_names")
_DROP = """
DELETE FROM {table} USING unnest(%(logs)s::int[], %(firsts)s::bigint[]) AS gone (log, first)
WHERE {table}.log = gone.log AND {table}.first = gone.first
"""
_INSERT = {
    "search_segments": "int[], bigint[], int[], boolean[], bytea[], bytea[]",
    "search_bitmaps": "int[], bigint[], smallint[], int[], bytea[]",
    "search_columns": "int[], bigint[], smallint[], bytea[], bytea[]",
    "search_names": "int[], bigint[], smallint[], bytea[], bytea[]",
}
_NAMED = """
UPDATE search_segments SET named = true
FROM unnest(%(logs)s::int[], %(firsts)s::bigint[]) AS done (log, first)
WHERE search_segments.log = done.log AND search_segments.first = done.first
"""


class _Work(NamedTuple):
    """A stretch of a log to make segments of.

    Attributes:
        instead: segments that it takes in.
        since: behind the segment before it; who was first mentioned there belongs to it.
    """

    log: int
    seqs: range
    instead: Sequence[Segment]
    since: int


class PostgresSegmenter:
    """See :class:`indelible.ledger.indexing.Follower`."""

    def __init__(
        self, open_transaction: Writing, *, least: int = LEAST, most_behind: int = MOST_BEHIND
    ) -> None:
        """Take what opens a transaction, and what is worth a segment."""
        self._open = open_transaction
        self._least = least
        self._most_behind = most_behind

    async def advance(self) -> int | None:
        """Make segments of the next entries, and names anew after an erasure; see the port."""
        async with _writing(self._open) as reader:
            if not await reader.scalar(_LOCK):
                return None
            heads = await reader.all(_HEADS)
            layout = await read_layout(reader, [log for log, _, _ in heads])
            bare = {
                log: gaps(layout.get(log, ()), range(purged, size)) for log, size, purged in heads
            }
            work = [
                _with_neighbours(log, stretch, layout.get(log, ()))
                for log, stretch in self._worth(bare)
            ]
            if work:
                await self._make(reader, work)
                return sum(len(each.seqs) - sum(s.size for s in each.instead) for each in work)
            return await self._name(reader, layout)

    async def reset(self) -> None:
        """Take every segment away."""
        async with _writing(self._open) as reader:
            await reader.all(_WAIT)
            for table in _TABLES:
                await _run(reader, f"DELETE FROM {table}", {})  # noqa: S608  # ours

    def _worth(self, bare: Mapping[int, Sequence[range]]) -> Iterator[tuple[int, range]]:
        """Yield what to make segments of now, at most a full segment's worth; longest first."""
        stretches = sorted(
            ((log, stretch) for log, found in bare.items() for stretch in found),
            key=lambda each: -len(each[1]),
        )
        behind, left = sum(len(stretch) for _, stretch in stretches), MOST
        for log, stretch in stretches:
            if (len(stretch) < self._least and behind <= self._most_behind) or not left:
                return
            taken = stretch[:left]
            yield log, taken
            behind -= len(taken)
            left -= len(taken)

    async def _make(self, reader: Reader, work: Sequence[_Work]) -> None:
        await _drop(reader, [segment for each in work for segment in each.instead])
        for each in work:
            since = each.since
            for start in range(each.seqs.start, each.seqs.stop, MOST):
                seqs = range(start, min(start + MOST, each.seqs.stop))
                (run,) = await read_runs(reader, [(each.log, seqs)])
                await _write(reader, run)
                await _write_names(reader, each.log, seqs.start, range(since, seqs.stop))
                since = seqs.stop

    async def _name(self, reader: Reader, layout: Mapping[int, Sequence[Segment]]) -> int:
        """Keep the names of segments whose names were thrown away; return how many those are."""
        done: list[Segment] = []
        for log, segments in layout.items():
            since = 0
            for segment in segments:
                if not segment.named and len(done) < _NAMED_AT_ONCE:
                    await _write_names(reader, log, segment.first, range(since, segment.stop))
                    done.append(segment)
                since = segment.stop
        if done:
            await _run(reader, _NAMED, _places(done))
        return len(done)


def _with_neighbours(log: int, stretch: range, segments: Sequence[Segment]) -> _Work:
    """Return *stretch* together with the segments before it that are no longer than it."""
    before = [segment for segment in segments if segment.stop <= stretch.start]
    instead: list[Segment] = []
    while before and before[-1].stop == stretch.start:
        last = before[-1]
        if last.size > len(stretch) or last.size + len(stretch) > MOST:
            break
        instead.append(before.pop())
        stretch = range(last.first, stretch.stop)
    return _Work(log, stretch, instead, before[-1].stop if before else 0)


async def _write(reader: Reader, run: Run) -> None:
    here = (run.log, run.first)
    segment = (*here, run.size, True, samples_of(run), times_of(run))
    await _insert(reader, "search_segments", [segment])
    await _insert(
        reader, "search_bitmaps", [(*here, int(f), v, bits) for f, v, bits in bitmaps_of(run)]
    )
    columns = [(*here, int(field), ids, codes) for field, ids, codes in columns_of(run)]
    await _insert(reader, "search_columns", columns)


async def _write_names(reader: Reader, log: int, first: int, since: range) -> None:
    rows = []
    for field in SEARCHED:
        names = await read_names(reader, field, log, since)
        rows.append((log, first, int(field), names.ids.astype("<i8").tobytes(), names.text))
    await _insert(reader, "search_names", rows)


async def _insert(reader: Reader, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    columns = {str(place): list(values) for place, values in enumerate(zip(*rows, strict=True))}
    types = _INSERT[table].split(", ")
    arrays = ", ".join(f"%({place})s::{type_}" for place, type_ in enumerate(types))
    await _run(reader, f"INSERT INTO {table} SELECT * FROM unnest({arrays})", columns)  # noqa: S608  # ours


async def _drop(reader: Reader, segments: Sequence[Segment]) -> None:
    if segments:
        for table in _TABLES:
            await _run(reader, _DROP.format(table=table), _places(segments))


def _places(segments: Sequence[Segment]) -> dict[str, Any]:
    return {"logs": [s.log for s in segments], "firsts": [s.first for s in segments]}


async def _run(reader: Reader, statement: str, values: Mapping[str, Any]) -> None:
    await reader.connection.execute(statement.encode(), values)


@asynccontextmanager
async def _writing(open_transaction: Writing) -> AsyncIterator[Reader]:
    """Open a transaction.

    Raises:
        Unavailable: the database can't be reached, or went away.
    """
    try:
        async with open_transaction() as connection:
            raw = await connection.get_raw_connection()
            yield Reader(cast("AsyncConnection[TupleRow]", raw.driver_connection))
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise Unavailable("The database can't be reached.") from error

"""The follower: takes each log, by seq, from PostgreSQL into ClickHouse.

A batch is: mentions, entries, positions, in that order. Before its positions stand, a batch counts
for nothing; once they do, it counts as a whole. So whoever is killed leaves nothing behind, or rows
of a batch that no position names, and the next follower takes those away before it begins.

PostgreSQL decides who follows: a lock that lasts as long as the transaction that is read from.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import structlog

from indelible.core.scope import Scope
from indelible.errors import Misconfigured, Unindexed
from indelible.index.clickhouse.client import ClickHouse
from indelible.index.clickhouse.erasure import apply_erasures
from indelible.index.clickhouse.positions import (
    NOT_TO_BE_USED,
    Position,
    Positions,
    read_positions,
    write_positions,
)
from indelible.index.clickhouse.source import Columns, next_block, read_entries, read_mentions
from indelible.index.clickhouse.tables import COMMENT, MENTIONS, Tables
from indelible.index.reader import Reader, Reading, reading
from indelible.index.sight import Log, logs_in_sight

BLOCK = 50_000
"""Entries of a batch at most. ClickHouse likes few large inserts."""

_CHECK_SECONDS = 600
_INSERT_SECONDS = 60
_REMEMBERED = 500_000
_IDS = 5_000  # in a question: ClickHouse takes 256 KiB of text
_LOCK = 0x1DE11B1E
_TRY_LOCK = f"SELECT pg_try_advisory_xact_lock({_LOCK})"
_WAIT_LOCK = f"SELECT pg_advisory_xact_lock({_LOCK})"
_MENTIONED = {"people": "person", "clients": "client", "resources": "resource"}
_OTHERS = """
SELECT name FROM system.tables
WHERE database = currentDatabase() AND name = 'entries' AND comment != {comment:String}
"""
_COUNTS = """
SELECT log, count(), sum(seq) FROM entries WHERE batch <= {committed:UInt64} GROUP BY log
"""

_logger = structlog.get_logger(__name__)


class ClickHouseFollower:
    """See :class:`indelible.ledger.indexing.Follower`."""

    def __init__(
        self,
        clickhouse: ClickHouse,
        open_snapshot: Reading,
        *,
        tables: Tables | None = None,
        block: int = BLOCK,
    ) -> None:
        """Take ClickHouse, what opens a snapshot of the ledger, and how many entries go at once."""
        self._clickhouse = clickhouse
        self._open = open_snapshot
        self._tables = tables or Tables()
        self._block = block
        self._prepared = False
        self._checked: float | None = None  # when all was added up, monotonic seconds
        self._committed: int | None = None  # by this follower, and nothing was begun since
        self._known: Mapping[str, set[int]] = {table: set() for table in _MENTIONED}

    async def advance(self) -> int | None:
        """Index the next entries and apply erasures; see the port."""
        try:
            async with reading(self._open, Scope.everything()) as reader:
                if not await reader.scalar(_TRY_LOCK):
                    return None
                return await self._advance(reader)
        except Unindexed:
            self._prepared = False  # whatever happened to it, its tables may be gone
            raise

    async def _advance(self, reader: Reader) -> int:
        if not self._prepared:
            await self._prepare()
        positions = await read_positions(self._clickhouse)
        # The snapshot may be older than the lock: what others did since is left alone.
        logs = [
            log
            for log in await logs_in_sight(reader, None)
            if self._is_ours(log, positions.of(log))
        ]
        if positions.committed != self._committed:
            await self._take_over(positions)
        self._committed = None
        if self._checked is None or time.monotonic() - self._checked > _CHECK_SECONDS:
            await self._add_up(positions, logs)
        await self._erase(reader, positions, logs)
        indexed = await self._index(reader, positions, logs)
        self._committed = positions.committed
        return indexed

    async def reset(self) -> None:
        """Take everything away, and make the tables anew."""
        async with reading(self._open, Scope.everything()) as reader:
            await reader.all(_WAIT_LOCK)
            for statement in (*self._tables.drop(), *self._tables.create()):
                await self._clickhouse.command(statement)
            self._prepared, self._committed = True, None

    async def _prepare(self) -> None:
        for statement in self._tables.create():
            await self._clickhouse.command(statement)
        if await self._clickhouse.ask(_OTHERS, {"comment": COMMENT}):
            raise Misconfigured(
                "The search index in ClickHouse is of another version. Run: indelible index rebuild"
            )
        self._prepared = True

    def _is_ours(self, log: Log, position: Position) -> bool:
        if position.origin != log.origin or position.tenant != (log.tenant or ""):
            raise Misconfigured(
                f"The search index in ClickHouse is not of this ledger: it has {position.origin} "
                f"where {log.origin} is. Name another database with INDELIBLE_CLICKHOUSE_URL, or "
                "run: indelible index rebuild"
            )
        return position.size <= log.size and position.erasures <= log.erasures

    async def _take_over(self, positions: Positions) -> None:
        """Take away what a follower left unfinished."""
        for known in self._known.values():
            known.clear()
        if self._checked is not None:
            # Whoever followed before may have an insert under way: look again when it is over.
            self._checked = min(self._checked, time.monotonic() - _CHECK_SECONDS + _INSERT_SECONDS)
        left = f"batch > {positions.committed}"
        # Mentions too: what they say may have been erased since, before anything referred to them.
        for table in ("entries", *MENTIONS):
            if (await self._clickhouse.ask(f"SELECT count() FROM {table} WHERE {left}"))[0][0]:  # noqa: S608  # ours
                await self._clickhouse.command(self._tables.change(table, f"DELETE WHERE {left}"))

    async def _add_up(self, positions: Positions, logs: Sequence[Log]) -> None:
        """Have logs indexed anew of which an entry is missing, or there twice.

        That can be where somebody changed the index, or where a follower that PostgreSQL had given
        up had an insert under way, which ClickHouse took later.
        """
        values = {"committed": positions.committed}
        counts = {log: found for log, *found in await self._clickhouse.ask(_COUNTS, values)}
        for log in logs:
            position = positions.of(log)
            if not _adds_up(position, *counts.get(log.number, (0, 0))):
                await self._forget(log, position, positions)
        self._checked = time.monotonic()

    async def _forget(self, log: Log, position: Position, positions: Positions) -> None:
        """Have a log indexed anew; nobody answers from what is there of it meanwhile."""
        _logger.error("index_does_not_add_up", log=log.origin, meaning="It is indexed anew.")
        voided = position._replace(erasures=NOT_TO_BE_USED, batch=_next(positions))
        await write_positions(self._clickhouse, [voided])
        positions.note(voided)
        forget = f"DELETE WHERE log = {log.number}"
        await self._clickhouse.command(self._tables.change("entries", forget))
        again = Position.beginning(log)._replace(batch=voided.batch + 1)
        await write_positions(self._clickhouse, [again])
        positions.note(again)

    async def _erase(self, reader: Reader, positions: Positions, logs: Sequence[Log]) -> None:
        for log in logs:
            position = positions.of(log)
            if position.erasures < log.erasures:
                batch = _next(positions)
                await apply_erasures(self._clickhouse, self._tables, reader, log)
                applied = position._replace(erasures=log.erasures, purged=log.purged, batch=batch)
                await write_positions(self._clickhouse, [applied])
                positions.note(applied)

    async def _index(self, reader: Reader, positions: Positions, logs: Sequence[Log]) -> int:
        news = {log.number: range(positions.of(log).size, log.size) for log in logs}
        block = next_block({log: seqs for log, seqs in news.items() if seqs}, self._block)
        if not block:
            return 0
        batch = _next(positions)
        entries = await read_entries(reader, block, batch)
        for table, column in _MENTIONED.items():
            await self._mention(reader, table, set(entries[column]) - {0}, batch)
        if entries["log"]:
            await self._clickhouse.insert("entries", entries)
        found = Counter(entries["log"])
        reached = [
            position._replace(
                size=block[position.log].stop,
                rows=position.rows + found[position.log],
                batch=batch,
            )
            for position in map(positions.of, logs)
            if position.log in block
        ]
        await write_positions(self._clickhouse, reached)
        for position in reached:
            positions.note(position)
        return sum(map(len, block.values()))

    async def _mention(self, reader: Reader, table: str, ids: Collection[int], batch: int) -> None:
        """Have whom and what entries mention there, once."""
        known = self._known[table]
        unknown = [id_ for id_ in ids if id_ not in known]
        if not unknown:
            return
        there: set[int] = set()
        for start in range(0, len(unknown), _IDS):
            ids_of_part = ", ".join(map(str, unknown[start : start + _IDS]))
            question = f"SELECT id FROM {table} WHERE id IN ({ids_of_part})"  # noqa: S608  # ours
            there.update(id_ for (id_,) in await self._clickhouse.ask(question))
        missing = [id_ for id_ in unknown if id_ not in there]
        if missing:
            columns: Columns = await read_mentions(reader, table, missing, batch)
            await self._clickhouse.insert(table, columns)
        if len(known) + len(unknown) > _REMEMBERED:
            known.clear()
        known.update(unknown)


def _adds_up(position: Position, rows: int, seqs: int) -> bool:
    """Return whether *rows*, whose seqs add up to *seqs*, are each entry once."""
    if position.rows < position.size:
        return rows == position.rows
    return rows == position.size and seqs == position.size * (position.size - 1) // 2


def _next(positions: Positions) -> int:
    # Never a number that was used before, were it by an index that has been dropped since.
    return max(positions.committed + 1, time.time_ns() // 1_000)

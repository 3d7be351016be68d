"""The ledger's store: one transaction, one truth."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

import psycopg
import sqlalchemy as sa
from psycopg.rows import TupleRow
from sqlalchemy.ext.asyncio import AsyncConnection

from indelible.core.activity import TenantId
from indelible.core.checkpoint import Checkpoint
from indelible.core.entry_id import format_id
from indelible.core.instant import format_time
from indelible.core.key import KEY_ID_SIZE
from indelible.core.merkle import CompactRange, Hash
from indelible.core.note import Note, Signature
from indelible.errors import Unavailable, Unknown
from indelible.ledger.ports import (
    Effect,
    FirstReceipt,
    Head,
    LogNumber,
    Mention,
    Mentioned,
    MentionKind,
    StoredEntry,
    Write,
)
from indelible.storage.postgres import copying
from indelible.storage.postgres.database import Database

_DOWN = (psycopg.OperationalError, psycopg.InterfaceError, sa.exc.OperationalError)
_ID_BLOCK = 1000  # what the sequence disclosure_ids moves by

_TABLES = {
    MentionKind.PERSON: (
        "people",
        ("actor_type", "actor_id", "assumed_by_id", "email", "assumed_by_email"),
    ),
    MentionKind.CLIENT: ("clients", ("ip", "user_agent")),
    MentionKind.RESOURCE: ("resources", ("type", "resource_id", "name")),
}

# Rows are locked in the order of their log, whoever asks: two appends that share logs wait for each
# other and never in a ring.
_LOCK_HEADS = """
SELECT logs.id, logs.origin, heads.size, heads.range, heads.time, heads.erasures
FROM heads JOIN logs ON logs.id = heads.log
WHERE logs.origin = ANY(%s) ORDER BY heads.log FOR NO KEY UPDATE OF heads
"""

_MAKE_LOGS = """
WITH made AS (
    INSERT INTO logs (origin, tenant) SELECT * FROM unnest(%s::text[], %s::uuid[])
    ON CONFLICT DO NOTHING RETURNING id
)
INSERT INTO heads (log) SELECT id FROM made
"""

# Entries first, heads last: a head over entries that may not exist would be a signed promise that
# nobody can take back.
_MOVE_HEADS = """
WITH moved (log, size, range, time, root, signature) AS (
    SELECT * FROM unnest(%s::int[], %s::bigint[], %s::bytea[], %s::bigint[], %s::bytea[],
        %s::bytea[])
), head AS (
    UPDATE heads SET size = moved.size, range = moved.range, time = moved.time
    FROM moved WHERE heads.log = moved.log
)
INSERT INTO checkpoints (log, size, root, signature) SELECT log, size, root, signature FROM moved
"""

_ADD_TILES = """
INSERT INTO tiles (log, level, index, data)
SELECT * FROM unnest(%s::int[], %s::smallint[], %s::bigint[], %s::bytea[])
"""

_ADD_RECEIPTS = """
INSERT INTO receipts (log, key, body, seq)
SELECT * FROM unnest(%s::int[], %s::bytea[], %s::bytea[], %s::bigint[])
"""

LEAF = r"coalesce(e.leaf, sha256('\x00'::bytea || e.bytes))"
"""SQL for the leaf hash of entry ``e``: all that is left of a purged one."""

_LEAVES = f"""
SELECT {LEAF} FROM entries e WHERE e.log = %s AND e.seq >= %s AND e.seq < %s ORDER BY e.seq
"""  # noqa: S608  # ours

_STORED = f"""
SELECT e.seq, uuid_send(e.id), (extract(epoch FROM e.time) * 1000000)::bigint, {LEAF},
    l.origin, c.size, c.root, c.signature
FROM entries e JOIN logs l ON l.id = e.log
CROSS JOIN LATERAL (
    SELECT size, root, signature FROM checkpoints
    WHERE log = e.log AND size > e.seq ORDER BY size LIMIT 1
) c
WHERE e.log = %s AND e.seq = ANY(%s)
"""  # noqa: S608  # ours


class PostgresLedger:
    """The ledger in PostgreSQL."""

    def __init__(self, database: Database, *, base: str) -> None:
        """Take the database and the origin that every log's origin starts with."""
        self._database = database
        self._base = base
        self._ids = _Ids()
        self._made: set[str] = set()
        self._types: dict[str, int] = {}  # their numbers never change

    def origin(self, tenant: TenantId | None) -> str:
        """Return the origin of a tenant's log, or of the platform log."""
        return f"{self._base}/logs/{tenant or 'platform'}"

    @asynccontextmanager
    async def append(self, tenants: Collection[TenantId | None]) -> AsyncIterator[PostgresAppend]:
        """Open a transaction over the logs of *tenants*; see the port."""
        origins = {self.origin(tenant): tenant for tenant in tenants}
        try:
            await self._make(origins)
            async with self._database.engine.connect() as connection:
                transaction = PostgresAppend(
                    connection, await _driver(connection), self._ids, self._types
                )
                await transaction.lock(origins)
                yield transaction
                await _commit(connection)
        except (*_DOWN, sa.exc.TimeoutError) as error:
            raise Unavailable("The database can't be reached; nothing was recorded.") from error

    async def _make(self, origins: Mapping[str, TenantId | None]) -> None:
        """Make the logs that are not there yet, committed before any head is locked.

        In the append's own transaction two of them could wait for each other's new rows.
        """
        new = sorted(origins.keys() - self._made)
        if new:
            async with self._database.engine.begin() as connection:
                driver = await _driver(connection)
                await driver.execute(_MAKE_LOGS, [new, [origins[origin] for origin in new]])
            self._made.update(new)


async def _driver(connection: AsyncConnection) -> psycopg.AsyncConnection[TupleRow]:
    raw = await connection.get_raw_connection()
    return cast("psycopg.AsyncConnection[TupleRow]", raw.driver_connection)


async def _commit(connection: AsyncConnection) -> None:
    try:
        await connection.commit()
    except _DOWN as error:
        raise Unknown("The database went away while the entries were being committed.") from error


class PostgresAppend:
    """An append in progress; see :class:`indelible.ledger.ports.AppendTransaction`."""

    def __init__(
        self,
        connection: AsyncConnection,
        driver: psycopg.AsyncConnection[TupleRow],
        ids: _Ids,
        types: dict[str, int],
    ) -> None:
        """Take an open connection, as SQLAlchemy and as the driver see it."""
        self._connection = connection
        self._driver = driver
        self._ids = ids
        self._types = types
        self._heads: dict[TenantId | None, Head] = {}

    @property
    def heads(self) -> Mapping[TenantId | None, Head]:
        """The locked heads."""
        return self._heads

    async def lock(self, origins: Mapping[str, TenantId | None]) -> None:
        """Lock the heads of *origins*."""
        await self._connection.begin()
        async with self._driver.pipeline():  # BEGIN goes with it
            rows = await self._all(_LOCK_HEADS, [list(origins)])
        for log, origin, size, hashes, time, erasures in rows:
            range_ = CompactRange.from_bytes(size, hashes)
            self._heads[origins[origin]] = Head(log, origin, size, range_, time, erasures)

    async def first_receipts(
        self, log: LogNumber, keys: Collection[bytes]
    ) -> Mapping[bytes, FirstReceipt]:
        """Return those of *keys* that were recorded before."""
        query = "SELECT key, body, seq FROM receipts WHERE log = %s AND key = ANY(%s)"
        rows = await self._all(query, [log, list(keys)])
        return {key: FirstReceipt(body, seq) for key, body, seq in rows}

    async def stored(self, log: LogNumber, seqs: Collection[int]) -> Mapping[int, StoredEntry]:
        """Return entries that stand in the log, each with the first checkpoint over it."""
        found = {}
        for seq, id_, time, leaf, origin, size, root, signature in await self._all(
            _STORED, [log, list(seqs)]
        ):
            signed = Signature(origin, signature[:KEY_ID_SIZE], signature[KEY_ID_SIZE:])
            note = Note(Checkpoint(origin, size, root).to_text(), (signed,))
            found[seq] = StoredEntry(format_id(id_), format_time(time), leaf, note.to_text())
        return found

    async def mentioned(
        self, kind: MentionKind, log: LogNumber, keys: Collection[bytes]
    ) -> Mapping[bytes, Mentioned]:
        """Return those of *keys* that are stored and not erased."""
        table, _ = _TABLES[kind]
        query = f"SELECT key, id, digest FROM {table} WHERE log = %s AND key = ANY(%s)"  # noqa: S608  # ours
        rows = await self._all(query, [log, list(keys)])
        return {key: Mentioned(row, digest) for key, row, digest in rows}

    async def mention(
        self, kind: MentionKind, log: LogNumber, mentions: Sequence[Mention]
    ) -> Sequence[int]:
        """Store mentions that are new to the log and return their rows, in order."""
        rows = [await self._ids.next(self._driver) for _ in mentions]
        table, columns = _TABLES[kind]
        texts = ", ".join(["%s::text[]"] * len(columns))
        statement = (
            f"INSERT INTO {table} (id, {', '.join(columns)}, disclosure, digest, key, log, since) "  # noqa: S608  # ours
            f"SELECT *, %s, (SELECT size FROM heads WHERE log = %s) "
            f"FROM unnest(%s::bigint[], {texts}, %s::bytea[], %s::text[], %s::bytea[])"
        )
        keys, said, disclosures, digests = zip(*mentions, strict=True)
        values = [list(column) for column in zip(*said, strict=True)]
        await self._driver.execute(
            statement, [log, log, rows, *values, list(disclosures), list(digests), list(keys)]
        )
        return rows

    async def resource_types(self, names: Collection[str]) -> Mapping[str, int]:
        """Return the number of each resource type, registering new ones."""
        if self._types.keys() >= set(names):
            return self._types
        known = "SELECT name, id FROM resource_types WHERE name = ANY(%s)"
        found: dict[str, int] = dict(await self._all(known, [list(names)]))
        new = sorted(set(names) - found.keys())
        if new:
            await self._driver.execute(
                "INSERT INTO resource_types (name) SELECT unnest(%s::text[]) "
                "ON CONFLICT DO NOTHING",
                [new],
            )
            found.update(await self._all(known, [new]))
        else:
            # Committed by others; what is registered here may yet roll back.
            self._types.update(found)
        return found

    async def leaf_hashes(self, log: LogNumber, seqs: range) -> Sequence[Hash]:
        """Return the leaf hashes of a run of entries, in order."""
        return [leaf for (leaf,) in await self._all(_LEAVES, [log, seqs.start, seqs.stop])]

    async def tiles(self, log: LogNumber, level: int, indexes: range) -> Sequence[bytes]:
        """Return full hash tiles, in order."""
        query = (
            "SELECT data FROM tiles WHERE log = %s AND level = %s AND index >= %s AND index < %s "
            "ORDER BY index"
        )
        values = [log, level, indexes.start, indexes.stop]
        return [data for (data,) in await self._all(query, values)]

    async def write(self, write: Write) -> None:
        """Append entries, then tiles, receipts, heads and checkpoints."""
        await self._copy(copying.ENTRIES, copying.entries(write.entries))
        # The rest goes out together: round trips are what a single request waits for.
        async with self._driver.pipeline():
            if write.tiles:
                logs, tiles, data = zip(*write.tiles, strict=True)
                levels = [tile.level for tile in tiles]
                indexes = [tile.index for tile in tiles]
                await self._driver.execute(_ADD_TILES, [list(logs), levels, indexes, list(data)])
            if write.receipts:
                columns = [list(column) for column in zip(*write.receipts, strict=True)]
                await self._driver.execute(_ADD_RECEIPTS, columns)
            heads = [signed.head for signed in write.heads]
            await self._driver.execute(
                _MOVE_HEADS,
                [
                    [head.log for head in heads],
                    [head.size for head in heads],
                    [head.range.to_bytes() for head in heads],
                    [head.time for head in heads],
                    [signed.root for signed in write.heads],
                    [signed.signature for signed in write.heads],
                ],
            )

    async def run(self, effect: Effect) -> None:
        """Make a change that commits with the entries or not at all."""
        await effect(self._connection)

    async def _copy(self, statement: str, data: bytes) -> None:
        cursor = self._driver.cursor()
        async with cursor.copy(statement) as copy:
            await copy.write(data)

    async def _all(self, query: str, values: Sequence[Any]) -> list[TupleRow]:
        cursor = await self._driver.cursor(binary=True).execute(query, values)
        return await cursor.fetchall()


class _Ids:
    """Hands out row numbers of mentions, a block from the database's sequence at a time."""

    def __init__(self) -> None:
        self._left = iter(range(0))

    async def next(self, driver: psycopg.AsyncConnection[TupleRow]) -> int:
        for number in self._left:
            return number
        cursor = await driver.execute("SELECT nextval('disclosure_ids')")
        row = await cursor.fetchone()
        first = int(row[0]) if row else 0
        self._left = iter(range(first + 1, first + _ID_BLOCK))
        return first

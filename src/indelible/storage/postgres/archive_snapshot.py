"""The ledger as a check reads it: everything, in one snapshot, in constant memory.

It needs a connection of the driver and nothing else, so that a process of a check starts fast.
"""

from __future__ import annotations

import struct
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

import psycopg
from psycopg.rows import TupleRow

from indelible.errors import Unavailable
from indelible.ledger.archive import (
    Shared,
    StoredCheckpoint,
    StoredCosignature,
    StoredKey,
    StoredLog,
    StoredMention,
    StoredRow,
    StoredRows,
)
from indelible.ledger.packing import unpacked_entries
from indelible.ledger.ports import LogNumber, MentionKind
from indelible.ledger.root import RootLeaf
from indelible.storage.postgres.bulk import BulkQuery
from indelible.storage.postgres.round_trip import Driver

_POSTGRES_EPOCH = 946_684_800_000_000  # 2000-01-01, microseconds since 1970
_INFINITIES = frozenset((-(1 << 63), (1 << 63) - 1))  # as PostgreSQL sends them
_COLUMNS = len(StoredRow._fields)

# Windows are read along the index: the planner, where nobody analyzed yet, would rather sort them.
_PLANNING = """
SELECT set_config(name, 'off', true)
FROM unnest(ARRAY['enable_sort', 'enable_bitmapscan', 'enable_seqscan', 'jit']) AS name
"""

_BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_SHARED = "SELECT pg_export_snapshot(), current_setting('role')"
_JOINED = """
SELECT set_config(name, value, true)
FROM (VALUES ('role', %s), ('statement_timeout', '0'), ('idle_in_transaction_session_timeout', '0'))
    AS settings (name, value)
"""

_LOGS = """
SELECT logs.id, logs.origin, heads.size, heads.range, heads.time,
    heads.purged, logs.tenant::text
FROM logs LEFT JOIN heads ON heads.log = logs.id ORDER BY logs.id
"""

# From one log to the next by the primary key: their entries in between are not read.
_STRAYS = """
WITH RECURSIVE filed (log) AS (
    SELECT min(log) FROM entries
    UNION ALL
    SELECT (SELECT min(log) FROM entries WHERE log > filed.log) FROM filed WHERE log IS NOT NULL
)
SELECT log FROM filed WHERE log IS NOT NULL AND log NOT IN (SELECT id FROM logs) ORDER BY log
"""

_ROWS = """
SELECT seq, bytes, id, time, action, failed, resource_type, session,
    person, resource, client, details, leaf
FROM entries WHERE log = $1 AND seq >= $2 AND seq < $3 ORDER BY seq
"""

_NEXT = "SELECT seq FROM entries WHERE log = %s AND seq >= %s ORDER BY seq LIMIT 1"
_LAST = "SELECT seq FROM entries WHERE log = %s ORDER BY seq DESC LIMIT 1"

_MENTIONS = {
    MentionKind.PERSON: """
SELECT id, log, disclosure, digest, key, actor_type, actor_id, assumed_by_id, email,
    assumed_by_email
FROM people WHERE id = ANY($1)
""",
    MentionKind.CLIENT: """
SELECT id, log, disclosure, digest, key, ip, user_agent FROM clients WHERE id = ANY($1)
""",
    MentionKind.RESOURCE: """
SELECT id, log, disclosure, digest, key, type, resource_id, name FROM resources WHERE id = ANY($1)
""",
}

_TILES = """
SELECT index, data FROM tiles WHERE log = $1 AND level = $2 AND index >= $3 AND index < $4
"""

_CHECKPOINTS = """
SELECT size, root, signature FROM checkpoints
WHERE log = $1 AND size >= $2 AND size < $3 ORDER BY size
"""

_ROOT_LEAVES = """
SELECT index, log, size, data FROM root_leaves WHERE index >= %s AND index < %s ORDER BY index
"""
_ROOT_TILES = "SELECT index, data FROM root_tiles WHERE level = %s AND index >= %s AND index < %s"
_ROOT_CHECKPOINTS = """
SELECT size, root, signature FROM root_checkpoints WHERE size >= %s AND size < %s ORDER BY size
"""
_COSIGNATURES = """
SELECT size, witness, key_id, blob FROM cosignatures WHERE size >= %s AND size < %s ORDER BY size
"""


@asynccontextmanager
async def joined(shared: Shared) -> AsyncIterator[PostgresSnapshot]:
    """Open, on a connection of its own, the view that somebody shares.

    Raises:
        Unavailable: the database can't be reached, or the view is gone.
    """
    try:
        driver = await psycopg.AsyncConnection.connect(
            shared.connection, password=shared.password or None, autocommit=True
        )
    except psycopg.OperationalError as error:
        raise Unavailable("The database can't be reached.") from error
    async with driver:
        try:
            await driver.execute(_BEGIN)
            await driver.execute(f"SET TRANSACTION SNAPSHOT '{shared.name}'".encode())
            await driver.execute(_JOINED, [shared.role])
        except psycopg.Error as error:
            raise Unavailable("What is being checked can't be seen any more.") from error
        snapshot = PostgresSnapshot(driver)
        await snapshot.plan()
        yield snapshot


class PostgresSnapshot:
    """One consistent view; see :class:`indelible.ledger.archive.Snapshot`."""

    def __init__(self, driver: Driver) -> None:
        """Take a connection in a repeatable-read transaction."""
        self._driver = driver
        self._queries: dict[str, BulkQuery] = {}
        self.root = PostgresRootSnapshot(driver)

    async def plan(self) -> None:
        """Have what follows planned for who reads it all, until the transaction ends."""
        await self._all(_PLANNING, [])

    async def share(self) -> Shared:
        """Return by what others see exactly the same."""
        ((name, role),) = await self._all(_SHARED, [])
        said = self._driver.info
        return Shared(said.dsn, said.password, name, role)

    async def logs(self) -> Sequence[StoredLog]:
        """Return every log."""
        return [StoredLog(*row) for row in await self._all(_LOGS, [])]

    async def strays(self) -> Sequence[LogNumber]:
        """Return the numbers under which entries stand and no log does."""
        return [log for (log,) in await self._all(_STRAYS, [])]

    async def keys(self) -> Sequence[StoredKey]:
        """Return the public keys of which it is said that they signed."""
        query = "SELECT public_key, statement FROM signing_keys ORDER BY since"
        return [StoredKey(*row) for row in await self._all(query, [])]

    async def resource_types(self) -> dict[int, str]:
        """Return the name of each resource type, by number."""
        return dict(await self._all("SELECT id, name FROM resource_types", []))

    async def seqs(self, log: LogNumber, at_least: int) -> int | None:
        """Return the first seq from *at_least* on under which an entry stands."""
        rows = await self._all(_NEXT, [log, at_least])
        return int(rows[0][0]) if rows else None

    async def last(self, log: LogNumber) -> int | None:
        """Return the last seq under which an entry stands."""
        rows = await self._all(_LAST, [log])
        return int(rows[0][0]) if rows else None

    async def rows(self, log: LogNumber, seqs: range) -> StoredRows:
        """Return the entries of a log with seqs in *seqs*, in order."""
        query = self._bulk(_ROWS)
        rows = query.rows(log, seqs.start, seqs.stop)
        columns = list(zip(*rows, strict=True)) or [()] * _COLUMNS
        seq, packed, id_, time, *others = columns
        return StoredRows(seq, _entries(packed), id_, _microseconds(time), *others)

    async def mentions(self, kind: MentionKind, rows: Collection[int]) -> dict[int, StoredMention]:
        """Return those of the mentions *rows* that there are."""
        query = self._bulk(_MENTIONS[kind])
        return {
            row[0]: StoredMention(row[1], row[5:], row[2], row[3], row[4])
            for row in query.rows(rows)
        }

    async def tiles(self, log: LogNumber, level: int, indexes: range) -> dict[int, bytes]:
        """Return the stored tiles among *indexes*, by index."""
        query = self._bulk(_TILES)
        return dict(query.rows(log, level, indexes.start, indexes.stop))

    async def tile_counts(self, log: LogNumber) -> dict[int, int]:
        """Return how many tiles are stored at each level."""
        query = "SELECT level, count(*) FROM tiles WHERE log = %s GROUP BY level"
        return dict(await self._all(query, [log]))

    async def checkpoints(self, log: LogNumber, sizes: range) -> Sequence[StoredCheckpoint]:
        """Return the checkpoints with sizes in *sizes*, in order."""
        query = self._bulk(_CHECKPOINTS)
        return [StoredCheckpoint(*row) for row in query.rows(log, sizes.start, sizes.stop)]

    def _bulk(self, query: str) -> BulkQuery:
        if query not in self._queries:
            self._queries[query] = BulkQuery(self._driver, query, as_sent=("uuid", "timestamptz"))
        return self._queries[query]

    async def _all(self, query: str, values: Sequence[Any]) -> list[TupleRow]:
        return await _rows(self._driver, query, values)


class PostgresRootSnapshot:
    """The root log in one view; see :class:`indelible.ledger.archive.RootSource`."""

    def __init__(self, driver: Driver) -> None:
        """Take a connection in a repeatable-read transaction."""
        self._driver = driver

    async def head(self) -> tuple[int, bytes] | None:
        """Return size and hashes of the head."""
        rows = await self._all("SELECT size, range FROM root_head", [])
        return (rows[0][0], rows[0][1]) if rows else None

    async def leaves(self, indexes: range) -> Sequence[RootLeaf]:
        """Return the leaves among *indexes*, in order."""
        rows = await self._all(_ROOT_LEAVES, [indexes.start, indexes.stop])
        return [RootLeaf(*row) for row in rows]

    async def tiles(self, _: LogNumber, level: int, indexes: range) -> dict[int, bytes]:
        """Return the stored tiles among *indexes*, by index."""
        return dict(await self._all(_ROOT_TILES, [level, indexes.start, indexes.stop]))

    async def tile_counts(self, _: LogNumber) -> dict[int, int]:
        """Return how many tiles are stored at each level."""
        return dict(await self._all("SELECT level, count(*) FROM root_tiles GROUP BY level", []))

    async def checkpoints(self, _: LogNumber, sizes: range) -> Sequence[StoredCheckpoint]:
        """Return the checkpoints with sizes in *sizes*, in order."""
        rows = await self._all(_ROOT_CHECKPOINTS, [sizes.start, sizes.stop])
        return [StoredCheckpoint(*row) for row in rows]

    async def cosignatures(self, sizes: range) -> Sequence[StoredCosignature]:
        """Return what witnesses are said to have signed over checkpoints of *sizes*."""
        rows = await self._all(_COSIGNATURES, [sizes.start, sizes.stop])
        return [StoredCosignature(*row) for row in rows]

    async def _all(self, query: str, values: Sequence[Any]) -> list[TupleRow]:
        return await _rows(self._driver, query, values)


def _entries(packed: Sequence[bytes | None]) -> list[bytes | None]:
    """Return entry bytes; nothing where they can't be unpacked, which no entry is."""
    if None not in packed:
        return [*unpacked_entries(cast("Sequence[bytes]", packed))]
    there = unpacked_entries(each for each in packed if each is not None)
    return [None if each is None else next(there) for each in packed]


def _microseconds(sent: Sequence[bytes]) -> list[int | None]:
    """Return microseconds since 1970, None for what is no point in time."""
    since_2000 = struct.unpack(f"!{len(sent)}q", b"".join(sent))
    return [None if each in _INFINITIES else each + _POSTGRES_EPOCH for each in since_2000]


async def _rows(driver: Driver, query: str, values: Sequence[Any]) -> list[TupleRow]:
    cursor = await driver.cursor(binary=True).execute(query.encode(), values)
    return await cursor.fetchall()

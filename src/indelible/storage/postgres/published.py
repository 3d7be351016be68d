"""Logs in PostgreSQL as their readers see them; see :mod:`indelible.ledger.published`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

import psycopg
from psycopg.rows import TupleRow
from sqlalchemy.ext.asyncio import AsyncConnection

from indelible.core.activity import TenantId
from indelible.core.checkpoint import Checkpoint
from indelible.core.key import KEY_ID_SIZE
from indelible.core.merkle import Hash
from indelible.core.note import Note, Signature
from indelible.core.scope import Scope
from indelible.errors import NotFound
from indelible.storage.postgres.append import LEAF
from indelible.storage.postgres.database import Database

# Row-level security lets each reader see its own log: a foreign one is absent.
_LOG = """
SELECT logs.id, logs.origin, heads.size FROM logs JOIN heads ON heads.log = logs.id
WHERE logs.tenant IS NOT DISTINCT FROM %s::uuid
"""

_NEWEST = """
SELECT size, root, signature FROM checkpoints WHERE log = %s ORDER BY size DESC LIMIT 1
"""

_TILES = """
SELECT data FROM tiles WHERE log = %s AND level = %s AND index >= %s AND index < %s ORDER BY index
"""

_LEAVES = f"""
SELECT {LEAF} FROM entries e WHERE e.log = %s AND e.seq >= %s AND e.seq < %s ORDER BY e.seq
"""  # noqa: S608  # ours

_ENTRIES = """
SELECT bytes FROM entries WHERE log = %s AND seq >= %s AND seq < %s ORDER BY seq
"""


class PostgresLogs:
    """The logs of tenants and of the platform, to be read."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    @asynccontextmanager
    async def open(self, tenant: TenantId | None, scope: Scope) -> AsyncIterator[PostgresTree]:
        """Open the log of *tenant* at one instant; see the port."""
        async with self._database.reading(scope) as connection:
            driver = await _driver(connection)
            row = await (await driver.execute(_LOG, [tenant])).fetchone()
            if row is None:
                raise NotFound("There is no such log.")
            yield PostgresTree(driver, *row)


class PostgresTree:
    """One log at one instant; see :class:`indelible.ledger.published.PublishedTree`."""

    def __init__(
        self, driver: psycopg.AsyncConnection[TupleRow], log: int, origin: str, size: int
    ) -> None:
        """Take a connection in a repeatable-read transaction, the log's number, name and size."""
        self._driver = driver
        self._log = log
        self._origin = origin
        self._size = size

    @property
    def origin(self) -> str:
        """The name of the log."""
        return self._origin

    async def checkpoint(self) -> str | None:
        """Return the newest signed checkpoint."""
        rows = await self._all(_NEWEST, [])
        if not rows:
            return None
        size, root, signature = rows[0]
        text = Checkpoint(self._origin, size, root).to_text()
        by = Signature(self._origin, signature[:KEY_ID_SIZE], signature[KEY_ID_SIZE:])
        return Note(text, (by,)).to_text()

    async def size(self) -> int:
        """Return the number of entries."""
        return self._size

    async def tiles(self, level: int, indexes: range) -> Sequence[bytes]:
        """Return full hash tiles, in order."""
        return [data for (data,) in await self._all(_TILES, [level, indexes.start, indexes.stop])]

    async def leaf_hashes(self, indexes: range) -> Sequence[Hash]:
        """Return leaf hashes, in order."""
        rows = await self._all(_LEAVES, [indexes.start, indexes.stop])
        return [leaf for (leaf,) in rows]

    async def entries(self, indexes: range) -> Sequence[bytes | None]:
        """Return entries, in order."""
        return [data for (data,) in await self._all(_ENTRIES, [indexes.start, indexes.stop])]

    async def _all(self, query: str, values: Sequence[Any]) -> list[TupleRow]:
        cursor = await self._driver.cursor(binary=True).execute(query, [self._log, *values])
        return await cursor.fetchall()


async def _driver(connection: AsyncConnection) -> psycopg.AsyncConnection[TupleRow]:
    raw = await connection.get_raw_connection()
    return cast("psycopg.AsyncConnection[TupleRow]", raw.driver_connection)

"""Logs in PostgreSQL as their readers see them; see :mod:`indelible.ledger.published`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from indelible.core.activity import TenantId
from indelible.core.checkpoint import Checkpoint
from indelible.core.key import KEY_ID_SIZE
from indelible.core.merkle import Hash
from indelible.core.note import Note, Signature
from indelible.core.scope import Scope
from indelible.errors import NotFound
from indelible.ledger.packing import unpack
from indelible.storage.postgres.append import LEAF
from indelible.storage.postgres.database import Database, driver_of
from indelible.storage.postgres.round_trip import (
    BYTES,
    INT,
    LONG,
    SHORT,
    TEXT,
    Driver,
    Statement,
    round_trip,
)

# Row-level security lets each reader see its own log: a foreign one is absent.
_LOG = Statement(
    """
SELECT logs.id, logs.origin, heads.size FROM logs JOIN heads ON heads.log = logs.id
WHERE logs.tenant IS NOT DISTINCT FROM $1::uuid
""",
    takes=[TEXT],
    gives=[INT, TEXT, LONG],
)

_NEWEST = Statement(
    "SELECT size, root, signature FROM checkpoints WHERE log = $1 ORDER BY size DESC LIMIT 1",
    takes=[INT],
    gives=[LONG, BYTES, BYTES],
)

_TILES = Statement(
    """
SELECT data FROM tiles WHERE log = $1 AND level = $2 AND index >= $3 AND index < $4 ORDER BY index
""",
    takes=[INT, SHORT, LONG, LONG],
    gives=[BYTES],
)

_LEAVES = Statement(
    f"""
SELECT {LEAF} FROM entries e WHERE e.log = $1 AND e.seq >= $2 AND e.seq < $3 ORDER BY e.seq
""",  # noqa: S608  # ours
    takes=[INT, LONG, LONG],
    gives=[BYTES],
)

_ENTRIES = Statement(
    "SELECT bytes FROM entries WHERE log = $1 AND seq >= $2 AND seq < $3 ORDER BY seq",
    takes=[INT, LONG, LONG],
    gives=[BYTES],
)


class PostgresLogs:
    """The logs of tenants and of the platform, to be read."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    @asynccontextmanager
    async def open(self, tenant: TenantId | None, scope: Scope) -> AsyncIterator[PostgresTree]:
        """Open the log of *tenant* at one instant; see the port."""
        async with self._database.reading(scope) as connection:
            driver = await driver_of(connection)
            [rows] = await round_trip(driver, _LOG(tenant))
            if not rows:
                raise NotFound("There is no such log.")
            yield PostgresTree(driver, *rows[0])


class PostgresTree:
    """One log at one instant; see :class:`indelible.ledger.published.PublishedTree`."""

    def __init__(self, driver: Driver, log: int, origin: str, size: int) -> None:
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
        rows = await self._all(_NEWEST)
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
        return [data for (data,) in await self._all(_TILES, level, indexes.start, indexes.stop)]

    async def leaf_hashes(self, indexes: range) -> Sequence[Hash]:
        """Return leaf hashes, in order."""
        rows = await self._all(_LEAVES, indexes.start, indexes.stop)
        return [leaf for (leaf,) in rows]

    async def entries(self, indexes: range) -> Sequence[bytes | None]:
        """Return entries, in order."""
        rows = await self._all(_ENTRIES, indexes.start, indexes.stop)
        return [None if packed is None else unpack(packed) for (packed,) in rows]

    async def _all(self, statement: Statement, *values: int) -> list[tuple[Any, ...]]:
        return (await round_trip(self._driver, statement(self._log, *values)))[0]

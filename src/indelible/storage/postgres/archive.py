"""The ledger as a check reads it: everything, in one snapshot, in constant memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

import psycopg
from psycopg.rows import TupleRow
from sqlalchemy.ext.asyncio import AsyncConnection

from indelible.core.packing import unpack
from indelible.core.scope import Scope
from indelible.ledger.check import StoredCheckpoint, StoredLog, StoredRow
from indelible.ledger.ports import LogNumber
from indelible.storage.postgres.database import Database

_CHUNK = 4_096

_LOGS = """
SELECT logs.id, logs.origin, heads.size, heads.range, heads.time
FROM logs JOIN heads ON heads.log = logs.id ORDER BY logs.id
"""

_ROWS = """
SELECT e.seq, e.bytes, e.id, (extract(epoch FROM e.time) * 1000000)::bigint, e.action, e.failed,
    t.name, e.session, p.actor_type, p.actor_id, p.assumed_by_id, r.type, r.resource_id,
    p.digest, p.disclosure, r.digest, r.disclosure, c.digest, c.disclosure, e.details
FROM entries e
LEFT JOIN resource_types t ON t.id = e.resource_type
LEFT JOIN people p ON p.id = e.person
LEFT JOIN resources r ON r.id = e.resource
LEFT JOIN clients c ON c.id = e.client
WHERE e.log = %s AND e.seq > %s ORDER BY e.seq LIMIT %s
"""

_TILES = """
SELECT index, data FROM tiles WHERE log = %s AND level = %s AND index >= %s AND index < %s
"""

_CHECKPOINTS = """
SELECT size, root, signature FROM checkpoints
WHERE log = %s AND size >= %s AND size < %s ORDER BY size
"""


class PostgresArchive:
    """The ledger in PostgreSQL, to be checked; see :class:`indelible.ledger.check.Archive`."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[PostgresSnapshot]:
        """Open a consistent view; nothing is locked."""
        async with self._database.reading(Scope.everything()) as connection:
            yield PostgresSnapshot(connection)


class PostgresSnapshot:
    """One consistent view; see :class:`indelible.ledger.check.Snapshot`."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Take a connection in a repeatable-read transaction."""
        self._connection = connection

    async def logs(self) -> Sequence[StoredLog]:
        """Return every log."""
        return [StoredLog(*row) for row in await self._all(_LOGS, [])]

    async def rows(self, log: LogNumber) -> AsyncIterator[Sequence[StoredRow]]:
        """Yield the entries of a log in order of seq, in chunks."""
        after = -1
        while rows := await self._all(_ROWS, [log, after, _CHUNK]):
            yield [_row(*row) for row in rows]
            after = rows[-1][0]

    async def tiles(self, log: LogNumber, level: int, indexes: range) -> dict[int, bytes]:
        """Return the stored tiles among *indexes*, by index."""
        return dict(await self._all(_TILES, [log, level, indexes.start, indexes.stop]))

    async def tile_counts(self, log: LogNumber) -> dict[int, int]:
        """Return how many tiles are stored at each level."""
        query = "SELECT level, count(*) FROM tiles WHERE log = %s GROUP BY level"
        return dict(await self._all(query, [log]))

    async def checkpoints(self, log: LogNumber, sizes: range) -> Sequence[StoredCheckpoint]:
        """Return the checkpoints with sizes in *sizes*, in order."""
        rows = await self._all(_CHECKPOINTS, [log, sizes.start, sizes.stop])
        return [StoredCheckpoint(*row) for row in rows]

    async def _all(self, query: str, values: Sequence[Any]) -> list[TupleRow]:
        raw = await self._connection.get_raw_connection()
        driver = cast("psycopg.AsyncConnection[TupleRow]", raw.driver_connection)
        cursor = await driver.cursor(binary=True).execute(query, values)
        return await cursor.fetchall()


def _row(
    seq: int,
    data: bytes,
    id_: Any,
    time: int,
    action: int,
    failed: bool,
    resource_type: str | None,
    session: str | None,
    actor_type: str | None,
    actor_id: str | None,
    assumed_by: str | None,
    type_: str | None,
    resource_id: str | None,
    person_digest: str | None,
    person: bytes | None,
    resource_digest: str | None,
    resource: bytes | None,
    client_digest: str | None,
    client: bytes | None,
    details: bytes | None,
) -> StoredRow:
    return StoredRow(
        seq=seq,
        data=data,
        id=id_.bytes,
        time=time,
        action=action,
        failed=failed,
        resource_type=resource_type,
        session=session,
        actor=(actor_type, actor_id),
        assumed_by=assumed_by,
        resource=(type_, resource_id),
        disclosures={
            "person": (person_digest, person),
            "resource": (resource_digest, resource),
            "client": (client_digest, client),
            "details": (None, details if details is None else unpack(details)),
        },
    )

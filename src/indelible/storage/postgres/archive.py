"""The ledger as a check reads it: everything, in one snapshot, in constant memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

import psycopg
from psycopg.rows import TupleRow
from sqlalchemy.ext.asyncio import AsyncConnection

from indelible.core.scope import Scope
from indelible.ledger.archive import StoredCheckpoint, StoredLog, StoredMention, StoredRow
from indelible.ledger.ports import LogNumber, MentionKind
from indelible.storage.postgres.database import Database

_CHUNK = 4_096
_BEFORE_ALL = -(1 << 62)  # nothing keeps a hand with enough rights from writing a negative seq

_LOGS = """
SELECT logs.id, logs.origin, heads.size, heads.range, heads.time
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
SELECT seq, bytes, uuid_send(id),
    CASE WHEN isfinite(time) THEN (extract(epoch FROM time) * 1000000)::bigint END,
    action, failed, resource_type, session, person, resource, client, details
FROM entries WHERE log = %s AND seq > %s ORDER BY seq LIMIT %s
"""

_MENTIONS = {
    MentionKind.PERSON: """
SELECT id, log, disclosure, digest, actor_type, actor_id, assumed_by_id, email, assumed_by_email
FROM people WHERE id = ANY(%s)
""",
    MentionKind.CLIENT: """
SELECT id, log, disclosure, digest, ip, user_agent FROM clients WHERE id = ANY(%s)
""",
    MentionKind.RESOURCE: """
SELECT id, log, disclosure, digest, type, resource_id, name FROM resources WHERE id = ANY(%s)
""",
}

_TILES = """
SELECT index, data FROM tiles WHERE log = %s AND level = %s AND index >= %s AND index < %s
"""

_CHECKPOINTS = """
SELECT size, root, signature FROM checkpoints
WHERE log = %s AND size >= %s AND size < %s ORDER BY size
"""


class PostgresArchive:
    """The ledger in PostgreSQL, to be checked; see :class:`indelible.ledger.archive.Archive`."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[PostgresSnapshot]:
        """Open a consistent view; nothing is locked."""
        async with self._database.reading(Scope.everything()) as connection:
            yield PostgresSnapshot(connection)


class PostgresSnapshot:
    """One consistent view; see :class:`indelible.ledger.archive.Snapshot`."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Take a connection in a repeatable-read transaction."""
        self._connection = connection

    async def logs(self) -> Sequence[StoredLog]:
        """Return every log."""
        return [StoredLog(*row) for row in await self._all(_LOGS, [])]

    async def strays(self) -> Sequence[LogNumber]:
        """Return the numbers under which entries stand and no log does."""
        return [log for (log,) in await self._all(_STRAYS, [])]

    async def keys(self) -> Sequence[bytes]:
        """Return the public keys of which it is said that they signed."""
        rows = await self._all("SELECT public_key FROM signing_keys ORDER BY since", [])
        return [key for (key,) in rows]

    async def resource_types(self) -> dict[int, str]:
        """Return the name of each resource type, by number."""
        return dict(await self._all("SELECT id, name FROM resource_types", []))

    async def rows(self, log: LogNumber) -> AsyncIterator[Sequence[StoredRow]]:
        """Yield the entries of a log in order of seq, in chunks."""
        after = _BEFORE_ALL
        while rows := await self._all(_ROWS, [log, after, _CHUNK]):
            yield [StoredRow._make(row) for row in rows]
            after = rows[-1][0]

    async def mentions(self, kind: MentionKind, rows: Collection[int]) -> dict[int, StoredMention]:
        """Return those of the mentions *rows* that there are."""
        found = await self._all(_MENTIONS[kind], [list(rows)])
        return {row[0]: StoredMention(row[1], row[4:], row[2], row[3]) for row in found}

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

"""What evidence is made of, in PostgreSQL; see :mod:`indelible.ledger.provable`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import cast

import psycopg
from psycopg.rows import TupleRow

from indelible.core.activity import EntryId
from indelible.core.entry_id import parse_id
from indelible.core.scope import Scope
from indelible.errors import Invalid, NotFound, Purged
from indelible.ledger.ports import LogNumber
from indelible.ledger.search import Stored
from indelible.storage.postgres.database import Database
from indelible.storage.postgres.published import PostgresTree
from indelible.storage.postgres.root import PostgresRoot

# Row-level security lets each reader see its own log: a foreign entry is absent.
_STORED = """
SELECT e.log, e.seq, logs.tenant::text, e.bytes, people.disclosure, clients.disclosure,
    resources.disclosure, e.details, logs.origin, heads.size
FROM entries e
JOIN logs ON logs.id = e.log
JOIN heads ON heads.log = e.log
LEFT JOIN people ON people.id = e.person
LEFT JOIN clients ON clients.id = e.client
LEFT JOIN resources ON resources.id = e.resource
WHERE e.id = %s::uuid
"""

_LOG = """
SELECT logs.origin, heads.size FROM logs JOIN heads ON heads.log = logs.id WHERE logs.id = %s
"""

_KEYS = "SELECT public_key FROM signing_keys ORDER BY since"
_ROTATIONS = "SELECT statement FROM signing_keys WHERE statement IS NOT NULL ORDER BY since"
_TIMESTAMPS = "SELECT token FROM timestamps WHERE size = %s ORDER BY at"


class PostgresEvidence:
    """The ledger in PostgreSQL, to be proved."""

    def __init__(self, database: Database, root: PostgresRoot) -> None:
        """Take the database, and the root log in it."""
        self._database = database
        self._root = root

    @asynccontextmanager
    async def open(self, scope: Scope) -> AsyncIterator[PostgresEvidenceReader]:
        """Open all that *scope* sees, at one instant; see the port."""
        async with self._database.reading(scope) as connection:
            raw = await connection.get_raw_connection()
            driver = cast("psycopg.AsyncConnection[TupleRow]", raw.driver_connection)
            yield PostgresEvidenceReader(driver, self._root.within(connection))


class PostgresEvidenceReader:
    """One consistent view, on one connection: who waits for a second one may wait forever."""

    def __init__(self, driver: psycopg.AsyncConnection[TupleRow], root: PostgresRoot) -> None:
        """Take a connection in a repeatable-read transaction, and the root log as it sees it."""
        self._driver = driver
        self._root = root
        self._logs: dict[LogNumber, PostgresTree] = {}

    @property
    def root(self) -> PostgresRoot:
        """The root log."""
        return self._root

    async def stored(self, id: EntryId) -> Stored:  # noqa: A002
        """Return an entry with its disclosures."""
        try:
            wanted = parse_id(id)
        except Invalid as error:
            raise NotFound("There is no such entry.") from error
        row = await self._one(_STORED, wanted.hex())
        if row is None:
            raise NotFound("There is no such entry.")
        log, seq, tenant, public, person, client, resource, details, origin, size = row
        if public is None:
            raise Purged("This entry was purged when its retention period was over.")
        self._logs[log] = PostgresTree(self._driver, log, origin, size)
        return Stored(
            log=log, seq=seq, tenant=tenant, public=public, person=person, client=client,
            resource=resource, details=details,
        )  # fmt: skip

    async def log(self, number: LogNumber) -> PostgresTree:
        """Return a log."""
        if number not in self._logs:
            row = await self._one(_LOG, number)
            if row is None:
                raise NotFound("There is no such log.")
            self._logs[number] = PostgresTree(self._driver, number, *row)
        return self._logs[number]

    async def keys(self) -> Sequence[bytes]:
        """Return the public keys that sign, or did."""
        cursor = await self._driver.cursor(binary=True).execute(_KEYS)
        return [key for (key,) in await cursor.fetchall()]

    async def rotations(self) -> Sequence[str]:
        """Return the statements that lead from one of these keys to the next."""
        cursor = await self._driver.cursor(binary=True).execute(_ROTATIONS)
        return [statement.decode() for (statement,) in await cursor.fetchall()]

    async def timestamps(self, size: int) -> Sequence[bytes]:
        """Return the tokens over the root checkpoint at *size*."""
        cursor = await self._driver.cursor(binary=True).execute(_TIMESTAMPS, [size])
        return [token for (token,) in await cursor.fetchall()]

    async def _one(self, query: str, value: object) -> TupleRow | None:
        cursor = await self._driver.cursor(binary=True).execute(query, [value])
        return await cursor.fetchone()

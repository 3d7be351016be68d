"""What evidence is made of, in PostgreSQL; see :mod:`indelible.ledger.provable`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from indelible.core.activity import EntryId
from indelible.core.entry_id import parse_id
from indelible.core.scope import Scope
from indelible.errors import Invalid, NotFound, Purged
from indelible.ledger.packing import unpack
from indelible.ledger.ports import LogNumber
from indelible.ledger.root import RootLeaf
from indelible.ledger.search import Stored
from indelible.storage.postgres.database import Database, driver_of
from indelible.storage.postgres.published import PostgresTree
from indelible.storage.postgres.root import PostgresRoot
from indelible.storage.postgres.round_trip import (
    BYTES,
    ID,
    INT,
    LONG,
    TEXT,
    Call,
    Driver,
    Statement,
    round_trip,
)

# Row-level security lets each reader see its own log: a foreign entry is absent. At most one is
# looked for, and said so: else the planner expects hundreds where it has no statistics yet, and
# reads whole tables. What the root log has of it comes along.
_STORED = Statement(
    """
SELECT e.log, e.seq, logs.tenant::text, e.bytes, people.disclosure, clients.disclosure,
    resources.disclosure, e.details, logs.origin, heads.size, leaf.index, leaf.size, leaf.data
FROM (SELECT * FROM entries WHERE id = $1 LIMIT 1) e
JOIN logs ON logs.id = e.log
JOIN heads ON heads.log = e.log
LEFT JOIN people ON people.id = e.person
LEFT JOIN clients ON clients.id = e.client
LEFT JOIN resources ON resources.id = e.resource
LEFT JOIN LATERAL (
    SELECT index, size, data FROM root_leaves
    WHERE root_leaves.log = e.log AND root_leaves.size > e.seq ORDER BY root_leaves.size LIMIT 1
) leaf ON true
""",
    takes=[ID],
    gives=[INT, LONG, TEXT, BYTES, BYTES, BYTES, BYTES, BYTES, TEXT, LONG, LONG, LONG, BYTES],
)

_LOG = Statement(
    "SELECT logs.origin, heads.size FROM logs JOIN heads ON heads.log = logs.id WHERE logs.id = $1",
    takes=[INT],
    gives=[TEXT, LONG],
)

_KEYS = Statement("SELECT public_key FROM signing_keys ORDER BY since", gives=[BYTES])
_ROTATIONS = Statement(
    "SELECT statement FROM signing_keys WHERE statement IS NOT NULL ORDER BY since", gives=[BYTES]
)
_TIMESTAMPS = Statement(
    "SELECT token FROM timestamps WHERE size = $1 ORDER BY at", takes=[LONG], gives=[BYTES]
)


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
            driver = await driver_of(connection)
            yield PostgresEvidenceReader(driver, self._root.within(connection))


class PostgresEvidenceReader:
    """One consistent view, on one connection: who waits for a second one may wait forever."""

    def __init__(self, driver: Driver, root: PostgresRoot) -> None:
        """Take a connection in a repeatable-read transaction, and the root log as it sees it."""
        self._driver = driver
        self._root = root
        self._logs: dict[LogNumber, PostgresTree] = {}
        self._leaves: dict[tuple[LogNumber, int], RootLeaf | None] = {}

    @property
    def root(self) -> PostgresRoot:
        """The root log."""
        return self._root

    async def stored(self, id: EntryId) -> Stored:  # noqa: A002
        """Return an entry with its disclosures; see the port."""
        try:
            wanted = parse_id(id)
        except Invalid as error:
            raise NotFound("There is no such entry.") from error
        rows = await self._all(_STORED(wanted))
        if not rows:
            raise NotFound("There is no such entry.")
        log, seq, tenant, public, person, client, resource, details, origin, size, *leaf = rows[0]
        if public is None:
            raise Purged("This entry was purged when its retention period was over.")
        self._logs[log] = PostgresTree(self._driver, log, origin, size)
        index, covered, data = leaf
        found = None if index is None else RootLeaf(index, log, covered, data)
        self._leaves[log, seq + 1] = found
        return Stored(
            log=log, seq=seq, tenant=tenant, public=unpack(public), person=person, client=client,
            resource=resource, details=details,
        )  # fmt: skip

    async def log(self, number: LogNumber) -> PostgresTree:
        """Return a log."""
        if number not in self._logs:
            rows = await self._all(_LOG(number))
            if not rows:
                raise NotFound("There is no such log.")
            self._logs[number] = PostgresTree(self._driver, number, *rows[0])
        return self._logs[number]

    async def leaf_covering(self, number: LogNumber, size: int) -> RootLeaf | None:
        """Return the first leaf of the root log whose checkpoint of a log covers *size* entries."""
        if (number, size) not in self._leaves:
            self._leaves[number, size] = await self._root.leaf_covering(number, size)
        return self._leaves[number, size]

    async def keys(self) -> Sequence[bytes]:
        """Return the public keys that sign, or did."""
        return [key for (key,) in await self._all(_KEYS())]

    async def rotations(self) -> Sequence[str]:
        """Return the statements that lead from one of these keys to the next."""
        return [statement.decode() for (statement,) in await self._all(_ROTATIONS())]

    async def timestamps(self, size: int) -> Sequence[bytes]:
        """Return the tokens over the root checkpoint at *size*."""
        return [token for (token,) in await self._all(_TIMESTAMPS(size))]

    async def _all(self, call: Call) -> list[tuple[Any, ...]]:
        return (await round_trip(self._driver, call))[0]

"""Where a check opens its view of the ledger."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from indelible.core.scope import Scope
from indelible.storage.postgres.archive_snapshot import PostgresSnapshot
from indelible.storage.postgres.database import Database, driver_of


class PostgresArchive:
    """The ledger in PostgreSQL, to be checked; see :class:`indelible.ledger.archive.Archive`."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[PostgresSnapshot]:
        """Open a consistent view; nothing is locked."""
        async with self._database.reading(Scope.everything(), unhurried=True) as connection:
            snapshot = PostgresSnapshot(await driver_of(connection))
            await snapshot.plan()
            yield snapshot

"""What the processes of a check join; it imports little, since each of them has to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from indelible.storage.postgres.archive import PostgresArchive, PostgresSnapshot
from indelible.storage.postgres.database import Database


@asynccontextmanager
async def join_archive(database_url: str, name: str) -> AsyncIterator[PostgresSnapshot]:
    """Yield the view that somebody shares under *name*."""
    database = Database(database_url, pool_size=1)
    try:
        async with PostgresArchive(database).snapshot(joining=name) as snapshot:
            yield snapshot
    finally:
        await database.close()

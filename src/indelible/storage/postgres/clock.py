"""The clock that identity goes by: the database's, which does not run backwards.

Each server process notes the time while it runs, so that nobody can have been told of a time much
later than what is noted; and whoever opens a session does.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import sqlalchemy as sa

from indelible.errors import Unavailable
from indelible.storage.postgres.database import Database

NOTE = sa.select(sa.func.note_time())
"""Notes the time, at most once in ten seconds, whoever executes it."""

_EVERY = 5.0  # seconds


async def note_time(database: Database) -> None:
    """Note the time now.

    Raises:
        Unavailable: the database can't be reached.
    """
    async with database.asking() as connection:
        await connection.execute(NOTE)


@asynccontextmanager
async def keeping_time(database: Database, *, every: float = _EVERY) -> AsyncIterator[None]:
    """Note the time again and again, for as long as the block lasts."""
    await note_time(database)

    async def keep() -> None:
        while True:
            await asyncio.sleep(every)
            # A database that is away sees no time pass; whoever needs it is told.
            with suppress(Unavailable):
                await note_time(database)

    task = asyncio.create_task(keep(), name="keeping time")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

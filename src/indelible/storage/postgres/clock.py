"""The clock that identity goes by: the database's, which does not run backwards.

Each server process notes the time while it runs, so that nobody can have been told of a time much
later than what is noted; and whoever opens a session does.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import sqlalchemy as sa

from indelible.errors import Unavailable
from indelible.storage.postgres.database import Database

NOTE = sa.select(sa.func.note_time())
"""Notes the time, at most once in ten seconds, whoever executes it."""

_NOTE_AND_TELL = sa.text("SELECT note_time(), extract(epoch FROM clock_timestamp())")
_EVERY = 5.0  # seconds


async def note_time(database: Database, clock: Callable[[], float] = time.time) -> float:
    """Note the time now, and return by how many seconds *clock* is ahead of the database's.

    Raises:
        Unavailable: the database can't be reached.
    """
    async with database.asking() as connection:
        asked = clock()
        _, theirs = (await connection.execute(_NOTE_AND_TELL)).one()
        return (asked + clock()) / 2 - float(theirs)


@asynccontextmanager
async def keeping_time(
    database: Database,
    *,
    every: float = _EVERY,
    clock: Callable[[], float] = time.time,
    ahead: Callable[[float], None] = lambda _: None,
) -> AsyncIterator[None]:
    """Note the time again and again, for as long as the block lasts.

    Each time *ahead* is told by how many seconds *clock*, of Unix seconds, is ahead of the
    database's.
    """
    ahead(await note_time(database, clock))

    async def keep() -> None:
        while True:
            await asyncio.sleep(every)
            # A database that is away sees no time pass; whoever needs it is told.
            with suppress(Unavailable):
                ahead(await note_time(database, clock))

    task = asyncio.create_task(keep(), name="keeping time")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

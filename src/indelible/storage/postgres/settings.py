"""The platform's settings in PostgreSQL; see :class:`indelible.identity.ports.Settings`."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from indelible.errors import Conflict
from indelible.identity.model import PlatformSettings
from indelible.identity.ports import Effect
from indelible.storage.postgres.database import Database
from indelible.storage.postgres.identity_tables import settings

_READ = sa.select(settings.c.date_format, settings.c.time_zone)


class PostgresSettings:
    """Keeps the platform's settings."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    async def read(self) -> PlatformSettings:
        """Return them as they stand."""
        async with self._database.asking() as connection:
            row = (await connection.execute(_READ)).one()
        return PlatformSettings(date_format=row.date_format, time_zone=row.time_zone)

    def change(self, *, before: PlatformSettings, after: PlatformSettings) -> Effect:
        """Replace *before* by *after*. The effect raises Conflict where *before* is outdated."""
        statement = (
            settings.update()
            .where(
                settings.c.date_format == before.date_format,
                settings.c.time_zone == before.time_zone,
            )
            .values(date_format=after.date_format, time_zone=after.time_zone)
        )

        async def change(connection: AsyncConnection) -> None:
            if (await connection.execute(statement)).rowcount == 0:
                raise Conflict("Somebody else changed the settings just now. Try again.")

        return change

"""The platform's tables in PostgreSQL: made at start-up, read back from the database itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import MetaData, Table, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

SCHEMA = "edge"
_SCHEMA_SQL = Path(__file__).with_name("schema.sql")
_MAKING_TABLES = 7_347_001  # advisory lock: two servers that start at once take turns


class Tables:
    """The tables of ``schema.sql`` by name, and transactions on them."""

    def __init__(self, url: str) -> None:
        """Prepare a pool of connections to the database of *url*; none is open yet."""
        self._engine = create_async_engine(url)
        self._metadata = MetaData(schema=SCHEMA)

    async def open(self) -> None:
        """Make the tables that do not exist yet and learn their columns."""
        async with self._engine.begin() as connection:
            await connection.execute(
                text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MAKING_TABLES}
            )
            # Without parameters the driver takes a script of many statements.
            script = _SCHEMA_SQL.read_text(encoding="utf-8")
            await connection.exec_driver_sql(script, execution_options={"no_parameters": True})
            await connection.run_sync(self._metadata.reflect)

    def __getitem__(self, name: str) -> Table:
        """Return the table called *name*."""
        return self._metadata.tables[f"{SCHEMA}.{name}"]

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction; it commits when the block ends well."""
        async with self._engine.begin() as connection:
            yield connection

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()

"""The platform's tables in PostgreSQL: made at start-up, read back from the database itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

from sqlalchemy import MetaData, Table, make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

SCHEMA = "edge"
_SCHEMA_SQL = Path(__file__).with_name("schema.sql")
_MAKING_TABLES = 7_347_001  # advisory lock: two servers that start at once take turns


class Tables:
    """The tables of ``schema.sql`` by name, and transactions on them."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Take an engine; use :meth:`open` for tables that are there and known."""
        self._engine = engine
        self._metadata = MetaData(schema=SCHEMA)

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str) -> AsyncIterator[Self]:
        """Yield the tables in the database of *url*, made where they did not exist yet."""
        tables = cls(create_async_engine(make_url(url).set(drivername="postgresql+psycopg")))
        try:
            await tables._make()
            yield tables
        finally:
            await tables._engine.dispose()

    async def _make(self) -> None:
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

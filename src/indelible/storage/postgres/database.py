"""The connection to PostgreSQL: as whom it acts and what it may see."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from indelible.core.scope import Scope
from indelible.errors import Invalid
from indelible.storage.postgres.limits import READING, UNHURRIED, WRITING, Limits, unavailable

_SNAPSHOT = re.compile(r"[0-9A-F-]{1,40}")
_READER = sa.text(
    "SELECT set_config('role', :role, true), set_config('indelible.scope', :scope, true)"
)


_OPTIONS = "-c role=indelible_app -c timezone=UTC"
_AWAY = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    sa.exc.OperationalError,
    sa.exc.InterfaceError,
    sa.exc.TimeoutError,
)


class Database:
    """Two pools of connections: those that read snapshots can't take what appends need.

    All act as ``indelible_app`` unless they read. The login role of *url* owns the tables
    (migrations ran as it); nothing at run time does.
    """

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 20,
        readers: int | None = None,
        reading: Limits = READING,
    ) -> None:
        """Prepare the pools; nothing is connected yet.

        Args:
            url: of the database.
            pool_size: connections for all but snapshots.
            readers: connections for snapshots; as many by default.
            reading: how long a snapshot's questions may take.
        """
        self.engine = _engine(url, pool_size, WRITING, "indelible")
        self._readers = _engine(url, readers or pool_size, reading, "indelible reading")
        self._autocommit = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction; it commits at the end of the block, or rolls back on an error.

        Raises:
            Unavailable: the database can't be reached; nothing was written.
        """
        try:
            async with self.engine.begin() as connection:
                yield connection
        except _AWAY as error:
            raise unavailable(error) from error

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[AsyncConnection]:
        """Open no transaction: each statement in the block is one, at one round trip.

        Raises:
            Unavailable: the database can't be reached.
        """
        try:
            async with self._autocommit.connect() as connection:
                yield connection
        except _AWAY as error:
            raise unavailable(error) from error

    @asynccontextmanager
    async def reading(
        self, scope: Scope, *, joining: str | None = None, unhurried: bool = False
    ) -> AsyncIterator[AsyncConnection]:
        """Open one snapshot to read, in which only the logs of *scope* can be seen.

        Args:
            scope: what can be seen.
            joining: name of a snapshot that another connection exported and still holds; this one
                then sees exactly the same.
            unhurried: it takes what it takes.

        Raises:
            Unavailable: the database can't be reached.
            Overloaded: every connection is in use, or it took too long.
        """
        try:
            async with self._readers.connect() as connection:
                await connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
                async with connection.begin():
                    if joining is not None:
                        if _SNAPSHOT.fullmatch(joining) is None:
                            raise Invalid("a snapshot has no such name")
                        await connection.execute(sa.text(f"SET TRANSACTION SNAPSHOT '{joining}'"))
                    role = "indelible_overseer" if scope.tenant is None else "indelible_reader"
                    seen = {"role": role, "scope": scope.tenant or ""}
                    await connection.execute(_READER, seen)
                    if unhurried:
                        await connection.execute(sa.text(UNHURRIED))
                    yield connection
        except _AWAY as error:
            raise unavailable(error) from error

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()
        await self._readers.dispose()


def _engine(url: str, pool_size: int, limits: Limits, name: str) -> AsyncEngine:
    return create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=10,
        # What a statement carried may be somebody's data; error messages end up in logs.
        hide_parameters=True,
        connect_args={
            "application_name": name,
            "options": f"{_OPTIONS} {limits.options}",
            "connect_timeout": 10,
        },
    )

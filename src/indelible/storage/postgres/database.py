"""The connection to PostgreSQL: as whom it acts and what it may see."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

import psycopg
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from indelible.core.scope import Scope
from indelible.storage.postgres.limits import READING, UNHURRIED, WRITING, Limits, unavailable
from indelible.storage.postgres.round_trip import TEXT, Driver, Statement, acting, round_trip

DOWN = (psycopg.OperationalError, psycopg.InterfaceError, sa.exc.OperationalError)
"""What the driver says, by itself or through SQLAlchemy, where the database is away."""

_AWAY = (*DOWN, sa.exc.InterfaceError, sa.exc.TimeoutError)
_BEGIN = Statement("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
_READER = Statement(
    """
SELECT set_config('role', $1, true), set_config('indelible.scope', $2, true),
    set_config('plan_cache_mode', $3, true)
""",
    takes=[TEXT, TEXT, TEXT],
    gives=[TEXT, TEXT, TEXT],
)
_UNHURRIED = Statement(UNHURRIED)

# Compiling a plan costs more than running it.
_OPTIONS = "-c role=indelible_app -c timezone=UTC -c jit=off"


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
        self,
        scope: Scope,
        *,
        custom_plans: bool = False,
        unhurried: bool = False,
    ) -> AsyncIterator[AsyncConnection]:
        """Open one snapshot to read, in which only the logs of *scope* can be seen.

        It costs one round trip to open and one to end.

        Args:
            scope: what can be seen.
            custom_plans: plan each statement for the values at hand: the right plan for a user
                with ten entries is the wrong one for a user with a million.
            unhurried: it takes what it takes.

        Raises:
            Unavailable: the database can't be reached.
            Overloaded: every connection is in use, or it took too long.
        """
        role = "indelible_overseer" if scope.tenant is None else "indelible_reader"
        plans = "force_custom_plan" if custom_plans else "auto"
        opening = [_BEGIN(), _READER(role, scope.tenant or "", plans)]
        if unhurried:
            opening.append(_UNHURRIED())
        async with self._connected(self._readers) as (connection, driver):
            # All that is set lasts as long as the transaction, which ends with the block.
            acting(driver, "")
            await round_trip(driver, *opening)
            acting(driver, role)
            yield connection
            await driver.commit()

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[tuple[AsyncConnection, Driver]]:
        """Hand out a connection in no transaction, as SQLAlchemy and as the driver see it.

        A transaction that is still open at the end of the block is rolled back: no connection goes
        back to the pool in one, or in another role.

        Raises:
            Unavailable: the database can't be reached, or went away.
        """
        async with self._connected(self.engine) as both:
            yield both

    @asynccontextmanager
    async def _connected(
        self, engine: AsyncEngine
    ) -> AsyncIterator[tuple[AsyncConnection, Driver]]:
        driver: Driver | None = None
        try:
            async with engine.connect() as connection:
                driver = await driver_of(connection)
                yield connection, driver
        except _AWAY as error:
            if driver is not None and driver.broken:
                # What cut this connection off, cut off those that wait in the pool: each would
                # fail somebody.
                await engine.dispose()
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
        # The connection used last: its statements are prepared, its process is warm. Those that
        # nobody needed for long may have been cut off by something in between.
        pool_use_lifo=True,
        pool_recycle=1800,
        # What a statement carried may be somebody's data; error messages end up in logs.
        hide_parameters=True,
        connect_args={
            "application_name": name,
            "options": f"{_OPTIONS} {limits.options}",
            "connect_timeout": 10,
        },
    )


async def driver_of(connection: AsyncConnection) -> Driver:
    """Return the driver's connection under *connection*, in the same transaction."""
    raw = await connection.get_raw_connection()
    return cast("Driver", raw.driver_connection)

"""The connection to PostgreSQL: as whom it acts and what it may see."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

import psycopg
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from indelible.core.scope import Scope
from indelible.errors import Invalid, Unavailable
from indelible.storage.postgres.round_trip import TEXT, Driver, Statement, round_trip

DOWN = (psycopg.OperationalError, psycopg.InterfaceError, sa.exc.OperationalError)
"""What the driver says, by itself or through SQLAlchemy, where the database is away."""

_SNAPSHOT = re.compile(r"[0-9A-F-]{1,40}")
_BEGIN = Statement("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
_READER = Statement(
    """
SELECT set_config('role', $1, true), set_config('indelible.scope', $2, true),
    set_config('plan_cache_mode', $3, true)
""",
    takes=[TEXT, TEXT, TEXT],
    gives=[TEXT, TEXT, TEXT],
)

# Compiling a plan costs more than running it.
_OPTIONS = "-c role=indelible_app -c timezone=UTC -c application_name=indelible -c jit=off"


class Database:
    """A pool of connections that act as ``indelible_app`` unless they read.

    The login role of *url* owns the tables (migrations ran as it); nothing at run time does.
    """

    def __init__(self, url: str, *, pool_size: int = 20) -> None:
        """Prepare the pool; nothing is connected yet."""
        self.engine: AsyncEngine = create_async_engine(
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
                "options": _OPTIONS,
                "connect_timeout": 10,
            },
        )
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
        except (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError) as error:
            raise Unavailable("The database can't be reached.") from error

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[AsyncConnection]:
        """Open no transaction: each statement in the block is one, at one round trip.

        Raises:
            Unavailable: the database can't be reached.
        """
        try:
            async with self._autocommit.connect() as connection:
                yield connection
        except (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError) as error:
            raise Unavailable("The database can't be reached.") from error

    @asynccontextmanager
    async def reading(
        self, scope: Scope, *, joining: str | None = None, custom_plans: bool = False
    ) -> AsyncIterator[AsyncConnection]:
        """Open one snapshot to read, in which only the logs of *scope* can be seen.

        It costs one round trip to open and one to end.

        Args:
            scope: what can be seen.
            joining: name of a snapshot that another connection exported and still holds; this one
                then sees exactly the same.
            custom_plans: plan each statement for the values at hand: the right plan for a user
                with ten entries is the wrong one for a user with a million.

        Raises:
            Unavailable: the database can't be reached.
        """
        role = "indelible_overseer" if scope.tenant is None else "indelible_reader"
        plans = "force_custom_plan" if custom_plans else "auto"
        opening = [_BEGIN(), _READER(role, scope.tenant or "", plans)]
        if joining is not None:
            if _SNAPSHOT.fullmatch(joining) is None:
                raise Invalid("a snapshot has no such name")
            opening.insert(1, Statement(f"SET TRANSACTION SNAPSHOT '{joining}'")())
        async with self.connected() as (connection, driver):
            # All that is set lasts as long as the transaction, which ends with the block.
            await round_trip(driver, *opening)
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
        driver: Driver | None = None
        try:
            async with self.engine.connect() as connection:
                driver = await driver_of(connection)
                yield connection, driver
        except (*DOWN, sa.exc.InterfaceError, sa.exc.TimeoutError) as error:
            if driver is not None and driver.broken:
                # What cut this connection off, cut off those that wait in the pool: each would
                # fail somebody.
                await self.engine.dispose()
            raise Unavailable("The database can't be reached.") from error

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


async def driver_of(connection: AsyncConnection) -> Driver:
    """Return the driver's connection under *connection*, in the same transaction."""
    raw = await connection.get_raw_connection()
    return cast("Driver", raw.driver_connection)

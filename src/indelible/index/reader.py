"""The connection that the index reads through: the driver's, in a transaction somebody opened."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol, cast

import psycopg
from psycopg import AsyncClientCursor, AsyncConnection
from psycopg.rows import TupleRow
from sqlalchemy.ext.asyncio import AsyncConnection as Connection

from indelible.core.scope import Scope
from indelible.errors import Unavailable


class Reading(Protocol):
    """Opens one snapshot in which only the logs of a scope can be seen; the storage's to give."""

    def __call__(
        self, scope: Scope, *, custom_plans: bool = False
    ) -> AbstractAsyncContextManager[Connection]:
        """Open it; with *custom_plans* each statement is planned for the values at hand."""


def array(numbers: Iterable[int]) -> str:
    """Return numbers as PostgreSQL spells an array; of thousands, that is fastest."""
    return "{" + ",".join(map(str, numbers)) + "}"


class Reader:
    """Runs queries in one snapshot."""

    def __init__(self, connection: AsyncConnection[TupleRow]) -> None:
        """Take the driver's connection, in its transaction."""
        self.connection = connection

    async def all(self, query: str, values: Mapping[str, Any] | None = None) -> list[Any]:
        """Return every row."""
        cursor = self.connection.cursor(binary=True)
        await cursor.execute(query.encode(), values)
        return await cursor.fetchall()

    async def scalar(self, query: str, values: Mapping[str, Any] | None = None) -> Any:
        """Return the first column of the one row."""
        return (await self.all(query, values))[0][0]

    def spelled(self, query: str, values: Mapping[str, Any]) -> str:
        """Return *query* with its values spelled out, for those who can't bind them."""
        return AsyncClientCursor(self.connection).mogrify(query.encode(), values)


@asynccontextmanager
async def reading(open_snapshot: Reading, scope: Scope) -> AsyncIterator[Reader]:
    """Open one snapshot of what *scope* sees.

    Raises:
        Unavailable: the database can't be reached, or went away.
    """
    try:
        # The right plan for a user with ten entries is the wrong one for a user with a million.
        async with open_snapshot(scope, custom_plans=True) as connection:
            raw = await connection.get_raw_connection()
            yield Reader(cast("AsyncConnection[TupleRow]", raw.driver_connection))
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise Unavailable("The database can't be reached.") from error

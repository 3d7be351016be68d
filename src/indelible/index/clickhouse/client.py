"""The connection to ClickHouse: a server's over HTTP, or the same engine in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import clickhouse_connect
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from indelible.errors import Unindexed

IN_PROCESS = "chdb"
"""Scheme of a URL that names a folder for the engine in this process: for tests and trials."""

_SETTINGS = {
    # Questions hold what people searched for: an e-mail address does not belong in a query log.
    "log_queries": 0,
    # What is acknowledged is stored; a mutation is over when it returns.
    "async_insert": 0,
    "mutations_sync": 2,
}
_LONGEST = {"max_execution_time": 30}
_FAILURES = (ClickHouseError, OSError, RuntimeError)


class ClickHouse:
    """Asks, inserts and commands, each in a thread of its own while others run.

    It connects when it is first used: a server that is away keeps nobody from starting.
    """

    def __init__(self, connect: Callable[[], Client]) -> None:
        """Take what connects."""
        self._connect = connect
        self._connected: Client | None = None
        self._connecting = Lock()

    @property
    def _client(self) -> Client:
        with self._connecting:
            if self._connected is None:
                self._connected = self._connect()
            return self._connected

    async def ask(self, query: str, values: Mapping[str, Any] | None = None) -> Sequence[Any]:
        """Return every row; *values* are bound by the server.

        Raises:
            Unindexed: it can't be reached, or does not have the tables.
        """

        def ask() -> Sequence[Any]:
            found = self._client.query(query, parameters=dict(values or {}), settings=_LONGEST)
            return found.result_rows

        found: Sequence[Any] = await self._run(ask)
        return found

    async def insert(self, table: str, columns: Mapping[str, Sequence[Any]]) -> None:
        """Insert columns of equal length, as one block; it is stored on return.

        Raises:
            Unindexed: it can't be reached. Whether the block was stored is not known.
        """

        def insert() -> None:
            self._client.insert(
                table, list(columns.values()), column_names=list(columns), column_oriented=True
            )

        await self._run(insert)

    async def command(self, statement: str) -> None:
        """Run a statement to its end; a mutation included.

        Raises:
            Unindexed: it can't be reached, or refuses.
        """
        await self._run(lambda: self._client.command(statement))

    def close(self) -> None:
        """Hang up."""
        if self._connected is not None:
            self._connected.close()

    @staticmethod
    async def _run(work: Callable[[], Any]) -> Any:
        try:
            return await asyncio.to_thread(work)
        except _FAILURES as error:
            raise Unindexed("ClickHouse can't answer.") from error


def open_clickhouse(url: str, *, password: str | None = None) -> ClickHouse:
    """Return a connection to the database that *url* names.

    Args:
        url: ``https://user:password@host:8443/database``, or ``chdb:///folder``.
        password: wins over the one in the URL.
    """
    scheme = urlsplit(url).scheme
    if scheme == IN_PROCESS:
        return ClickHouse(lambda: clickhouse_connect.get_client(dsn=url, settings=dict(_SETTINGS)))
    return ClickHouse(
        lambda: clickhouse_connect.get_client(
            dsn=url,
            interface=scheme,
            password=password or "",
            settings=dict(_SETTINGS),
            connect_timeout=5,
            send_receive_timeout=120,
            # Sessions would allow one question at a time.
            autogenerate_session_id=False,
        )
    )

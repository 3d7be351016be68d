"""The same connection, read from a thread that waits: for reading very much.

An event loop that shares the interpreter with a busy thread is woken some milliseconds late, once
for every few rows. The thread itself waits in the driver, with the interpreter left to others.
"""

from __future__ import annotations

import selectors
from collections.abc import Sequence

from psycopg.pq import ExecStatus, Format
from psycopg.pq.abc import PGconn, PGresult

from indelible.errors import Unavailable

_DONE = {ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK}


class BlockingReader:
    """Runs queries in an open transaction, one at a time; waiting for a result blocks."""

    def __init__(self, connection: PGconn) -> None:
        """Take libpq's connection; nobody else may use it meanwhile."""
        self._connection = connection
        self._under_way = False

    def run(self, query: str, *values: str) -> PGresult:
        """Return the result of *query*, in binary; *values* are spelled as text.

        Raises:
            Unavailable: the database went away.
        """
        self.begin(query, *values)
        return self.result()

    def begin(self, query: str, *values: str) -> None:
        """Let the server work on *query*, while whoever asks does something else."""
        self._connection.send_query_params(
            query.encode(), [value.encode() for value in values] or None, None, None, Format.BINARY
        )
        self._under_way = True
        with selectors.DefaultSelector() as selector:
            selector.register(self._connection.socket, selectors.EVENT_WRITE)
            while self._connection.flush():
                selector.select()

    def result(self) -> PGresult:
        """Return the result of what was begun.

        Raises:
            Unavailable: the database went away.
        """
        results = self._drain()
        if not results or any(result.status not in _DONE for result in results):
            raise Unavailable("The database went away while the log was being read.")
        return results[0]

    def settle(self) -> None:
        """Leave nothing under way, so that the connection can be used by others."""
        if self._under_way:
            self._drain()

    def _drain(self) -> list[PGresult]:
        connection, results = self._connection, []
        with selectors.DefaultSelector() as selector:
            selector.register(connection.socket, selectors.EVENT_READ)
            while True:
                # get_result() alone would wait with the interpreter locked.
                while connection.is_busy():
                    selector.select()
                    connection.consume_input()
                result = connection.get_result()
                if result is None:
                    break
                results.append(result)
        self._under_way = False
        return results


def number(value: bytes | None) -> int | None:
    """Return the integer that a column holds."""
    return None if value is None else int.from_bytes(value, "big", signed=True)


def array(numbers: Sequence[int]) -> str:
    """Return numbers as PostgreSQL spells an array."""
    return "{" + ",".join(map(str, numbers)) + "}"

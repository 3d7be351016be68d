"""Reading many rows at once, on the driver's own level.

Through an event loop every 16 KB that arrive cost a turn of the loop, about as much as all else
that is done with them. Here the process waits for its rows instead; that is for processes that have
nothing else to do.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from typing import Any

import psycopg
from psycopg.adapt import Transformer
from psycopg.pq import ExecStatus, Format
from psycopg.pq.abc import PGresult
from psycopg.rows import TupleRow
from psycopg.types.string import ByteaBinaryLoader

_numbers = itertools.count()


class BulkQuery:
    """A query whose parameters are integers, or lists of them, on one connection."""

    def __init__(
        self, driver: psycopg.AsyncConnection[TupleRow], query: str, *, as_sent: Sequence[str] = ()
    ) -> None:
        """Take the connection, and the query with ``$1``, ``$2`` for its parameters.

        Args:
            driver: the connection.
            query: the query.
            as_sent: types whose values stay the bytes that are sent.
        """
        self._server = driver.pgconn
        self._query = query.encode()
        self._name = b""  # planned at its first use, and then no more
        own = driver.cursor()  # what it is told of types, others on the connection need not know
        for each in as_sent:
            own.adapters.register_loader(each, ByteaBinaryLoader)
        self._transformer = Transformer(own)

    def rows(self, *values: int | Collection[int]) -> list[tuple[Any, ...]]:
        """Return what the query gives for *values*; waits for it.

        Raises:
            psycopg.Error: as the driver raises it.
        """
        parameters = [_spelled(value).encode() for value in values]
        if not self._name:
            name = b"bulk_%d" % next(_numbers)
            self._expect(ExecStatus.COMMAND_OK, self._server.prepare(name, self._query))
            self._name = name
        found = self._server.exec_prepared(self._name, parameters, result_format=Format.BINARY)
        self._expect(ExecStatus.TUPLES_OK, found)
        self._transformer.set_pgresult(found)
        return self._transformer.load_rows(0, found.ntuples, tuple)

    def _expect(self, status: ExecStatus, found: PGresult) -> None:
        if found.status != status:
            raise psycopg.errors.error_from_result(found, self._transformer.encoding)


def _spelled(value: int | Collection[int]) -> str:
    return str(value) if isinstance(value, int) else f"{{{','.join(map(str, value))}}}"

"""Several statements at one round trip: prepared, values and rows in PostgreSQL's binary format.

The driver's own pipeline takes turns of the event loop for each statement, and its cursors look up
how to adapt each value of each. That costs several times what the server takes for statements as
short as these, and a single recorded request or proof waits for nothing else.
"""

from __future__ import annotations

import itertools
import struct
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import psycopg
from psycopg import pq
from psycopg.abc import PQGen
from psycopg.errors import error_from_result
from psycopg.rows import TupleRow
from psycopg.waiting import Ready, Wait

Driver = psycopg.AsyncConnection[TupleRow]

_BINARY = 1
_numbers = itertools.count()
_prepared: WeakKeyDictionary[Driver, dict[str, dict[Statement, bytes]]] = WeakKeyDictionary()
_roles: WeakKeyDictionary[Driver, str] = WeakKeyDictionary()
_EPOCH = 946_684_800_000_000  # PostgreSQL's, 2000-01-01, in microseconds since 1970


class Kind(NamedTuple):
    """A type of PostgreSQL, and how its values are spelled.

    Attributes:
        oid: its number in PostgreSQL's catalogue, which never changes.
    """

    oid: int
    write: Callable[[Any], bytes]
    read: Callable[[bytes], Any]


def _integer(data: bytes) -> int:
    return int.from_bytes(data, "big", signed=True)


BYTES = Kind(17, bytes, bytes)
LONG = Kind(20, struct.Struct("!q").pack, _integer)
SHORT = Kind(21, struct.Struct("!h").pack, _integer)
INT = Kind(23, struct.Struct("!i").pack, _integer)
TEXT = Kind(25, str.encode, bytes.decode)
BOOL = Kind(16, struct.Struct("!?").pack, any)
ID = Kind(2950, bytes, bytes)  # the 16 bytes of a UUID
TIME = Kind(1184, lambda time: LONG.write(time - _EPOCH), lambda data: _integer(data) + _EPOCH)
"""Microseconds since 1970, of a timestamptz."""
_ARRAYS = {16: 1000, 17: 1001, 20: 1016, 21: 1005, 23: 1007, 25: 1009, 2950: 2951}
_array = struct.Struct("!iiiii").pack  # dimensions, whether it has nulls, kind, length, first index
_length = struct.Struct("!i").pack
_NULL = _length(-1)


def many(kind: Kind) -> Kind:
    """Return the array of *kind*, for values alone; an element may be None."""

    def write(values: Sequence[Any]) -> bytes:
        if not values:
            return struct.pack("!iii", 0, 0, kind.oid)
        parts = [_array(1, 1, kind.oid, len(values), 1)]
        for value in values:
            if value is None:
                parts.append(_NULL)
            else:
                data = kind.write(value)
                parts += (_length(len(data)), data)
        return b"".join(parts)

    def read(_: bytes) -> None:
        raise NotImplementedError("arrays are sent, never read")

    return Kind(_ARRAYS[kind.oid], write, read)


class Statement:
    """A statement that each connection prepares when it first needs it, in each role."""

    def __init__(self, sql: str, *, takes: Sequence[Kind] = (), gives: Sequence[Kind] = ()) -> None:
        """Take the SQL, with ``$1`` and so on, and the kinds of its values and of its columns."""
        self.sql = sql.encode()
        self.types = [kind.oid for kind in takes]
        self._write = tuple(kind.write for kind in takes)
        self._read = tuple(kind.read for kind in gives)

    def __call__(self, *values: Any) -> Call:
        """Return this statement with its values, to be sent."""
        spelled = [
            None if value is None else write(value)
            for write, value in zip(self._write, values, strict=True)
        ]
        return Call(self, spelled)

    def rows(self, result: pq.abc.PGresult) -> list[tuple[Any, ...]]:
        """Return the rows of a result."""
        columns = tuple(enumerate(self._read))
        get = result.get_value
        return [
            tuple(
                None if (data := get(row, column)) is None else read(data)
                for column, read in columns
            )
            for row in range(result.ntuples)
        ]


class Call(NamedTuple):
    """A statement and its values."""

    statement: Statement
    values: Sequence[bytes | None]


def acting(driver: Driver, role: str) -> None:
    """Note as whom a connection acts from now on; an empty *role* is the one it was opened in.

    Row-level security is part of a plan: what is prepared in one role is planned anew in another,
    at every change, for longer than it runs.
    """
    _roles[driver] = role


class Rejected(Exception):
    """The server refused a statement of a round trip and did none of those after it.

    Attributes:
        place: which it was; those before it were done.
    """

    def __init__(self, place: int) -> None:
        super().__init__(place)
        self.place = place


async def round_trip(
    driver: Driver, *calls: Call, prepared: bool = True
) -> list[list[tuple[Any, ...]]]:
    """Send *calls* together, wait once, and return the rows of each.

    They are done in order; where one fails, those after it are not. Outside of a transaction they
    are one by themselves.

    Args:
        driver: the connection; nobody else uses it meanwhile.
        calls: what to send.
        prepared: keep the statements on the connection, for the next time.

    Raises:
        psycopg.Error: the server's word on the first that failed, caused by :class:`Rejected`; or
            without that, the connection was lost: then nobody knows how far they had come.
    """
    inside = driver.pgconn.transaction_status != pq.TransactionStatus.IDLE
    kept = _prepared.setdefault(driver, {})
    known = kept.setdefault(_roles.get(driver, ""), {})
    try:
        return await _exchange(driver, calls, known if prepared else None)
    except psycopg.errors.InvalidSqlStatementName:
        # After a rollback the driver forgets what it has prepared, and this with it. That shows at
        # the first statement, before anything was done.
        if inside or not prepared:
            raise
        for each in kept.values():
            each.clear()
    return await _exchange(driver, calls, known)


async def _exchange(
    driver: Driver, calls: Sequence[Call], known: dict[Statement, bytes] | None
) -> list[list[tuple[Any, ...]]]:
    pgconn = driver.pgconn
    new: dict[Statement, bytes] = {}
    steps: list[tuple[int, Statement | None]] = []  # place of the call; what is prepared for it
    pgconn.enter_pipeline_mode()
    try:
        for place, (statement, values) in enumerate(calls):
            formats = [_BINARY] * len(values)
            if known is None:
                pgconn.send_query_params(statement.sql, values, statement.types, formats, _BINARY)
            else:
                name = known.get(statement) or new.get(statement)
                if name is None:
                    # A name of its own at every attempt: one that was cut off may be there.
                    name = new[statement] = b"indelible_%d" % next(_numbers)
                    pgconn.send_prepare(name, statement.sql, statement.types)
                    steps.append((place, statement))
                pgconn.send_query_prepared(name, values, formats, _BINARY)
            steps.append((place, None))
        pgconn.pipeline_sync()
        results = await driver.wait(_results(pgconn))
    finally:
        _leave_pipeline(pgconn)
    rows = []
    for (place, prepares), result in zip(steps, results, strict=True):
        if result.status not in (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK):
            if result.error_field(pq.DiagnosticField.SQLSTATE) is None:
                # Libpq's own words, not the server's.
                raise psycopg.OperationalError(result.get_error_message())
            raise error_from_result(result) from Rejected(place)
        if prepares is None:
            rows.append(calls[place].statement.rows(result))
        elif known is not None:
            known[prepares] = new[prepares]
    return rows


def _results(pgconn: pq.abc.PGconn) -> PQGen[list[pq.abc.PGresult]]:
    """Send what is to be sent, and return the result of each step once they are all there."""
    while pgconn.flush():
        if (yield Wait.RW) & Ready.R:
            pgconn.consume_input()
    results: list[pq.abc.PGresult] = []
    while True:
        while pgconn.is_busy():
            if (yield Wait.R):
                pgconn.consume_input()
        result = pgconn.get_result()
        if result is None:  # the end of a step
            if pgconn.status == pq.ConnStatus.BAD:
                raise psycopg.OperationalError("The connection was lost.")
            continue
        if result.status == pq.ExecStatus.PIPELINE_SYNC:
            return results
        results.append(result)


def _leave_pipeline(pgconn: pq.abc.PGconn) -> None:
    """Leave the connection as any other; or closed, where it was cut off in the middle."""
    try:
        pgconn.exit_pipeline_mode()
    except psycopg.Error:
        pgconn.finish()

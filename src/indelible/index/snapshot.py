"""All that passes a filter at one instant, read in constant memory, as often as one likes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from psycopg.pq.abc import PGresult

from indelible.index.blocking import BlockingReader, array, number
from indelible.index.conditions import Conditions
from indelible.index.reader import Reader
from indelible.index.sight import purged_among, stretches
from indelible.ledger.ports import LogNumber
from indelible.ledger.search import Stored

_CHUNK = 2_000
_RARE = 50
_REMEMBERED = 20_000

_ALL = """
SELECT e.log, e.person, e.client, e.resource, e.bytes, e.details, e.seq
FROM entries e WHERE {where} AND e.bytes IS NOT NULL ORDER BY e.{by} DESC
"""

_PUBLIC = """
SELECT e.log, NULL, NULL, NULL, e.bytes, NULL, e.seq
FROM entries e WHERE {where} AND e.bytes IS NOT NULL ORDER BY e.{by} DESC
"""

# All rows are wanted, and rows are wide: reading them in order beats sorting them. Where few of
# many match, an index and a sort are better.
_PLANNING = "SELECT set_config('cursor_tuple_fraction', '1', true)"
# Of one FETCH, not of the export: somebody takes what it brings.
_PATIENCE = "SELECT set_config('statement_timeout', '60s', true)"
_IN_ORDER = """
SELECT set_config('enable_sort', 'off', true), set_config('enable_bitmapscan', 'off', true)
"""


Texts = Sequence[bytes | None]


class PostgresSnapshot:
    """A snapshot in an open transaction; see :class:`indelible.ledger.search.Snapshot`.

    Of purged entries nothing is left to be read: they are not among it.
    """

    def __init__(
        self,
        reader: Reader,
        wanted: Conditions,
        total: int,
        stretches: Mapping[LogNumber, range],
    ) -> None:
        """Take what is read through, what is wanted, how much of it there is, and where."""
        self.total = total
        self.stretches = stretches
        self._blocking = BlockingReader(reader.connection.pgconn)
        self._tenants = {log.number: log.tenant for log in wanted.logs}
        by = "seq" if wanted.one_log else "id"
        values = wanted.having({})
        self._query = reader.spelled(_ALL.format(where=wanted.where, by=by), values)
        self._others = reader.spelled(_PUBLIC.format(where=wanted.left_out, by=by), values)
        self._empty = wanted.impossible or not total
        self._read = 0

    @classmethod
    async def open(cls, reader: Reader, wanted: Conditions, total: int) -> PostgresSnapshot:
        """Return a snapshot, its transaction set up for reading all of it."""
        found = await stretches(reader, wanted.logs, first=wanted.first, beyond=wanted.beyond)
        if not wanted.clauses:  # else they were not counted
            total -= purged_among(wanted.logs, found)
        await reader.all(_PATIENCE)
        await reader.all(_PLANNING)
        if total * _RARE > sum(map(len, found.values())):
            await reader.all(_IN_ORDER)
        return cls(reader, wanted, total, found)

    def entries(self) -> Iterator[Sequence[Stored]]:
        """Yield them newest first, in chunks; each step blocks."""
        if not self._empty:
            yield from self._cursor(self._query)

    def left_out(self) -> Iterator[Sequence[Stored]]:
        """Yield the public parts of what does not pass, newest first; each step blocks."""
        if any(self.stretches.values()):
            yield from self._cursor(self._others)

    def close(self) -> None:
        """Leave the connection as it was, however far the reading went."""
        self._blocking.settle()

    def _cursor(self, query: str) -> Iterator[Sequence[Stored]]:
        people, clients, resources = (
            _Texts(self._blocking, table) for table in ("people", "clients", "resources")
        )
        self._read += 1
        name = f"entries_{self._read}"
        more = f"FETCH FORWARD {_CHUNK} FROM {name}"
        self._blocking.run(f"DECLARE {name} NO SCROLL CURSOR FOR {query}")
        rows = self._blocking.run(more)
        while rows.ntuples:
            texts = people.of(rows, 1), clients.of(rows, 2), resources.of(rows, 3)
            # The server looks for the next ones while these are rendered.
            self._blocking.begin(more)
            yield self._stored(rows, *texts)
            rows = self._blocking.result()

    def _stored(
        self, rows: PGresult, people: Texts, clients: Texts, resources: Texts
    ) -> list[Stored]:
        value = rows.get_value
        return [
            Stored(
                log=number(value(row, 0)) or 0,
                seq=number(value(row, 6)) or 0,
                tenant=self._tenants[number(value(row, 0)) or 0],
                public=value(row, 4) or b"",
                person=people[row],
                client=clients[row],
                resource=resources[row],
                details=value(row, 5),
            )
            for row in range(rows.ntuples)
        ]


class _Texts:
    """Texts of the disclosures of one kind, by the number of their row as it comes."""

    def __init__(self, reader: BlockingReader, table: str) -> None:
        self._reader = reader
        self._query = f"SELECT id, disclosure FROM {table} WHERE id = ANY($1::bigint[])"  # noqa: S608  # ours
        self._known: dict[bytes | None, bytes | None] = {None: None}

    def of(self, rows: PGresult, column: int) -> Texts:
        """Return the text that each of *rows* refers to in *column*."""
        values = [rows.get_value(row, column) for row in range(rows.ntuples)]
        missing = set(values) - self._known.keys()
        if len(self._known) + len(missing) > _REMEMBERED:
            self._known = {None: None}
            missing = set(values) - {None}
        if missing:
            numbers = [number(value) or 0 for value in missing]
            found = self._reader.run(self._query, array(numbers))
            for row in range(found.ntuples):
                self._known[found.get_value(row, 0)] = found.get_value(row, 1)
        return [self._known[value] for value in values]

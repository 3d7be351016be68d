"""All that passes a filter at one instant, read in constant memory, as often as one likes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from indelible.index.conditions import Conditions
from indelible.index.crew import Crew, Hands
from indelible.index.part_reader import Job
from indelible.index.reader import Reader
from indelible.index.sight import purged_among, stretches
from indelible.ledger.export_parts import Part, Wanted
from indelible.ledger.ports import LogNumber

_RARE = 50

# Whoever joins sees with the same eyes. Nobody may end a transaction that waits for a slow client.
_SHARED = """
SELECT pg_export_snapshot(), current_setting('role'), current_setting('indelible.scope'),
    set_config('idle_in_transaction_session_timeout', '0', true)
"""
_SETTINGS = {
    "jit": "off",
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
}
# All rows are wanted, and rows are wide: reading them in order beats sorting them. Where few of
# many match, an index and a sort are better.
_IN_ORDER = {"enable_sort": "off", "enable_bitmapscan": "off"}


class PostgresSnapshot:
    """A snapshot in an open transaction; see :class:`indelible.ledger.search.Snapshot`.

    Of purged entries nothing is left to be read: they are not among it.
    """

    def __init__(self, hands: Hands, total: int, stretches: Mapping[LogNumber, range]) -> None:
        """Take who reads, how much of it there is, and where."""
        self.total = total
        self.stretches = stretches
        self._hands = hands

    @classmethod
    async def open(
        cls, reader: Reader, wanted: Conditions, total: int, crew: Crew
    ) -> PostgresSnapshot:
        """Return a snapshot; *reader* has to stay open, for others join its transaction."""
        found = await stretches(reader, wanted.logs, first=wanted.first, beyond=wanted.beyond)
        if not wanted.clauses:  # else they were not counted
            total -= purged_among(wanted.logs, found)
        in_range = sum(map(len, found.values()))
        ((name, role, scope, _),) = await reader.all(_SHARED)
        settings = {"role": role, "indelible.scope": scope, **_SETTINGS}
        if total * _RARE > in_range:
            settings |= _IN_ORDER
        said = reader.connection.info
        values = wanted.having({})
        job = Job(
            connection=said.dsn,
            password=said.password,
            snapshot=name,
            settings=settings,
            where=reader.spelled(wanted.where, values),
            others=reader.spelled(wanted.left_out, values),
            by="seq" if wanted.one_log else "id",
            tenants={log.number: log.tenant for log in wanted.logs},
        )
        return cls(Hands(job, crew), total, found)

    def parts(self, wanted: Collection[Wanted], behind: str = "") -> Iterator[Part]:
        """Yield rows rendered as *wanted*, newest first, from behind a mark on."""
        rows = self.total
        if Wanted.LEFT_OUT in wanted:
            rows = sum(map(len, self.stretches.values()))
        if rows:
            yield from self._hands.parts(wanted, behind, rows)

    def close(self) -> None:
        """Let go of whoever reads, however far the reading went."""
        self._hands.close()

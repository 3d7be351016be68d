"""All that passes a filter at one instant, read in constant memory, as often as one likes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from indelible.index.conditions import Conditions
from indelible.index.reader import Reader
from indelible.index.rows import COLUMNS, Columns, Disclosures
from indelible.index.sight import stretches
from indelible.ledger.search import Stored

_CHUNK = 2_000
_RARE = 50

_ALL = "SELECT {columns} FROM entries e WHERE {where} ORDER BY e.{by} DESC"

# All rows are wanted, and rows are wide: reading them in order beats sorting them. Where few of
# many match, an index and a sort are better.
_PLANNING = "SELECT set_config('cursor_tuple_fraction', '1', true)"
_IN_ORDER = (
    "SELECT set_config('enable_sort', 'off', true), set_config('enable_bitmapscan', 'off', true)"
)


class PostgresSnapshot:
    """A snapshot in an open transaction; see :class:`indelible.ledger.search.Snapshot`."""

    def __init__(self, reader: Reader, wanted: Conditions, total: int) -> None:
        """Take what is read through, what is wanted, and how much of it there is."""
        self._reader = reader
        self._wanted = wanted
        self._tenants = {log.number: log.tenant for log in wanted.logs}
        self._read = 0
        self.total = total

    async def entries(self) -> AsyncIterator[Sequence[Stored]]:
        """Yield them newest first, in chunks."""
        said = Disclosures()
        self._read += 1
        async for rows in self._rows(f"entries_{self._read}"):
            await said.fetch(self._reader, rows)
            person, client, resource = said.person.texts, said.client.texts, said.resource.texts
            yield [
                Stored(
                    tenant=self._tenants[row[0]],
                    public=row[4],
                    person=person[row[1]],
                    client=client.get(row[2]),
                    resource=resource[row[3]],
                    details=row[5],
                )
                for row in rows
            ]

    async def _rows(self, name: str) -> AsyncIterator[Sequence[Columns]]:
        wanted = self._wanted
        if wanted.impossible or not self.total:
            return
        found = await stretches(self._reader, wanted.logs, first=wanted.first, beyond=wanted.beyond)
        await self._reader.all(_PLANNING)
        if self.total * _RARE > sum(map(len, found.values())):
            await self._reader.all(_IN_ORDER)
        query = _ALL.format(
            columns=COLUMNS, where=wanted.where, by="seq" if wanted.one_log else "id"
        )
        async for rows in self._reader.chunks(name, query, wanted.having({}), _CHUNK):
            yield rows

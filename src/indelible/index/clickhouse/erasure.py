"""What was erased or purged in the ledger goes from ClickHouse too.

Until a log's erasures are applied here, nobody answers from what is indexed of it. After a follower
was killed the next one applies them again: every step can be repeated.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import islice

from indelible.index.clickhouse.client import ClickHouse
from indelible.index.clickhouse.source import read_mentions
from indelible.index.clickhouse.tables import PURGED, Tables
from indelible.index.reader import Reader
from indelible.index.sight import Log

_CHUNK = 5_000  # ids in a statement: ClickHouse takes 256 KiB of text

_SAYS = {
    "people": ("email", "assumed_by_email"),
    "clients": ("ip",),
    "resources": ("name",),
}
# What is left of an erased mention belongs to no batch: no batch that is given up takes it along.
_NO_BATCH = 0
_FORGET = (
    f"UPDATE action = {PURGED}, failed = 0, type = '', person = 0, resource = 0, client = 0, "
    f"session = '' WHERE log = {{log}} AND seq < {{purged}} AND action != {PURGED}"
)


async def apply_erasures(clickhouse: ClickHouse, tables: Tables, reader: Reader, log: Log) -> None:
    """Make the index of *log* say no more than the ledger does."""
    if log.purged:
        forget = _FORGET.format(log=log.number, purged=log.purged)
        await clickhouse.command(tables.change("entries", forget))
    for table, names in _SAYS.items():
        telling = f"coalesce({', '.join(names)}, NULL) IS NOT NULL"
        question = f"SELECT id, max({telling}) FROM {table} WHERE log = {log.number} GROUP BY id"  # noqa: S608  # ours
        rest = iter(await clickhouse.ask(question))
        while chunk := dict(islice(rest, _CHUNK)):
            here = f"log = {log.number} AND id"
            erased, gone = await _outdated(clickhouse, reader, table, chunk)
            if erased:
                what = f"DELETE WHERE {here} IN ({_listed(erased)}) AND {telling}"
                await clickhouse.command(tables.change(table, what))
            if gone:
                what = f"DELETE WHERE {here} IN ({_listed(gone)})"
                await clickhouse.command(tables.change(table, what))


async def _outdated(
    clickhouse: ClickHouse, reader: Reader, table: str, telling: Mapping[int, bool]
) -> tuple[Sequence[int], Collection[int]]:
    """Return which mentions say too much here, and which are no more; bare ones stand beside."""
    found = await read_mentions(reader, table, telling, _NO_BATCH)
    erased = [
        place
        for place, id_ in enumerate(found["id"])
        if telling[id_] and all(found[name][place] is None for name in _SAYS[table])
    ]
    bare = {name: [values[place] for place in erased] for name, values in found.items()}
    if erased:
        # What is left of them comes first: their ids are public, and still searched by.
        await clickhouse.insert(table, bare)
    return bare["id"], telling.keys() - set(found["id"])


def _listed(ids: Collection[int]) -> str:
    return ", ".join(map(str, sorted(ids)))

"""What was erased or purged in the ledger goes from ClickHouse too.

Until a log's erasures are applied here, nobody answers from what is indexed of it. After a follower
was killed the next one applies them again: every step can be repeated.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from indelible.index.clickhouse.client import ClickHouse
from indelible.index.clickhouse.source import read_mentions
from indelible.index.clickhouse.tables import MENTIONS, PURGED, Tables
from indelible.index.reader import Reader
from indelible.index.sight import Log

_CHUNK = 5_000  # ids in a statement: ClickHouse takes 256 KiB of text

_INDEXED = {
    "people": "id, coalesce(email, assumed_by_email) IS NOT NULL",
    "clients": "id, ip IS NOT NULL",
    "resources": "id, name IS NOT NULL",
}
_SAYS = {
    "people": ("email", "assumed_by_email"),
    "clients": ("ip",),
    "resources": ("name",),
}
_FORGET = (
    f"UPDATE action = {PURGED}, failed = 0, type = '', person = 0, resource = 0, client = 0, "
    f"session = '' WHERE log = {{log}} AND seq < {{purged}} AND action != {PURGED}"
)


async def apply_erasures(
    clickhouse: ClickHouse, tables: Tables, reader: Reader, log: Log, batch: int
) -> None:
    """Make the index of *log* say no more than the ledger does."""
    if log.purged:
        forget = _FORGET.format(log=log.number, purged=log.purged)
        await clickhouse.command(tables.change("entries", forget))
    for table in MENTIONS:
        question = f"SELECT DISTINCT {_INDEXED[table]} FROM {table} WHERE log = {log.number}"  # noqa: S608  # ours
        says: dict[int, bool] = {}
        for id_, said in await clickhouse.ask(question):
            says[id_] = says.get(id_, False) or bool(said)
        rest = iter(says.items())
        while chunk := dict(islice(rest, _CHUNK)):
            await _apply(clickhouse, tables, reader, log, table, chunk, batch)


async def _apply(
    clickhouse: ClickHouse,
    tables: Tables,
    reader: Reader,
    log: Log,
    table: str,
    says: Mapping[int, bool],
    batch: int,
) -> None:
    found = await read_mentions(reader, table, says, batch)
    names = _SAYS[table]
    erased = [
        place
        for place, id_ in enumerate(found["id"])
        if says[id_] and all(found[name][place] is None for name in names)
    ]
    gone = says.keys() - set(found["id"])
    bare = {name: [values[place] for place in erased] for name, values in found.items()}
    if erased:
        # What is left of them first: their ids are public, and can still be searched by.
        await clickhouse.insert(table, bare)
    outdated = sorted(gone.union(bare["id"]))
    if outdated:
        where = (
            f"log = {log.number} AND batch < {batch} AND id IN ({', '.join(map(str, outdated))})"
        )
        await clickhouse.command(tables.change(table, f"DELETE WHERE {where}"))

"""What a follower reads of the ledger: entries as numbers, and whom and what they mention."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from struct import Struct
from typing import Any

from indelible.index.clickhouse.news import NEWS, values_of
from indelible.index.clickhouse.tables import PURGED
from indelible.index.reader import Reader

Columns = Mapping[str, Sequence[Any]]

_halves = Struct(">QQ").unpack

_ENTRIES = f"""
SELECT e.log, e.seq, e.id, e.action, e.failed, coalesce(resource_types.name, ''), e.person,
    e.resource, coalesce(e.client, 0), coalesce(e.session, '')
{NEWS} LEFT JOIN resource_types ON resource_types.id = e.resource_type
"""  # ours

# Lower case as PostgreSQL searches in: the locale of neither database decides.
_MENTIONS = {
    "people": (
        ("log", "id", "actor_id", "assumed_by_id", "email", "assumed_by_email"),
        "log, id, actor_id, assumed_by_id, lower(email COLLATE pg_c_utf8), "
        "lower(assumed_by_email COLLATE pg_c_utf8)",
    ),
    "clients": (("log", "id", "ip"), "log, id, ip"),
    "resources": (
        ("log", "id", "resource_id", "name"),
        "log, id, resource_id, lower(name COLLATE pg_c_utf8)",
    ),
}


def next_block(news: Mapping[int, range], most: int) -> Mapping[int, range]:
    """Return the beginning of *news*, at most *most* entries of it."""
    block: dict[int, range] = {}
    for log, stretch in news.items():
        part = stretch[:most]
        if not part:
            break
        block[log] = part
        most -= len(part)
    return block


async def read_entries(reader: Reader, block: Mapping[int, range], batch: int) -> Columns:
    """Return the entries of *block*, by column."""
    rows = await reader.all(_ENTRIES, values_of(block))
    columns = list(zip(*rows, strict=True)) or [()] * 10
    log, seq, ids, action, failed, type_, person, resource, client, session = columns
    moment, tie = list(zip(*(_halves(id_.bytes) for id_ in ids), strict=True)) or ((), ())
    return {
        "log": log,
        "seq": seq,
        "moment": moment,
        "tie": tie,
        "batch": [batch] * len(rows),
        "action": [PURGED if each < 0 else each for each in action],
        "failed": [int(each) for each in failed],
        "type": type_,
        "person": person,
        "resource": resource,
        "client": client,
        "session": session,
    }


async def read_mentions(reader: Reader, table: str, ids: Collection[int], batch: int) -> Columns:
    """Return what *table* says of *ids*, by column; those that are there no more are left out."""
    names, columns = _MENTIONS[table]
    query = f"SELECT {columns} FROM {table} WHERE id = ANY(%(ids)s::bigint[])"  # noqa: S608  # ours
    rows = await reader.all(query, {"ids": list(ids)})
    found = list(zip(*rows, strict=True)) or [()] * len(names)
    return {**dict(zip(names, found, strict=True)), "batch": [batch] * len(rows)}

"""Which entries stand on a page: their ids, by the cheaper of two ways.

Few match     gather them all from an index and sort them
many match    walk along the log from where the page begins: they turn up soon
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from indelible.index.conditions import Conditions
from indelible.index.reader import Reader
from indelible.index.sight import stretches

FEW = 1_000
"""Up to so many matches are worth gathering."""

LONGEST_WALK = 50_000

_GATHER = """
WITH found AS MATERIALIZED (SELECT e.id FROM entries e WHERE {where})
SELECT id FROM found WHERE {bounds} ORDER BY id {order} LIMIT %(limit)s
"""

# The inner LIMIT bounds the walk, and keeps the planner from any other way.
_WALK = """
SELECT e.id FROM (
    SELECT * FROM entries e WHERE {along} ORDER BY e.{by} {order} LIMIT %(walk)s
) e
WHERE {where} ORDER BY e.{by} {order} LIMIT %(limit)s
"""


async def find(
    reader: Reader,
    wanted: Conditions,
    *,
    total: int,
    limit: int,
    older_than: bytes | None = None,
    newer_than: bytes | None = None,
) -> list[bytes]:
    """Return the ids of up to *limit* entries that fulfil the conditions.

    Args:
        reader: the snapshot.
        wanted: the conditions.
        total: how many entries fulfil them, wherever they stand.
        limit: how many to return.
        older_than: the newest that are older than this id, newest first; without both bounds, the
            newest of all.
        newer_than: the oldest that are newer than this id, oldest first.
    """
    if wanted.impossible or total == 0:
        return []
    ascending = newer_than is not None
    order = "ASC" if ascending else "DESC"
    bound = newer_than if ascending else older_than
    bounds = "true" if bound is None else "id > %(bound)s" if ascending else "id < %(bound)s"
    values = {"limit": limit, "bound": None if bound is None else bound.hex()}
    if total <= FEW and wanted.clauses:
        return await _gather(reader, wanted, bounds, order, values)
    found = await _walk(reader, wanted, bound, values, ascending=ascending)
    if len(found) < limit and total > len(found):
        # Fewer than their number promised: they stand far away.
        return await _gather(reader, wanted, bounds, order, values)
    return found


async def _gather(
    reader: Reader, wanted: Conditions, bounds: str, order: str, values: dict[str, Any]
) -> list[bytes]:
    query = _GATHER.format(where=wanted.where, bounds=bounds, order=order)
    return _ids(await reader.all(query, wanted.having(values)))


async def _walk(
    reader: Reader,
    wanted: Conditions,
    bound: bytes | None,
    values: dict[str, Any],
    *,
    ascending: bool,
) -> list[bytes]:
    first, beyond = wanted.first, wanted.beyond
    if bound is not None and ascending:
        first = max(first or bound, _next(bound))
    elif bound is not None:
        beyond = min(beyond or bound, bound)
    order = "ASC" if ascending else "DESC"
    if wanted.one_log:
        # Along a single log, other logs' entries are not even passed by.
        stretch = (await stretches(reader, wanted.logs, first=first, beyond=beyond))[
            wanted.logs[0].number
        ]
        along = "e.log = %(log)s AND e.seq >= %(start)s AND e.seq < %(stop)s"
        values = {**values, "start": stretch.start, "stop": stretch.stop}
    else:
        along = " AND ".join(
            clause
            for clause, given in (("e.id >= %(start)s", first), ("e.id < %(stop)s", beyond))
            if given is not None
        )
        values = {
            **values,
            "start": None if first is None else first.hex(),
            "stop": None if beyond is None else beyond.hex(),
        }
    query = _WALK.format(
        along=along or "true",
        where=wanted.others,
        by="seq" if wanted.one_log else "id",
        order=order,
    )
    return _ids(await reader.all(query, wanted.having({**values, "walk": LONGEST_WALK})))


def _next(id_: bytes) -> bytes:
    return (int.from_bytes(id_, "big") + 1).to_bytes(16, "big")


def _ids(rows: Sequence[tuple[Any, ...]]) -> list[bytes]:
    return [row[0].bytes for row in rows]

"""A filter, applied: cheap conditions first, so that dear ones are asked about less."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from indelible.core.activity import Status
from indelible.index.postgres.fields import Fields, IdsByLog
from indelible.index.postgres.runs import Numbers
from indelible.index.postgres.segment import Bits, Kind, Mentioned
from indelible.index.postgres.words import ACTIONS, Layout, Lexicon, having
from indelible.index.reader import Reader
from indelible.index.sight import Log
from indelible.ledger.search import Filter

_TYPE = "SELECT id FROM resource_types WHERE name = %(type)s"
_IN_LOGS = "log = ANY(%(logs)s::int[])"
_PEOPLE = f"""
SELECT log, id FROM people
WHERE {_IN_LOGS} AND (actor_id = %(user)s OR assumed_by_id = %(user)s)
"""  # noqa: S608  # ours
_ASSUMED = f"SELECT log, id FROM people WHERE {_IN_LOGS} AND assumed_by_id IS NOT NULL"  # noqa: S608  # ours
_RESOURCES = f"SELECT log, id FROM resources WHERE {_IN_LOGS} AND resource_id = %(resource)s"  # noqa: S608  # ours
_CLIENTS = f"SELECT log, id FROM clients WHERE {_IN_LOGS} AND ip = %(address)s"  # noqa: S608  # ours


def narrows(where: Filter) -> bool:
    """Return whether *where* asks for anything besides log and time."""
    rest = (where.action, where.status, where.resource_type, where.session, where.resource,
            where.address, where.user, where.assumed, where.search)  # fmt: skip
    return any(value is not None for value in rest)


async def passing(
    fields: Fields, where: Filter, *, lexicon: Lexicon, logs: Sequence[Log], layout: Layout
) -> Bits:
    """Return which entries of the ground pass *where*."""
    reader = fields.reader
    bits = fields.ground.everything()
    if where.action is not None:
        bits &= await fields.values(Kind.ACTION, [ACTIONS.index(where.action)])
    if where.status is not None:
        failed = await fields.values(Kind.FAILED, [1])
        bits &= failed if where.status is Status.FAILURE else ~failed
    if where.resource_type is not None:
        types = await reader.all(_TYPE, {"type": where.resource_type})
        bits &= await fields.values(Kind.RESOURCE_TYPE, [type_ for (type_,) in types])
    if where.session is not None:
        bits &= await fields.session(where.session)
    numbers = [log.number for log in logs]
    for field, query, value in (
        (Mentioned.CLIENT, _CLIENTS, {"address": where.address}),
        (Mentioned.RESOURCE, _RESOURCES, {"resource": where.resource}),
        (Mentioned.PERSON, _PEOPLE, {"user": where.user}),
    ):
        if None not in value.values():
            ids = await _ids(reader, query, {**value, "logs": numbers})
            bits &= await fields.mentioning(field, ids, bits)
    if where.assumed is not None:
        assumed = await _ids(reader, _ASSUMED, {"logs": numbers})
        mentioning = await fields.mentioning(Mentioned.PERSON, assumed, bits)
        bits &= mentioning if where.assumed else ~mentioning
    if where.search is not None:
        bits &= await having(
            fields, where.search, lexicon=lexicon, logs=logs, layout=layout, among=bits
        )
    return bits


async def _ids(reader: Reader, query: str, values: dict[str, Any]) -> IdsByLog:
    found: dict[int, list[int]] = {}
    for log, id_ in await reader.all(query, values):
        found.setdefault(log, []).append(id_)
    return {log: _ascending(ids) for log, ids in found.items()}


def _ascending(ids: Sequence[int]) -> Numbers:
    return np.unique(np.array(ids, np.int64))

"""A filter as conditions: on the entries in ClickHouse, and on those that only PostgreSQL has yet.

Both say the same. Texts are compared in lower case by PostgreSQL's rules in either place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from indelible.core.activity import Action, Status
from indelible.core.entry_id import floor_id
from indelible.core.instant import microseconds
from indelible.index.clickhouse.tables import PURGED
from indelible.ledger.search import Filter

ACTIONS = tuple(Action)

_ASSUMED = "SELECT id FROM $people WHERE assumed_by_id IS NOT NULL"

# Name of a condition -> what fulfils it, of entries and mentions in ClickHouse.
_INDEXED = {
    "action": "action = {action:UInt8}",
    "failure": "failed",
    "success": f"NOT failed AND action != {PURGED}",
    "type": "type = {type:String} AND type != ''",
    "session": "session = {session:String} AND session != ''",
    "resource": "resource IN (SELECT id FROM $resources WHERE resource_id = {resource:String})",
    "address": "client IN (SELECT id FROM $clients WHERE ip = {address:String})",
    "user": "person IN (SELECT id FROM $people "
    "WHERE actor_id = {user:String} OR assumed_by_id = {user:String})",
    "assumed": f"person IN ({_ASSUMED})",
    "unassumed": f"action != {PURGED} AND person NOT IN ({_ASSUMED})",
    "search": "(action IN {actions:Array(UInt8)} OR person IN (SELECT id FROM $people "
    "WHERE position(email, {text:String}) > 0 OR position(assumed_by_email, {text:String}) > 0) "
    "OR resource IN (SELECT id FROM $resources WHERE position(name, {text:String}) > 0))",
}
# The same, of entries in PostgreSQL with all that they mention.
_LOWER = "lower({} COLLATE pg_c_utf8)"
_TAIL = {
    "action": "e.action = %(action)s",
    "failure": "e.failed",
    "success": "NOT e.failed AND e.action >= 0",
    "type": "resource_types.name = %(type)s",
    "session": "e.session = %(session)s",
    "resource": "resources.resource_id = %(resource)s",
    "address": "clients.ip = %(address)s",
    "user": "(people.actor_id = %(user)s OR people.assumed_by_id = %(user)s)",
    "assumed": "people.assumed_by_id IS NOT NULL",
    "unassumed": "e.action >= 0 AND people.assumed_by_id IS NULL",
    "search": "(e.action = ANY(%(actions)s::smallint[]) OR "
    + " OR ".join(
        f"strpos({_LOWER.format(column)}, %(text)s) > 0"
        for column in ("people.email", "people.assumed_by_email", "resources.name")
    )
    + ")",
}


@dataclass(slots=True)
class Conditions:
    """What an entry must fulfil besides standing in a log in sight.

    Attributes:
        names: which conditions.
        values: the values in them.
        first: smallest id in the time range, None without a beginning.
        beyond: smallest id after it, None without an end.
    """

    names: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    first: bytes | None = None
    beyond: bytes | None = None

    def require(self, name: str, **values: Any) -> None:
        """Add a condition."""
        self.names.append(name)
        self.values.update(values)

    @property
    def time(self) -> str:
        """The conditions on time, for ClickHouse."""
        # Both are the smallest ids of their microsecond: their first halves decide.
        clauses = []
        if self.first is not None:
            clauses.append(f"moment >= {halves(self.first)[0]}")
        if self.beyond is not None:
            clauses.append(f"moment < {halves(self.beyond)[0]}")
        return " AND ".join(clauses) or "1"

    @property
    def indexed(self) -> str:
        """All conditions, for ClickHouse."""
        return " AND ".join([self.time, *(f"({_INDEXED[name]})" for name in self.names)])

    @property
    def tail(self) -> str:
        """All conditions, for PostgreSQL."""
        clauses = [_TAIL[name] for name in self.names]
        if self.first is not None:
            clauses.append("e.id >= %(first)s")
        if self.beyond is not None:
            clauses.append("e.id < %(beyond)s")
        return " AND ".join(clauses) or "true"

    @property
    def tail_values(self) -> dict[str, Any]:
        """The values in :attr:`tail`."""
        bounds = {"first": self.first, "beyond": self.beyond}
        return {
            **self.values,
            **{name: None if bound is None else bound.hex() for name, bound in bounds.items()},
        }


def conditions_of(where: Filter, *, lower: Callable[[str], str]) -> Conditions:
    """Return *where* as conditions; *lower* is PostgreSQL's idea of lower case."""
    wanted = Conditions()
    _time(wanted, where.from_, where.to)
    if where.action is not None:
        wanted.require("action", action=ACTIONS.index(where.action))
    if where.status is not None:
        wanted.require("failure" if where.status is Status.FAILURE else "success")
    if where.resource_type is not None:
        wanted.require("type", type=where.resource_type)
    for name in ("session", "resource", "address", "user"):
        value = getattr(where, name)
        if value is not None:
            wanted.require(name, **{name: value})
    if where.assumed is not None:
        wanted.require("assumed" if where.assumed else "unassumed")
    if where.search is not None:
        found = [number for number, name in enumerate(ACTIONS) if where.search.lower() in name]
        wanted.require("search", actions=found, text=lower(where.search))
    return wanted


def halves(id_: bytes) -> tuple[int, int]:
    """Return the two numbers that an id is in ClickHouse; their order is the ids'."""
    return int.from_bytes(id_[:8], "big"), int.from_bytes(id_[8:], "big")


def _time(wanted: Conditions, from_: datetime | None, to: datetime | None) -> None:
    # Nothing was recorded before 1970.
    if from_ is not None and (start := microseconds(from_)) > 0:
        wanted.first = floor_id(start)
    if to is not None:
        wanted.beyond = floor_id(max(0, microseconds(to)))

"""A filter as conditions on entries, for an export, which reads all that passes.

People, clients and resources are looked up first, in their own small tables. What is left are
conditions on numbers, which the indexes of the entries answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from indelible.core.activity import Action, Status
from indelible.core.entry_id import floor_id
from indelible.core.instant import microseconds
from indelible.index.reader import Reader
from indelible.index.sight import Log, logs_in_sight
from indelible.ledger.search import Filter

# How a purged entry ended is not known any more; neither is its action, which is then negative.
FAILED, SUCCEEDED = "e.failed", "NOT e.failed AND e.action >= 0"
_ACTIONS = tuple(Action)

# The locale of the database decides nothing: upper and lower case are Unicode's.
_FOUND_PEOPLE = """
SELECT id FROM people
WHERE strpos(lower(email COLLATE pg_c_utf8), lower(%(text)s COLLATE pg_c_utf8)) > 0
    OR strpos(lower(assumed_by_email COLLATE pg_c_utf8), lower(%(text)s COLLATE pg_c_utf8)) > 0
"""
_FOUND_RESOURCES = """
SELECT id FROM resources
WHERE strpos(lower(name COLLATE pg_c_utf8), lower(%(text)s COLLATE pg_c_utf8)) > 0
"""
_PEOPLE = "SELECT id FROM people WHERE actor_id = %(user)s OR assumed_by_id = %(user)s"
_ASSUMED = "SELECT id FROM people WHERE assumed_by_id IS NOT NULL"
_RESOURCES = "SELECT id FROM resources WHERE resource_id = %(resource)s"
_CLIENTS = "SELECT id FROM clients WHERE ip = %(address)s"
_TYPE = "SELECT id FROM resource_types WHERE name = %(type)s"


@dataclass(slots=True, kw_only=True)
class Conditions:
    """What an entry must fulfil, and where to look for it.

    Attributes:
        logs: the logs in question.
        one_log: whether a single log is asked about, rather than all that the scope sees.
        clauses: SQL over ``e``, an entry, besides log and time; all must hold.
        values: the values in it.
        first: smallest id in the time range, None without a beginning.
        beyond: smallest id after it, None without an end.
        impossible: nothing can fulfil this.
    """

    logs: Sequence[Log]
    one_log: bool
    clauses: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    first: bytes | None = None
    beyond: bytes | None = None
    impossible: bool = False

    @property
    def log_and_time(self) -> list[str]:
        """The clauses on log and time."""
        clauses = ["e.log = %(log)s"] if self.one_log else []
        if self.first is not None:
            clauses.append("e.id >= %(first)s")
        if self.beyond is not None:
            clauses.append("e.id < %(beyond)s")
        return clauses

    @property
    def where(self) -> str:
        """All clauses, as one SQL expression."""
        return _all_of([*self.log_and_time, *self.clauses])

    @property
    def left_out(self) -> str:
        """What lies in the same logs and time and does not pass, as one SQL expression."""
        # A comparison with null is null, which NOT would leave null.
        passes = "false" if self.impossible else self.others
        return _all_of([*self.log_and_time, f"({passes}) IS NOT TRUE"])

    @property
    def others(self) -> str:
        """The clauses besides log and time, as one SQL expression."""
        return _all_of(self.clauses)

    def having(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of every clause, and *values*."""
        return {
            **self.values,
            "log": self.logs[0].number if self.one_log and self.logs else None,
            "first": None if self.first is None else self.first.hex(),
            "beyond": None if self.beyond is None else self.beyond.hex(),
            **values,
        }

    def require(self, clause: str, **values: Any) -> None:
        """Add a clause."""
        self.clauses.append(clause)
        self.values.update(values)

    def require_one_of(self, column: str, rows: Sequence[int]) -> None:
        """Require that *column* is one of *rows*."""
        if rows:
            self.require(f"e.{column} = ANY(%({column})s::bigint[])", **{column: list(rows)})
        else:
            self.impossible = True


def _all_of(clauses: Sequence[str]) -> str:
    return " AND ".join(clauses) or "true"


async def resolve(reader: Reader, where: Filter) -> Conditions:
    """Return *where* as conditions on the entries that *reader* sees."""
    logs = await logs_in_sight(reader, where.tenant)
    wanted = Conditions(logs=logs, one_log=where.tenant is not None or len(logs) == 1)
    if not logs:
        wanted.impossible = True
        return wanted
    _time(wanted, where.from_, where.to)
    if where.action is not None:
        wanted.require("e.action = %(action)s", action=_ACTIONS.index(where.action))
    if where.status is not None:
        wanted.require(FAILED if where.status is Status.FAILURE else SUCCEEDED)
    if where.resource_type is not None:
        types = await reader.all(_TYPE, {"type": where.resource_type})
        wanted.impossible |= not types
        wanted.require("e.resource_type = %(type)s", type=types[0][0] if types else None)
    if where.session is not None:
        wanted.require("e.session = %(session)s", session=where.session)
    if where.resource is not None:
        rows = await reader.all(_RESOURCES, {"resource": where.resource})
        wanted.require_one_of("resource", [row for (row,) in rows])
    if where.address is not None:
        rows = await reader.all(_CLIENTS, {"address": where.address})
        wanted.require_one_of("client", [row for (row,) in rows])
    await _people(reader, wanted, where)
    if where.search is not None:
        await _search(reader, wanted, where.search, where.action)
    return wanted


async def _people(reader: Reader, wanted: Conditions, where: Filter) -> None:
    """Require what *where* says of who acted, and whether as somebody else."""
    assumed = set()
    if where.assumed is not None:
        assumed = {row for (row,) in await reader.all(_ASSUMED)}
    if where.user is not None:
        people = {row for (row,) in await reader.all(_PEOPLE, {"user": where.user})}
        if where.assumed is not None:
            people = people & assumed if where.assumed else people - assumed
        wanted.require_one_of("person", sorted(people))
    elif where.assumed:
        wanted.require_one_of("person", sorted(assumed))
    elif where.assumed is not None:
        # Of a purged entry nobody knows any more.
        others = "e.action >= 0 AND e.person != ALL(%(assumed)s::bigint[])"
        wanted.require(others, assumed=sorted(assumed))


def _time(wanted: Conditions, from_: datetime | None, to: datetime | None) -> None:
    # Ids carry the time: a range of time is a range of ids. Nothing was recorded before 1970.
    if from_ is not None and (start := microseconds(from_)) > 0:
        wanted.first = floor_id(start)
    if to is not None:
        wanted.beyond = floor_id(max(0, microseconds(to)))


async def _search(reader: Reader, wanted: Conditions, text: str, action: Action | None) -> None:
    """Require that action, person or resource contains *text*."""
    actions = [number for number, name in enumerate(_ACTIONS) if text.lower() in name]
    if action is not None:
        if _ACTIONS.index(action) in actions:
            return
        actions = []
    people = [row for (row,) in await reader.all(_FOUND_PEOPLE, {"text": text})]
    resources = [row for (row,) in await reader.all(_FOUND_RESOURCES, {"text": text})]
    found: list[str] = []
    if actions:
        found.append("e.action = ANY(%(found_actions)s::smallint[])")
        wanted.values["found_actions"] = actions
    if people:
        found.append("e.person = ANY(%(found_people)s::bigint[])")
        wanted.values["found_people"] = people
    if resources:
        found.append("e.resource = ANY(%(found_resources)s::bigint[])")
        wanted.values["found_resources"] = resources
    if not found:
        wanted.impossible = True
        return
    if len(found) == 1:
        wanted.require(found[0])
        return
    # More than one small index would be needed, and the rows themselves to tell doubles.
    wanted.require(f"({_kept_from_small_indexes(' OR '.join(found))})")


def _kept_from_small_indexes(clauses: str) -> str:
    # An export reads what passes in its order. Fetching many rows one by one and sorting them costs
    # more; the planner believes otherwise, and "+ 0" keeps it from that.
    return clauses.replace("e.person =", "e.person + 0 =").replace(
        "e.resource =", "e.resource + 0 ="
    )

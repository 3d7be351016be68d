"""What is asked of a filled log: every filter and every combination of two, by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations
from urllib.parse import urlencode

from benchmarks.filled import Workload, things_for
from benchmarks.population import Population

ABSENT = "zzzzzz"
EVERYWHERE = ".example"  # every e-mail address ends so
COMMON = "berlin"


@dataclass(frozen=True, slots=True)
class Condition:
    """One filter. Two of the same *kind* are never combined."""

    kind: str
    name: str
    query: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A filter of up to two conditions, as somebody asks it."""

    name: str
    query: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who asks: an account, and the tenant whose users and things it asks about."""

    name: str
    email: str
    about: int
    all_tenants: bool


def readers(workload: Workload) -> Sequence[Reader]:
    """Return a Super Admin, an Admin of the largest tenant, and one of the smallest."""
    root, largest, smallest = workload.admins
    return (
        Reader("Super Admin", root, 0, all_tenants=True),
        Reader("Admin of the largest", largest, 0, all_tenants=False),
        Reader("Admin of the smallest", smallest, len(workload.tenants) - 1, all_tenants=False),
    )


def questions(workload: Workload, reader: Reader) -> Iterator[Question]:
    """Yield the question without a filter, with each filter, and with each two of them."""
    every = list(_conditions(workload, reader))
    yield Question("no filter", "")
    for one in every:
        yield Question(one.name, urlencode(one.query))
    for one, other in combinations(every, 2):
        if one.kind != other.kind:
            yield Question(f"{one.name} + {other.name}", urlencode(one.query + other.query))


def _conditions(workload: Workload, reader: Reader) -> Iterator[Condition]:
    people = Population(workload.named[reader.about], things_for(workload.entries))
    if reader.all_tenants:
        yield _one("tenant", "largest", workload.tenants[0])
        yield _one("tenant", "smallest", workload.tenants[-1])
    yield _one("resource_type", "edge", "edge")
    yield _one("resource_type", "role", "role")
    yield _one("action", "update", "update")
    yield _one("action", "unassign", "unassign")
    yield _one("status", "success", "success")
    yield _one("status", "failure", "failure")
    yield _one("user", "busiest", people.users[0].id)
    yield _one("user", "quietest", people.users[-1].id)
    edges = people.things["edge"]
    yield _one("search", "rare", edges[len(edges) // 2].name or "")
    yield _one("search", "common", COMMON)
    yield _one("search", "absent", ABSENT)
    yield _one("search", "everything", EVERYWHERE)
    now = datetime.fromtimestamp(workload.end / 1e9, UTC).replace(microsecond=0)
    half, day = now - timedelta(days=400), now - timedelta(days=200)
    yield _time("half a year", half, half + timedelta(days=183))
    yield _time("one day", day, day + timedelta(days=1))


def _one(parameter: str, name: str, value: str) -> Condition:
    return Condition(parameter, f"{parameter}={name}", ((parameter, value),))


def _time(name: str, from_: datetime, to: datetime) -> Condition:
    said = tuple((key, f"{at:%Y-%m-%dT%H:%M:%SZ}") for key, at in (("from", from_), ("to", to)))
    return Condition("time", name, said)

"""Who and what there is on an edge-computing platform of 50 tenants: always the same.

Everything is drawn by lot from the number of the tenant, so that every process draws the same.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from indelible.core.activity import Actor, ActorType, Resource, TenantId

TENANTS, USERS, THINGS = 50, 5_000, 100_000  # sessions come on top of the things, about as many
_STEEPNESS = 1.6  # of Zipf's law among all tenants but the first

CITIES, _TRADES, _FIRST, _LAST = (
    tuple(line.split())
    for line in Path(__file__).with_name("names.txt").read_text(encoding="utf-8").splitlines()
)
_SHARES = {
    "edge": 0.24, "connector": 0.24, "wireguard": 0.2, "acl": 0.2, "peering": 0.1,
    "config_template": 0.015, "role": 0.005,
}  # fmt: skip
"""What part of a tenant's things is of which type; its users are resources as well."""


_PREFIXES = {
    "connector": ("erp", "scada", "files", "voip", "mes", "video"),
    "acl": ("inbound", "outbound", "guests"),
}


def shares() -> list[float]:
    """Return what part of all entries each tenant has: the first half, the others less and less."""
    tail = [1 / place**_STEEPNESS for place in range(1, TENANTS)]
    return [0.5] + [weight / sum(tail) / 2 for weight in tail]


def spread(total: int, least: int, flatness: float) -> list[int]:
    """Return how many of *total* each tenant has, less unequally than entries."""
    weights = [share**flatness for share in shares()]
    return [max(least, round(total * weight / sum(weights))) for weight in weights]


@dataclass(frozen=True, slots=True)
class Named:
    """A tenant of the workload, as it was made."""

    number: int
    id: TenantId
    name: str


def tenant_names() -> list[str]:
    """Return the name of every tenant."""
    draw = random.Random(1)
    return [
        f"{draw.choice(CITIES).title()} {draw.choice(_TRADES)} {number:02}"
        for number in range(TENANTS)
    ]


class Population:
    """The people and things of one tenant, those that are used most first."""

    def __init__(self, tenant: Named, things: int = THINGS) -> None:
        """Draw them; *things* is how many all tenants have together."""
        self.tenant = tenant
        self._draw = random.Random(f"population of {tenant.number}")
        self.domain = f"{tenant.name.lower().replace(' ', '-')}.example"
        self._count = spread(things, 60, 0.8)[tenant.number]
        self.users: Sequence[Actor] = [
            self._user(number) for number in range(spread(USERS, 6, 0.6)[tenant.number])
        ]
        self.scheduler = Actor(
            id=self._id(), type=ActorType.SERVICE, email=f"scheduler@{self.domain}"
        )

    @cached_property
    def things(self) -> dict[str, Sequence[Resource]]:
        """Resources by type."""
        made: dict[str, Sequence[Resource]] = {
            kind: [
                Resource(type=kind, id=self._id(), name=self._name(kind, number))
                for number in range(max(3, round(self._count * share)))
            ]
            for kind, share in _SHARES.items()
        }
        made["user"] = [
            Resource(type="user", id=user.id, name=user.name or "") for user in self.users
        ]
        made["tenant"] = [Resource(type="tenant", id=self.tenant.id, name=self.tenant.name)]
        return made

    def _id(self) -> str:
        return str(uuid.UUID(int=self._draw.getrandbits(128), version=4))

    def _user(self, number: int) -> Actor:
        first, last = self._draw.choice(_FIRST), self._draw.choice(_LAST)
        double = str(number) if number >= 40 else ""
        return Actor(
            id=self._id(),
            email=f"{first}.{last}{double}@{self.domain}",
            name=f"{first.title()} {last.title()}",
        )

    def _name(self, kind: str, number: int) -> str:
        city = self._draw.choice(CITIES)
        if kind == "edge":
            return f"edge-{city}-{number:04}"
        if kind == "wireguard":
            return f"wg{number % 8}"
        if kind == "peering":
            return f"{city}-{self._draw.choice(CITIES)}-{number:04}"
        if kind in _PREFIXES:
            return f"{self._draw.choice(_PREFIXES[kind])}-{city}-{number:04}"
        return f"branch-{city}-v{number}" if kind == "config_template" else f"{city}-operators"

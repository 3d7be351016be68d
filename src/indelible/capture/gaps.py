"""Counts what was not recorded, so that the log itself can say that something is missing."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime

from indelible.core.activity import Action, Activity, Actor, ActorType, Resource, TenantId

GAP = "audit_gap"
"""Resource type of an entry that stands for activities that were not recorded."""


@dataclass(slots=True)
class Gap:
    """Activities of one tenant that were not recorded, one after the other."""

    tenant: TenantId | None
    count: int = 0
    first: datetime | None = None
    last: datetime | None = None
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def activity(self) -> Activity:
        """Return the activity that tells of this gap. Its key is the gap's id: it counts once."""
        return Activity(
            actor=Actor(id="indelible.capture", type=ActorType.SYSTEM),
            tenant=self.tenant,
            action=Action.CREATE,
            resource=Resource(type=GAP, id=self.id),
            key=self.id,
            occurred=self.last,
            payload={
                "missed": self.count,
                "first": self.first and self.first.isoformat(),
                "last": self.last and self.last.isoformat(),
            },
        )


class Gaps:
    """The gaps that no entry tells of yet. They live in memory: a crash loses the count."""

    def __init__(self) -> None:
        self._open: dict[TenantId | None, Gap] = {}
        self._untold: list[Gap] = []
        self.total = 0

    def __bool__(self) -> bool:
        """Return whether there is anything to tell."""
        return bool(self._open or self._untold)

    def add(self, tenant: TenantId | None) -> None:
        """Count one activity of *tenant* that was not recorded."""
        now = datetime.now(UTC)
        gap = self._open.setdefault(tenant, Gap(tenant))
        gap.count += 1
        gap.first = gap.first or now
        gap.last = now
        self.total += 1

    def take(self) -> list[Gap]:
        """Return the gaps so far; what is missed from now on is a gap of its own."""
        taken = [*self._untold, *self._open.values()]
        self._untold, self._open = [], {}
        return taken

    def put_back(self, gaps: list[Gap]) -> None:
        """Keep gaps that could not be told; the first of them was tried.

        That one stays as it is: it may have arrived all the same. The others are counted together
        with what was missed since, so that an outage of days is told in a few gaps.
        """
        self._untold.extend(gaps[:1])
        for gap in gaps[1:]:
            since = self._open.get(gap.tenant)
            if since is not None:
                gap.count += since.count
                gap.last = since.last
            self._open[gap.tenant] = gap

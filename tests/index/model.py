"""The log as a list, and what passes a filter by looking at every entry: slow and plainly right."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from indelible.core import instant
from indelible.core.activity import (
    Action,
    Activity,
    Actor,
    ActorType,
    Client,
    EntryId,
    Receipt,
    Request,
    Resource,
    Status,
    TenantId,
)
from indelible.core.scope import Scope
from indelible.ledger.ports import Recorder
from indelible.ledger.search import Filter

ACME = TenantId("3f9c2a44-0000-4000-8000-00000000acce")
BOLT = TenantId("3f9c2a44-0000-4000-8000-00000000b017")
NOBODYS = TenantId("3f9c2a44-0000-4000-8000-00000000dead")

PEOPLE = (
    Actor(id="u-1", email="Anna.Adler@acme.example", name="Anna Adler"),
    Actor(id="u-2", email="ben_b%@acme.example", name="Ben"),
    Actor(id="u-3", email="ÄRZTIN@klinik.example", name="Äda"),
    Actor(id="u-1", email="anna.conti@acme.example", name="Anna Conti"),
    Actor(id="svc", type=ActorType.SERVICE),
    Actor(id="nobody", type=ActorType.ANONYMOUS, email="guess@else.example"),
)
SUPER = Actor(id="root", email="Root@platform.example", name="Root")
NAMES = ("edge berlin", "Edge München", "100% done", "a_b", "back\\slash", "sync-box", None)
SEARCHES = (
    "anna", "ANNA", "ädler", "ärztin", "Ärz", "%", "_", "\\", "edge", "MÜN", "sync", "assign",
    "up", "create", "root@", "example", "zzz", " ", "'", "acme", "e",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recorded:
    """An activity and where it went."""

    activity: Activity
    receipt: Receipt

    @property
    def id(self) -> EntryId:
        return self.receipt.id

    @property
    def time(self) -> datetime:
        return datetime.fromisoformat(self.receipt.time)


@dataclass(slots=True)
class World:
    """Everything that was recorded."""

    recorder: Recorder
    entries: list[Recorded] = field(default_factory=list)

    async def record(self, activities: Sequence[Activity]) -> None:
        receipts = await self.recorder.record(activities)
        self.entries += map(Recorded, activities, receipts)

    def passing(self, where: Filter, scope: Scope) -> list[Recorded]:
        """Return what passes, newest first."""
        found = [each for each in self.entries if _passes(each, where, scope)]
        return sorted(found, key=lambda each: each.id, reverse=True)


def an_activity(lots: random.Random, **fields: Any) -> Activity:
    """Draw an activity; *fields* win."""
    drawn = Activity(
        actor=lots.choice(PEOPLE),
        assumed_by=SUPER if lots.random() < 0.1 else None,
        action=lots.choice(list(Action)),
        status=Status.FAILURE if lots.random() < 0.2 else Status.SUCCESS,
        resource=Resource(
            type=lots.choice(("edge", "user", "dns_zone")),
            id=f"r-{lots.randrange(12)}",
            name=lots.choice(NAMES),
        ),
        tenant=lots.choice((ACME, ACME, BOLT, None)),
        session=lots.choice(("s-1", "s-2", None)),
        client=lots.choice((Client(ip="192.0.2.1", user_agent="curl/8"), Client(ip="::1"), None)),
        request=Request(id="q", method="PUT", route="/e/{id}", path="/e/7?x=1", status=200),
        occurred=datetime(2020, 1, 2, tzinfo=UTC) if lots.random() < 0.3 else None,
        payload={"number": lots.randrange(100)} if lots.random() < 0.5 else None,
        changes={"mtu": {"before": 1, "after": 2}} if lots.random() < 0.3 else None,
    )
    return msgspec.structs.replace(drawn, **fields)


def _passes(each: Recorded, where: Filter, scope: Scope) -> bool:
    activity = each.activity
    return (
        (scope.tenant is None or activity.tenant == scope.tenant)
        and (where.tenant is None or activity.tenant == where.tenant)
        and (where.resource_type is None or activity.resource.type == where.resource_type)
        and (where.action is None or activity.action == where.action)
        and (where.status is None or activity.status == where.status)
        and (where.from_ is None or each.time >= where.from_)
        and (where.to is None or each.time < where.to)
        and (where.session is None or activity.session == where.session)
        and (where.resource is None or activity.resource.id == where.resource)
        and (where.user is None or where.user in _ids(activity))
        and (where.assumed is None or where.assumed == (activity.assumed_by is not None))
        and (
            where.address is None
            or (activity.client is not None and activity.client.ip == where.address)
        )
        and (where.search is None or any(_holds(text, where.search) for text in _texts(activity)))
    )


def _ids(activity: Activity) -> set[str]:
    return {who.id for who in (activity.actor, activity.assumed_by) if who is not None}


def _texts(activity: Activity) -> list[str | None]:
    by = activity.assumed_by
    return [
        activity.action.value,
        activity.resource.name,
        activity.actor.email,
        by.email if by else None,
    ]


def _holds(text: str | None, part: str) -> bool:
    return text is not None and part.lower() in text.lower()


def microseconds(each: Recorded) -> int:
    return instant.parse_time(each.receipt.time)

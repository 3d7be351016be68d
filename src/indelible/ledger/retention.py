"""Retention: entries that are old enough are purged; what is kept still proves.

Of a purged entry stay its place, time, id and leaf hash; its bytes, details, session and mentions
go. Tiles and checkpoints stay as they are, so that no proof of any other entry changes. Purged are
always the first entries of a log, never one in between.

A purge is an entry of the log, whose public part says which entries it took: ``delete`` of a
resource of the type ``entries`` with the id ``0-<last seq>``. An entry without bytes that no such
entry accounts for was not purged: somebody took it away.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, Protocol

import msgspec

from indelible.core.activity import (
    Action,
    Activity,
    Actor,
    ActorType,
    Client,
    Receipt,
    Request,
    Resource,
    TenantId,
)
from indelible.errors import Conflict, Invalid
from indelible.ledger.ports import Effect, LogNumber, Recorder

DEFAULT_DAYS = 400
MAX_DAYS = 36_500
RESOURCE_TYPE = "entries"
"""What a purge deletes; the id says which."""

PURGER = Actor(type=ActorType.SYSTEM, id="retention")
"""Who purges when time is up."""

MOST = 2_000
"""Entries that go in one transaction: appends to the log wait meanwhile, a fifth of a second."""

_MAX_REASON = 500
_RANGE = re.compile(r"0-(0|[1-9][0-9]{0,17})")


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """How long a tenant's entries are kept.

    Attributes:
        days: None is the platform's default.
        hold: why nothing may be purged for now; None: it may.
    """

    days: int | None = None
    hold: str | None = None


class Retention(NamedTuple):
    """The rules of a tenant, and how many of its entries are purged."""

    rules: Rules
    purged: int


class Due(NamedTuple):
    """Entries of a log whose time is up: *seqs* begins where the last purge ended.

    By *rule*, the tenant's own days; None is the platform's default.
    """

    log: LogNumber
    tenant: TenantId
    seqs: range
    rule: int | None = None


class RetentionStore(Protocol):
    """Where rules are kept, and what purges."""

    async def read(self, tenant: TenantId) -> Retention:
        """Return what holds for a tenant.

        Raises:
            NotFound: there is no such tenant.
        """

    def change(self, tenant: TenantId, *, old: Rules, new: Rules) -> Effect:
        """Store rules. The effect raises Conflict where *old* do not stand any more."""

    async def due(self, now: datetime, *, default: int, most: int) -> Sequence[Due]:
        """Return, of each tenant's log that is not on hold, up to *most* entries past their time.

        Args:
            now: what age is counted from.
            default: days for tenants without rules of their own.
            most: how many of one log.
        """

    def purge(self, due: Due) -> Effect:
        """Purge. The effect raises Conflict where somebody purged already, or changed the rules."""


class Circumstances(NamedTuple):
    """Who changes rules, and how it came to that.

    Attributes:
        condition: must hold in the same transaction, or nothing is changed.
    """

    actor: Actor
    assumed_by: Actor | None = None
    client: Client | None = None
    request: Request | None = None
    session: str | None = None
    condition: Effect | None = None


class RetentionDesk:
    """The rules of tenants."""

    def __init__(
        self, *, store: RetentionStore, recorder: Recorder, default: int = DEFAULT_DAYS
    ) -> None:
        """Take the store, the recorder, and days for tenants without rules of their own."""
        self._store = store
        self._recorder = recorder
        self.default = default

    async def read(self, tenant: TenantId) -> Retention:
        """Return what holds for a tenant.

        Raises:
            NotFound: there is no such tenant.
        """
        return await self._store.read(tenant)

    async def change(
        self, tenant: TenantId, rules: Rules, circumstances: Circumstances
    ) -> Retention:
        """Set rules, and say so in the tenant's log. Nothing is purged by this yet.

        Raises:
            Invalid: days or hold can't be taken.
            NotFound: there is no such tenant.
            Conflict: somebody else changed them meanwhile.
        """
        new = _checked(rules)
        old = (await self._store.read(tenant)).rules
        if new != old:
            entry = Activity(
                actor=circumstances.actor,
                assumed_by=circumstances.assumed_by,
                tenant=tenant,
                action=Action.UPDATE,
                resource=Resource(type="tenant", id=tenant),
                session=circumstances.session,
                client=circumstances.client,
                request=circumstances.request,
                changes={
                    f"retention.{name}": {"before": before, "after": after}
                    for name, before, after in (
                        ("days", old.days, new.days),
                        ("hold", old.hold, new.hold),
                    )
                    if before != after
                },
            )
            change = self._store.change(tenant, old=old, new=new)
            effect = _on_condition(circumstances.condition, change)
            await self._recorder.record([entry], effect=effect)
        return await self._store.read(tenant)


class Purger:
    """Purges what is old enough."""

    def __init__(
        self,
        *,
        store: RetentionStore,
        recorder: Recorder,
        default: int = DEFAULT_DAYS,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Take the store, the recorder, days for tenants without rules, and a clock."""
        self._store = store
        self._recorder = recorder
        self._default = default
        self._clock = clock

    async def run(self, *, most: int = MOST) -> Sequence[tuple[Due, Receipt]]:
        """Purge everything whose time is up, *most* entries at a time, and return what was purged.

        Any number of processes may run at once: each entry is purged by one of them.

        Raises:
            Unavailable: the storage can't be reached; what was purged before is purged.
        """
        purged: list[tuple[Due, Receipt]] = []
        now = self._clock()  # read once: what the purges themselves append is never due
        while found := await self._store.due(now, default=self._default, most=most):
            before = len(purged)
            for due in found:
                try:
                    receipts = await self._recorder.record(
                        [_entry(due)], effect=self._store.purge(due)
                    )
                except Conflict:
                    continue
                purged.append((due, receipts[0]))
            if len(purged) == before:
                break  # somebody else is at it
        return purged


def purged_by(action: str, resource_type: str, resource_id: str) -> int:
    """Return how many entries of its log an entry says were purged; 0 if it is no purge."""
    if action != Action.DELETE or resource_type != RESOURCE_TYPE:
        return 0
    match = _RANGE.fullmatch(resource_id)
    return int(match[1]) + 1 if match else 0


def past(now: datetime, days: int) -> datetime:
    """Return the time before which entries are *days* old."""
    return now - timedelta(days=days)


def _on_condition(condition: Effect | None, change: Effect) -> Effect:
    async def both(transaction: object) -> None:
        if condition is not None:
            await condition(transaction)
        await change(transaction)

    return both


def _entry(due: Due) -> Activity:
    return Activity(
        actor=PURGER,
        tenant=due.tenant,
        action=Action.DELETE,
        resource=Resource(type=RESOURCE_TYPE, id=f"0-{due.seqs[-1]}"),
        payload={"purged": {"first": due.seqs.start, "last": due.seqs[-1]}},
    )


def _checked(rules: Rules) -> Rules:
    if rules.days is not None and not 1 <= rules.days <= MAX_DAYS:
        raise Invalid(f"Entries are kept for 1 to {MAX_DAYS:,} days.", field="days")
    if rules.hold is None:
        return rules
    reason = rules.hold.strip()
    if not 3 <= len(reason) <= _MAX_REASON or not reason.isprintable():
        raise Invalid(
            f"A hold needs a reason: one line of 3 to {_MAX_REASON} characters.", field="hold"
        )
    return Rules(days=rules.days, hold=reason)

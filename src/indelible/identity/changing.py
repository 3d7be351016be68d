"""What every change that one person makes to another, or to a tenant, has in common.

It asks for a fresh proof of who makes it, commits with its entries, and is planned anew where what
it was planned on has changed meanwhile.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from indelible.core.activity import Action, Activity, Json, Receipt, Resource, TenantId
from indelible.errors import Conflict, NotSignedIn
from indelible.identity.access import Principal
from indelible.identity.model import SessionId, Visit
from indelible.identity.ports import Effect, Ending, Recorder, Sessions, Whose

FRESH_FOR = timedelta(minutes=10)
"""How long a password or a code that was given allows what is dangerous."""

_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Entries, and the changes that they are about. No change, and nothing is recorded."""

    entries: Sequence[Activity]
    effects: Sequence[Effect]


class Changer:
    """Makes planned changes."""

    def __init__(self, *, sessions: Sessions, recorder: Recorder) -> None:
        """Take the store of sessions and the recorder."""
        self._sessions = sessions
        self._recorder = recorder

    async def make(
        self, plan: Callable[[], Awaitable[Plan]], *, principal: Principal
    ) -> Sequence[Receipt]:
        """Commit what *plan* returns; it is asked again where an effect raises Conflict.

        Raises:
            StepUpRequired: the principal gave a password or a code too long ago.
            NotSignedIn: its session ended meanwhile.
            Conflict: others change the same thing all the time; try again.
        """
        hold = self.proved(principal)
        for tried in range(_TRIES):
            planned = await plan()
            if not planned.entries:
                return []
            try:
                return await self._recorder.record(
                    planned.entries, effect=together(hold, *planned.effects)
                )
            except Conflict as error:
                # What the entries say is not what would happen. A field that contradicts what
                # stands does so the next time as well.
                if error.field is not None or tried == _TRIES - 1:
                    raise
        raise AssertionError  # the last try returned or raised

    def proved(self, principal: Principal) -> Effect:
        """Return the condition that the principal's session is valid and freshly proved."""
        if principal.session is None:
            raise NotSignedIn("Only people with a session do this.")
        return self._sessions.hold(SessionId(principal.session), proved_within=FRESH_FOR)


async def ending(sessions: Sessions, whose: Whose, how: Ending) -> tuple[int, Effect]:
    """Return how many valid sessions of *whose* there are, and the effect that ends these.

    The number stands in the entry about why, so the effect raises Conflict where it is another by
    then.
    """
    ended = await sessions.count(whose)
    return ended, sessions.end_all(whose, how=how, expected=ended)


def together(*effects: Effect) -> Effect:
    """Return one effect that makes all of *effects*, in order."""

    async def all_of_them(transaction: object) -> None:
        for effect in effects:
            await effect(transaction)

    return all_of_them


def entry_of(
    principal: Principal,
    visit: Visit,
    action: Action,
    resource: Resource,
    *,
    tenant: TenantId | None,
    payload: Json = None,
    changes: dict[str, Json] | None = None,
) -> Activity:
    """Return the entry about what *principal* does to *resource*, in the log of *tenant*."""
    return Activity(
        actor=principal.actor,
        assumed_by=principal.assumed_by,
        tenant=tenant,
        action=action,
        resource=resource,
        session=principal.session,
        client=visit.client,
        request=visit.granted,
        payload=payload,
        changes=changes,
    )

"""Revoking sessions: effective at once, with a reason, and an entry of the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from indelible.core.activity import Action, Activity, Receipt, Resource
from indelible.errors import Conflict, NotSignedIn
from indelible.identity.access import Permission, Principal, require, scope_of
from indelible.identity.lines import clean_line
from indelible.identity.login import RESOURCE_TYPE
from indelible.identity.model import SessionId, UserId, Visit
from indelible.identity.ports import Effect, Recorder, Sessions
from indelible.identity.session_search import SessionDirectory, SessionRecord, SessionStatus

FRESH_FOR = timedelta(minutes=10)
"""How long a password that was given allows to revoke."""

_TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoked:
    """A session as it stands after its revocation, and the receipt of the entry about that."""

    session: SessionRecord
    receipt: Receipt


class Revoker:
    """Ends other people's sessions, and one's own from afar."""

    def __init__(
        self, *, sessions: Sessions, directory: SessionDirectory, recorder: Recorder
    ) -> None:
        """Take the store, where sessions are looked up, and the recorder."""
        self._sessions = sessions
        self._directory = directory
        self._recorder = recorder

    async def revoke(
        self,
        id: str,  # noqa: A002
        *,
        reason: str,
        principal: Principal,
        visit: Visit,
    ) -> Revoked:
        """End an active session; there is no way back.

        On return no request that comes later is accepted, on any node, and no change that the
        session had begun commits any more.

        Raises:
            Forbidden: the principal may not revoke.
            StepUpRequired: its password was given too long ago.
            Invalid: the reason can't be one.
            NotFound: there is no such session, or none in its sight.
            Conflict: it is not active any more.
            NotSignedIn: the principal's own session ended meanwhile.
        """
        require(principal, Permission.SESSIONS_REVOKE)
        because, scope = clean_reason(reason), scope_of(principal)
        target = await self._directory.find(id, scope)
        revoke = self._sessions.revoke(target.id, by=principal.actor, reason=because)
        (receipt,) = await self._recorder.record(
            [_entry(target, because, principal, visit)], effect=self._proved(principal, revoke)
        )
        return Revoked(session=await self._directory.find(target.id, scope), receipt=receipt)

    async def revoke_all(
        self, user: str, *, reason: str, principal: Principal, visit: Visit
    ) -> Sequence[Receipt]:
        """End every active session of a user in one transaction; an entry and a receipt for each.

        Raises:
            Forbidden: the principal may not revoke.
            StepUpRequired: its password was given too long ago.
            Invalid: the reason can't be one.
            NotFound: there is no such user, or none in its sight.
            Conflict: the user signs in and out all the time; try again.
            NotSignedIn: the principal's own session ended meanwhile.
        """
        require(principal, Permission.SESSIONS_REVOKE)
        because, scope = clean_reason(reason), scope_of(principal)
        for tried in range(_TRIES):
            targets = await self._directory.active_of(user, scope)
            if not targets:
                return []
            revoke = self._sessions.revoke_all(
                UserId(targets[0].user.id),
                expected=[target.id for target in targets],
                by=principal.actor,
                reason=because,
            )
            entries = [_entry(target, because, principal, visit) for target in targets]
            try:
                return await self._recorder.record(entries, effect=self._proved(principal, revoke))
            except Conflict:
                # One ended or another began: the entries would not be what happens.
                if tried == _TRIES - 1:
                    raise
        raise AssertionError  # the last try returned or raised

    def _proved(self, principal: Principal, change: Effect) -> Effect:
        """Return *change* on the condition that the principal's session is valid and stepped up."""
        if principal.session is None:
            raise NotSignedIn("Only people with a session revoke sessions.")
        hold = self._sessions.hold(SessionId(principal.session), proved_within=FRESH_FOR)

        async def both(transaction: object) -> None:
            await hold(transaction)
            await change(transaction)

        return both


def clean_reason(text: str) -> str:
    """Return a reason as it is kept: one line, trimmed.

    Raises:
        Invalid: it is too short, too long, or holds characters that nobody can see.
    """
    return clean_line(text, what="A reason", least=3, most=500, field="reason")


def _entry(target: SessionRecord, reason: str, principal: Principal, visit: Visit) -> Activity:
    # In the log of the session's tenant, whoever revoked it: that tenant's Admin may know.
    tenant = target.user.tenant
    return Activity(
        actor=principal.actor,
        assumed_by=principal.assumed_by,
        tenant=tenant.id if tenant else None,
        action=Action.REVOKE,
        resource=Resource(type=RESOURCE_TYPE, id=target.id, name=target.user.email),
        session=principal.session,
        client=visit.client,
        request=visit.granted,
        payload={"reason": reason, "user": target.user.id},
        changes={
            "status": {
                "before": SessionStatus.ACTIVE.value,
                "after": SessionStatus.REVOKED.value,
            }
        },
    )

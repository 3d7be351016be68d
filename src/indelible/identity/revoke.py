"""Revoking sessions: effective at once, with a reason, and an entry of the same transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from indelible.core.activity import Action, Activity, Receipt, Resource
from indelible.identity.access import Permission, Principal, require, scope_of
from indelible.identity.changing import Changer, Plan, together
from indelible.identity.lines import clean_reason
from indelible.identity.login import RESOURCE_TYPE
from indelible.identity.model import Visit
from indelible.identity.ports import Recorder, Sessions, Whose
from indelible.identity.session_search import SessionDirectory, SessionRecord, SessionStatus


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
        self._changer = Changer(sessions=sessions, recorder=recorder)

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
        effect = together(self._changer.proved(principal), revoke)
        entry = _entry(target, because, principal, visit)
        (receipt,) = await self._recorder.record([entry], effect=effect)
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
        scope = scope_of(principal)

        async def targets() -> Sequence[SessionRecord]:
            return await self._directory.active_of(user, scope)

        def whose(one: SessionRecord) -> Whose:
            return Whose(user=one.user.id)

        return await self._revoke_all(targets, whose, reason, principal, visit)

    async def revoke_tenant(
        self, tenant: str, *, reason: str, principal: Principal, visit: Visit
    ) -> Sequence[Receipt]:
        """End every active session of a tenant's users; otherwise as :meth:`revoke_all`."""
        require(principal, Permission.TENANTS_CHANGE)
        scope = scope_of(principal)

        async def targets() -> Sequence[SessionRecord]:
            return await self._directory.active_in(tenant, scope)

        def whose(one: SessionRecord) -> Whose:
            return Whose(tenant=one.user.tenant.id if one.user.tenant else None)

        return await self._revoke_all(targets, whose, reason, principal, visit)

    async def _revoke_all(
        self,
        targets: Callable[[], Awaitable[Sequence[SessionRecord]]],
        whose: Callable[[SessionRecord], Whose],
        reason: str,
        principal: Principal,
        visit: Visit,
    ) -> Sequence[Receipt]:
        because = clean_reason(reason)

        async def plan() -> Plan:
            found = await targets()
            if not found:
                return Plan(entries=[], effects=[])
            revoke = self._sessions.revoke_all(
                whose(found[0]),
                expected=[each.id for each in found],
                by=principal.actor,
                reason=because,
            )
            entries = [_entry(target, because, principal, visit) for target in found]
            return Plan(entries=entries, effects=[revoke])

        return await self._changer.make(plan, principal=principal)


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

"""Assumed identity: a Super Admin acts as somebody else for half an hour, and everybody can see it.

The rights are those of the user who is acted as; every entry names both. Starting and stopping are
entries in the log of that user's tenant, where its Admin reads them.
"""

from __future__ import annotations

import secrets
import uuid
from datetime import timedelta

from indelible.core.activity import Action, Activity, Actor, Resource
from indelible.errors import Conflict, NotSignedIn
from indelible.identity.access import Permission, Principal, require, require_assumable, scope_of
from indelible.identity.changing import Changer, Plan
from indelible.identity.lines import clean_reason
from indelible.identity.login import RESOURCE_TYPE, SignedIn, digest_of
from indelible.identity.model import Session, SessionId, User, Visit
from indelible.identity.ports import NewAssumption, Recorder, Sessions, Successor
from indelible.identity.sessions import SessionDesk
from indelible.identity.user_search import UserDirectory, UserStatus

LASTS = timedelta(minutes=30)
"""How long one acts as somebody else; no request makes it longer."""


class Assumer:
    """Lets Super Admins act as others, and puts them back."""

    def __init__(
        self,
        *,
        sessions: Sessions,
        desk: SessionDesk,
        directory: UserDirectory,
        recorder: Recorder,
        changer: Changer,
    ) -> None:
        """Take the stores, the recorder, and what makes changes."""
        self._sessions = sessions
        self._desk = desk
        self._directory = directory
        self._recorder = recorder
        self._changer = changer

    async def start(
        self, user: str, *, reason: str, principal: Principal, visit: Visit
    ) -> SignedIn:
        """Open a session in which the principal acts as *user*. It ends with the principal's own.

        Raises:
            Forbidden: the principal may not, acts as somebody already, or *user* is a Super Admin.
            StepUpRequired: its password was given too long ago.
            Invalid: the reason can't be one.
            NotFound: there is no such user.
            Conflict: the user is disabled.
            NotSignedIn: the principal's own session ended meanwhile.
        """
        require(principal, Permission.IDENTITY_ASSUME)
        because = clean_reason(reason)
        record = await self._directory.find(user, scope_of(principal))
        require_assumable(principal, record.user.role)
        if principal.session is None:
            raise NotSignedIn("Only people with a session act as somebody else.")
        if record.status is UserStatus.DISABLED or record.user.locked_out:
            raise Conflict("Nobody can act as a user who is disabled.")
        token = secrets.token_urlsafe(32)
        new = NewAssumption(
            id=SessionId(str(uuid.uuid4())),
            user=record.user.id,
            digest=digest_of(token),
            parent=SessionId(principal.session),
            by=principal.actor,
            reason=because,
            lifetime=LASTS,
            ip=visit.client.ip if visit.client else None,
            user_agent=visit.client.user_agent if visit.client else None,
        )
        entry = _entry(record.user, principal.actor, new.id, because, Action.CREATE, visit)

        async def plan() -> Plan:
            return Plan(entries=[entry], effects=[self._sessions.assume(new)])

        await self._changer.make(plan, principal=principal)
        return await self._opened(token)

    async def stop(self, session: Session, *, visit: Visit) -> SignedIn:
        """End an assumed session, and return a fresh one of the Super Admin's own.

        It lasts as long as the one that the assumption began from would have.

        Raises:
            Conflict: *session* is nobody's assumption.
            NotSignedIn: it ended meanwhile.
        """
        if session.assumed_by is None:
            raise Conflict("You do not act as somebody else.")
        token = secrets.token_urlsafe(32)
        successor = Successor(
            id=SessionId(str(uuid.uuid4())),
            digest=digest_of(token),
            ip=visit.client.ip if visit.client else None,
            user_agent=visit.client.user_agent if visit.client else None,
        )
        reason = session.assumed_reason or ""
        entry = _entry(session.user, session.assumed_by, session.id, reason, Action.DELETE, visit)
        back = self._sessions.resume(session.id, successor)
        await self._recorder.record([entry], effect=back)
        return await self._opened(token)

    async def _opened(self, token: str) -> SignedIn:
        session = await self._desk.authenticate(token)
        if session is None:
            raise NotSignedIn("Your session has ended. Sign in again.")
        return SignedIn(token=token, session=session)


def _entry(
    user: User, by: Actor, session: SessionId, reason: str, action: Action, visit: Visit
) -> Activity:
    return Activity(
        actor=user.actor,
        assumed_by=by,
        tenant=user.tenant.id if user.tenant else None,
        action=action,
        resource=Resource(type=RESOURCE_TYPE, id=session, name=user.email),
        session=session,
        client=visit.client,
        request=visit.granted,
        payload={"assumption": True, "reason": reason},
    )

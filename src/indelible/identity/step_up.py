"""Step-up: somebody signed in gives the password once more, before what can't be undone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from indelible.core.activity import Action, Activity, Resource, Status
from indelible.errors import Forbidden, NotSignedIn, WrongCredentials
from indelible.identity import throttling
from indelible.identity.access import Principal
from indelible.identity.login import RESOURCE_TYPE
from indelible.identity.model import Session, SessionId, Visit
from indelible.identity.password_desk import PasswordDesk
from indelible.identity.ports import Attempts, Effect, Hasher, Recorder, Sessions, Users
from indelible.identity.revoke import FRESH_FOR


class StepUp:
    """Makes a session one whose user gave the password just now.

    Whoever finds an unattended browser has a session and no password.
    """

    def __init__(
        self,
        *,
        users: Users,
        sessions: Sessions,
        attempts: Attempts,
        hasher: Hasher,
        recorder: Recorder,
        limits: throttling.Limits | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Take the stores, and *pause*, which waits for some seconds."""
        self._sessions = sessions
        self._recorder = recorder
        self._passwords = PasswordDesk(
            users=users, attempts=attempts, hasher=hasher, limits=limits, pause=pause
        )

    async def prove(self, session: Session, password: str, visit: Visit) -> None:
        """Note that the user of *session* gave the password now, or record that somebody failed to.

        What is noted is this session's alone. A success is no entry: what it is for will be one.

        Raises:
            WrongCredentials: it is not the password.
            Throttled: too many failures, at sign-in or here, or too many people at once; the
                password was not looked at.
            NotSignedIn: the session ended meanwhile.
            Forbidden: the session is an assumed one.
        """
        if session.assumed_by is not None:
            # The password that would be asked for is somebody else's.
            raise Forbidden("While you act as somebody else, this is not possible.")
        email = session.user.email
        check = await self._passwords.check(email, email, password, visit)
        account = check.account
        if (
            account is None
            or account.user.id != session.user.id
            or account.password_hash is None
            or not check.right
        ):
            await self._recorder.record([_failed(session, visit)])
            raise WrongCredentials("This is not your password.")
        await self._sessions.prove(session.id, password_hash=account.password_hash)
        await self._passwords.forgive(check)

    def proved(self, principal: Principal) -> Effect:
        """Return a condition: the principal's session is valid, and its user was proved just now.

        Raises:
            NotSignedIn: there is no session; as an effect, or it ended meanwhile. The effect
                raises StepUpRequired where the password was given too long ago.
        """
        if principal.session is None:
            raise NotSignedIn("Only people with a session can do this.")
        return self._sessions.hold(SessionId(principal.session), proved_within=FRESH_FOR)


def _failed(session: Session, visit: Visit) -> Activity:
    tenant = session.user.tenant
    return Activity(
        actor=session.user.actor,
        assumed_by=session.assumed_by,
        tenant=tenant.id if tenant else None,
        action=Action.UPDATE,
        status=Status.FAILURE,
        resource=Resource(type=RESOURCE_TYPE, id=session.id),
        session=session.id,
        client=visit.client,
        request=visit.refused,
        payload={"reason": "wrong password"},
    )

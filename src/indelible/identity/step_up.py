"""Step-up: somebody signed in proves it once more, before what can't be undone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from indelible.core.activity import Action, Activity, Resource, Status
from indelible.errors import Forbidden, Invalid, WrongCode, WrongCredentials
from indelible.identity import throttling
from indelible.identity.code_desk import CodeDesk
from indelible.identity.login import RESOURCE_TYPE
from indelible.identity.model import Account, Session, Visit
from indelible.identity.password_desk import PasswordDesk
from indelible.identity.ports import Attempts, Effect, Hasher, Recorder, Sessions, Users


class StepUp:
    """Makes a session one whose user gave the password, or a code, just now.

    Whoever finds an unattended browser has a session and neither of the two.
    """

    def __init__(
        self,
        *,
        users: Users,
        sessions: Sessions,
        attempts: Attempts,
        hasher: Hasher,
        codes: CodeDesk,
        recorder: Recorder,
        limits: throttling.Limits | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Take the stores, and *pause*, which waits for some seconds."""
        self._sessions = sessions
        self._recorder = recorder
        self._codes = codes
        self._passwords = PasswordDesk(
            users=users, attempts=attempts, hasher=hasher, limits=limits, pause=pause
        )

    async def prove(
        self,
        session: Session,
        visit: Visit,
        *,
        password: str | None = None,
        code: str | None = None,
    ) -> None:
        """Note that the user of *session* proved themselves, or record that somebody failed to.

        What is noted is this session's alone. A success is no entry: what it is for will be one.

        Args:
            session: the session.
            visit: from where.
            password: the user's; or else
            code: what the user's authenticator shows. Recovery codes are for signing in.

        Raises:
            Invalid: not exactly one of the two is given, or there is no authenticator.
            WrongCredentials: it is not the password; WrongCode, if it is not the code.
            Throttled: too many failures, at sign-in or here, or too many people at once; neither
                was looked at.
            NotSignedIn: the session ended meanwhile.
            Forbidden: the session is an assumed one.
        """
        if session.assumed_by is not None:
            # What would be asked for is somebody else's.
            raise Forbidden("While you act as somebody else, this is not possible.")
        if (password is None) == (code is None):
            raise Invalid("Send the password, or a code, and not both.", field="password")
        if password is not None:
            await self._by_password(session, password, visit)
        elif code is not None:
            await self._by_code(session, code, visit)

    async def _by_password(self, session: Session, password: str, visit: Visit) -> None:
        email = session.user.email
        check = await self._passwords.check(email, email, password, visit)
        account = check.account
        if (
            account is None
            or account.user.id != session.user.id
            or account.password_hash is None
            or not check.right
        ):
            await self._recorder.record([_failed(session, visit, "wrong password")])
            raise WrongCredentials("This is not your password.", field="password")
        await self._sessions.prove(session.id, password_hash=account.password_hash)
        await self._passwords.forgive(check)

    async def _by_code(self, session: Session, code: str, visit: Visit) -> None:
        if not session.user.second_factor:
            raise Invalid("This account has no second factor.", field="code")
        email = session.user.email
        check = await self._passwords.admit(email, email, visit)
        account = check.account
        known = account is not None and account.user.id == session.user.id
        try:
            taking = await self._taking(account if known else None, code)
            await self._sessions.prove(session.id, taking=taking)
        except WrongCode:
            await self._recorder.record([_failed(session, visit, "wrong code")])
            raise
        await self._passwords.forgive(check)

    async def _taking(self, account: Account | None, code: str) -> Effect:
        shown = await self._codes.look(account, code, recovery_too=False) if account else None
        if shown is None:
            raise WrongCode("This code is not right. Wait for the next one.")
        return shown.taking


def _failed(session: Session, visit: Visit, reason: str) -> Activity:
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
        payload={"reason": reason},
    )

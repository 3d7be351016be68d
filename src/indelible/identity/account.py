"""One's own account: what it is, and its password."""

from __future__ import annotations

import asyncio
import secrets
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from indelible.core.activity import Action, Activity, Json, Resource, Status
from indelible.errors import Conflict, Invalid, WrongCredentials
from indelible.identity import throttling
from indelible.identity.changing import ending, together
from indelible.identity.credential_ports import Passwords, SecondFactors
from indelible.identity.factor_rule import FactorRule
from indelible.identity.login import SignedIn, digest_of
from indelible.identity.model import Session, SessionId, User, Visit
from indelible.identity.password_desk import PasswordDesk
from indelible.identity.passwords import check_password, is_short, least_length
from indelible.identity.ports import (
    Attempts,
    Ending,
    Hasher,
    Recorder,
    Sessions,
    Successor,
    Users,
    Whose,
)
from indelible.identity.sessions import SessionDesk

PASSWORD_CHANGED: dict[str, Json] = {"password": {"before": "another", "after": "changed"}}
"""What an entry says of a new password: that there is one."""

_TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountState:
    """An account as its owner sees it.

    Attributes:
        enrolled_at: when the second factor was confirmed; None without one.
        second_factor_required: whether the owner may not do without.
        password_min_length: characters that a new password has at least.
    """

    user: User
    enrolled_at: datetime | None
    recovery_codes_left: int
    second_factor_required: bool
    password_min_length: int


class AccountDesk:
    """Reads and changes the account of whoever is signed in."""

    def __init__(
        self,
        *,
        users: Users,
        passwords: Passwords,
        factors: SecondFactors,
        sessions: Sessions,
        desk: SessionDesk,
        attempts: Attempts,
        hasher: Hasher,
        recorder: Recorder,
        rule: FactorRule | None = None,
        limits: throttling.Limits | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Take the stores, and *pause*, which waits for some seconds."""
        self._passwords = passwords
        self._factors = factors
        self._sessions = sessions
        self._desk = desk
        self._hasher = hasher
        self._recorder = recorder
        self._rule = rule or FactorRule()
        self._checks = PasswordDesk(
            users=users, attempts=attempts, hasher=hasher, limits=limits, pause=pause
        )

    async def read(self, session: Session) -> AccountState:
        """Return the account of the user of *session*."""
        user = session.user
        state = await self._factors.state(user.id)
        return AccountState(
            user=user,
            enrolled_at=state.enrolled_at,
            recovery_codes_left=state.recovery_codes_left,
            second_factor_required=self._rule.requires(user),
            password_min_length=least_length(second_factor=user.second_factor),
        )

    async def change_password(
        self, session: Session, *, current: str, new: str, visit: Visit
    ) -> SignedIn:
        """Set another password; all other sessions end, and another one takes *session*'s place.

        Raises:
            Invalid: the new password can't be one, or is the old one.
            WrongCredentials: *current* is not the password.
            Throttled: too many failures, at sign-in or here, or too many people at once; nothing
                was looked at.
            Conflict: the account changes all the time; try again.
            NotSignedIn: the session ended meanwhile.
        """
        user = session.user
        about = (user.email, user.name)
        check_password(new, second_factor=user.second_factor, about=about, field="new")
        before = await self._prove(session, current, visit)
        if current == new:
            raise Invalid("This is your password already.", field="new")
        after = await self._hasher.hash(new)
        token = secrets.token_urlsafe(32)
        successor = Successor(
            id=SessionId(str(uuid.uuid4())),
            digest=digest_of(token),
            ip=visit.client.ip if visit.client else None,
            user_agent=visit.client.user_agent if visit.client else None,
        )
        others = Whose(user=user.id, other_than=session.id)
        change = self._passwords.change(user.id, before=before, after=after, short=is_short(new))
        renew = self._sessions.renew(session.id, successor)
        for tried in range(_TRIES):
            ended, end = await ending(self._sessions, others, Ending.PASSWORD_CHANGED)
            entry = password_entry(user, visit, ended=ended, session=session)
            try:
                await self._recorder.record([entry], effect=together(change, end, renew))
            except Conflict:
                if tried == _TRIES - 1:
                    raise
            else:
                break
        renewed = await self._desk.authenticate(token)
        if renewed is None:
            raise WrongCredentials("Your session has ended. Sign in again.")
        return SignedIn(token=token, session=renewed)

    async def _prove(self, session: Session, current: str, visit: Visit) -> str:
        """Return the hash of the password, which *current* is."""
        user = session.user
        check = await self._checks.check(user.email, user.email, current, visit)
        account = check.account
        if (
            account is None
            or account.user.id != user.id
            or account.password_hash is None
            or not check.right
        ):
            await self._recorder.record([_failed(session, visit)])
            raise WrongCredentials("This is not your password.", field="current")
        await self._checks.forgive(check)
        return account.password_hash


def password_entry(
    user: User, visit: Visit, *, ended: int, session: Session | None = None, **said: Json
) -> Activity:
    """Return the entry of a new password that *user* chose; *ended* sessions end with it."""
    return Activity(
        actor=user.actor,
        tenant=user.tenant.id if user.tenant else None,
        action=Action.UPDATE,
        resource=Resource(type="user", id=user.id, name=user.name),
        session=session.id if session else None,
        client=visit.client,
        request=visit.granted,
        payload={**said, "sessionsEnded": ended},
        changes=PASSWORD_CHANGED,
    )


def _failed(session: Session, visit: Visit) -> Activity:
    user = session.user
    return Activity(
        actor=user.actor,
        tenant=user.tenant.id if user.tenant else None,
        action=Action.UPDATE,
        status=Status.FAILURE,
        resource=Resource(type="user", id=user.id, name=user.name),
        session=session.id,
        client=visit.client,
        request=visit.refused,
        payload={"reason": "wrong password"},
    )

"""Sign-in: an e-mail address and a password become a session."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from indelible.core.activity import Action, Activity, Actor, ActorType, Resource, Status
from indelible.errors import SecondFactorRequired, Throttled, WrongCode, WrongCredentials
from indelible.identity import throttling
from indelible.identity.access import Role
from indelible.identity.changing import together
from indelible.identity.code_desk import CodeDesk, ShownCode
from indelible.identity.emails import tried_email
from indelible.identity.factor_rule import FactorRule
from indelible.identity.model import Account, Session, SessionId, Tenant, User, Visit
from indelible.identity.password_desk import PasswordDesk
from indelible.identity.ports import (
    Attempts,
    Hasher,
    NewSession,
    Recorder,
    Sessions,
    Users,
)

RESOURCE_TYPE = "session"
_NO_SESSION = SessionId("-")
_MAX_EMAIL = 320


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetime:
    """When a session ends: after this time at the latest, after this time without a request."""

    absolute: timedelta
    idle: timedelta


def default_lifetimes() -> Mapping[Role, Lifetime]:
    """Return what stands unless the operator sets otherwise."""
    usual = Lifetime(absolute=timedelta(hours=12), idle=timedelta(minutes=30))
    short = Lifetime(absolute=timedelta(hours=8), idle=timedelta(minutes=15))
    return {Role.SUPER_ADMIN: short, Role.ADMIN: usual, Role.VIEWER: usual}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A fresh session. *token* is shown this once and stored nowhere."""

    token: str = field(repr=False)
    session: Session


class Login:
    """The native login flow.

    Unknown address, disabled account and wrong password get one answer after the same work: the
    same queries, one verification of a password, one entry. Whether the account has a second factor
    is told to those who know its password alone.
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
        rule: FactorRule | None = None,
        lifetimes: Mapping[Role, Lifetime] | None = None,
        limits: throttling.Limits | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Take the stores, and *pause*, which waits for some seconds."""
        self._users = users
        self._sessions = sessions
        self._hasher = hasher
        self._recorder = recorder
        self._codes = codes
        self._rule = rule or FactorRule()
        self._lifetimes = lifetimes or default_lifetimes()
        self._passwords = PasswordDesk(
            users=users, attempts=attempts, hasher=hasher, limits=limits, pause=pause
        )

    async def sign_in(
        self, email: str, password: str, visit: Visit, *, code: str | None = None
    ) -> SignedIn:
        """Open a session, and record that; or record that somebody failed to.

        Attempts that are throttled are not recorded: whoever makes them would decide how fast the
        log grows. The failures that led there are.

        Args:
            email: address of the account.
            password: its password.
            visit: from where.
            code: of its second factor, or one of its recovery codes; not looked at where it has
                no second factor.

        Raises:
            WrongCredentials: the two do not match, or the account is disabled.
            SecondFactorRequired: they do, and a code is needed too. That is no failure.
            WrongCode: the code is wrong or used. That is one.
            Throttled: too many failures for this account or from this address, or too many people
                at once; the password was not looked at.
        """
        address = tried_email(email)
        name = address or email.strip().lower()[:_MAX_EMAIL]
        check = await self._passwords.check(address, name, password, visit)
        account = check.account
        if (
            account is None
            or account.password_hash is None
            or not check.right
            or account.user.locked_out
        ):
            await self._recorder.record([_failed(account, address, visit, right=check.right)])
            raise WrongCredentials("E-mail address and password do not match.")
        if account.authenticator is not None and code is None:
            await self._passwords.take_back(check)
            raise SecondFactorRequired("Send the code of your second factor too.")
        try:
            shown = await self._look(account, code)
            signed_in = await self._open(account.user, account.password_hash, shown, visit)
        except WrongCode:
            await self._recorder.record([_failure(account.user, visit, "wrong code")])
            raise
        await self._passwords.forgive(check)
        await self._renew_hash(account.user, account.password_hash, password)
        return signed_in

    async def _look(self, account: Account, code: str | None) -> ShownCode | None:
        if account.authenticator is None or code is None:
            return None
        shown = await self._codes.look(account, code, recovery_too=True)
        if shown is None:
            raise WrongCode("This code is not right, or was used already.")
        return shown

    async def _open(
        self, user: User, password_hash: str, shown: ShownCode | None, visit: Visit
    ) -> SignedIn:
        token = secrets.token_urlsafe(32)
        lifetime = self._lifetimes[user.role]
        client = visit.client
        new = NewSession(
            id=SessionId(str(uuid.uuid4())),
            user=user.id,
            digest=digest_of(token),
            password_hash=password_hash,
            lifetime=lifetime.absolute,
            idle=lifetime.idle,
            ip=client.ip if client else None,
            user_agent=client.user_agent if client else None,
            with_code=shown is not None,
        )
        activity = Activity(
            actor=user.actor,
            tenant=user.tenant.id if user.tenant else None,
            action=Action.CREATE,
            resource=Resource(type=RESOURCE_TYPE, id=new.id),
            session=new.id,
            client=client,
            request=visit.granted,
            payload={"secondFactor": shown.kind.value} if shown else None,
        )
        # The code first: it locks the user's row for good, the session only against changes.
        effect = self._sessions.open(new)
        await self._recorder.record(
            [activity], effect=together(shown.taking, effect) if shown else effect
        )
        session = await self._sessions.find(new.digest)
        if session is None:
            # Ended in the meantime: disabled by somebody, say.
            raise WrongCredentials("E-mail address and password do not match.")
        return SignedIn(token=token, session=self._rule.judged(session))

    async def _renew_hash(self, user: User, old: str, password: str) -> None:
        if not self._hasher.outdated(old):
            return
        try:
            new = await self._hasher.hash(password)
        except Throttled:
            return  # at the next sign-in, then
        await self._users.rehash(user.id, old=old, new=new)


def digest_of(token: str) -> bytes:
    """Return what is stored of a session token or an API key's secret: its SHA-256.

    No salt and no slowness: they are 256 random bits, which nobody guesses.
    """
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def _failed(account: Account | None, address: str | None, visit: Visit, *, right: bool) -> Activity:
    """Return the entry of a failure: in the log of the account's tenant, if there is an account."""
    if account is not None:
        reason = "account disabled" if right else "wrong password"
        return _failure(account.user, visit, reason)
    anonymous = Actor(type=ActorType.ANONYMOUS, id="anonymous", email=address)
    return _attempt(anonymous, None, visit, "unknown account")


def _failure(user: User, visit: Visit, reason: str) -> Activity:
    return _attempt(user.actor, user.tenant, visit, reason)


def _attempt(actor: Actor, tenant: Tenant | None, visit: Visit, reason: str) -> Activity:
    return Activity(
        actor=actor,
        tenant=tenant.id if tenant else None,
        action=Action.CREATE,
        status=Status.FAILURE,
        resource=Resource(type=RESOURCE_TYPE, id=_NO_SESSION),
        client=visit.client,
        request=visit.refused,
        payload={"reason": reason},
    )

"""What identity needs from the world.

A method that returns an :data:`Effect` changes nothing by itself: the effect is handed to the
recorder, and the change commits with the entry about it or not at all.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Protocol

from indelible.core.activity import Activity, Actor, Receipt, TenantId
from indelible.identity.model import (
    Account,
    ApiKey,
    PlatformSettings,
    Session,
    SessionId,
    Tenant,
    User,
    UserId,
)

Effect = Callable[[Any], Awaitable[None]]
"""A change that commits with an entry or not at all; its argument is the adapter's open transaction
(for PostgreSQL a SQLAlchemy ``AsyncConnection``). An error that it raises reaches the caller of
``record`` as it is, and nothing is written."""


class Recorder(Protocol):
    """Takes activities; what the ledger's port of this name promises, as far as we need it."""

    async def record(
        self, activities: Sequence[Activity], *, source: str = "", effect: Effect | None = None
    ) -> Sequence[Receipt]:
        """Commit all of *activities* and *effect* in one transaction, or nothing."""


class Hasher(Protocol):
    """Turns passwords into what may be stored, slowly on purpose."""

    async def hash(self, password: str) -> str:
        """Return a salted hash that names its parameters.

        Raises:
            Throttled: too many are waiting.
        """

    async def verify(self, stored: str | None, password: str) -> bool:
        """Return whether *stored* is of *password*. None takes as long and is never right.

        Raises:
            Throttled: too many are waiting.
        """

    def outdated(self, stored: str) -> bool:
        """Return whether *stored* was made with other parameters than today's."""


class Tenants(Protocol):
    """Keeps tenants."""

    async def all(self) -> Sequence[Tenant]:
        """Return every tenant, by name, disabled ones included."""

    async def find(self, id_or_name: str) -> Tenant:
        """Return the tenant with this id or, failing that, exactly this name in any case.

        Raises:
            NotFound: there is none.
        """

    def insert(self, tenant: Tenant) -> Effect:
        """Add *tenant*. The effect raises Conflict where the name is taken."""


class Users(Protocol):
    """Keeps users and their password hashes."""

    async def find(self, email: str) -> Account | None:
        """Return the account of a lower-cased e-mail address, disabled ones included."""

    def insert(self, user: User, password_hash: str | None) -> Effect:
        """Add *user*. The effect raises Conflict where the e-mail address is taken."""

    async def rehash(self, id: UserId, *, old: str, new: str) -> None:  # noqa: A002
        """Replace the hash of an unchanged password, if *old* is still what is stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """A session to open.

    Attributes:
        digest: SHA-256 of the token, the token itself is never stored.
        password_hash: what the password was checked against; None: the host application has
            signed the user in, who has no password here.
        with_code: whether a code of a second factor was given too.
        lifetime: time until it ends whatever happens.
        idle: time without a request after which it ends.
    """

    id: SessionId
    user: UserId
    digest: bytes
    password_hash: str | None
    lifetime: timedelta
    idle: timedelta
    ip: str | None
    user_agent: str | None
    with_code: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAssumption:
    """A session to open in which a Super Admin acts as *user*.

    Attributes:
        digest: SHA-256 of the token.
        parent: the Super Admin's own session, which it ends with.
        lifetime: time until it ends; no request makes it longer.
    """

    id: SessionId
    user: UserId
    digest: bytes
    parent: SessionId
    by: Actor
    reason: str
    lifetime: timedelta
    ip: str | None
    user_agent: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Successor:
    """A session that takes another one's place: the same end, another token."""

    id: SessionId
    digest: bytes
    ip: str | None
    user_agent: str | None


class Ending(StrEnum):
    """What ends sessions besides their user, time and revocation."""

    DISABLED = "disabled"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  # not one
    ROLE_CHANGED = "role_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """Sessions by whom they belong to: every given condition holds."""

    user: UserId | None = None
    tenant: TenantId | None = None
    other_than: SessionId | None = None

    def __post_init__(self) -> None:
        """Refuse what nobody means: the sessions of everybody."""
        if self.user is None and self.tenant is None:
            raise ValueError("sessions of nobody in particular")


class Sessions(Protocol):
    """Keeps sessions. Whether one is valid is decided here, by the database's clock."""

    def open(self, session: NewSession) -> Effect:
        """Add *session*, created now.

        The effect raises WrongCredentials where the user was disabled, or got another password or
        a second factor, since *password_hash* was read.
        """

    async def find(self, digest: bytes, *, active: bool = True) -> Session | None:
        """Return the session whose token has this SHA-256, if it is valid now, in one query.

        Valid: neither ended nor over its absolute or idle time, user and tenant not disabled.
        Being asked for is activity unless *active* is False; it is written at most once in 30
        seconds.

        Raises:
            SessionRevoked: there was one, and it was revoked.
        """

    def end(self, id: SessionId) -> Effect:  # noqa: A002
        """End it by sign-out. The effect raises NotSignedIn where it had ended already."""

    def revoke(self, id: SessionId, *, by: Actor, reason: str) -> Effect:  # noqa: A002
        """End it as revoked. The effect raises Conflict where it is not valid any more.

        It waits for changes that hold the session; none that come later get hold of it.
        """

    def revoke_all(
        self, whose: Whose, *, expected: Collection[SessionId], by: Actor, reason: str
    ) -> Effect:
        """End all valid sessions as revoked, as :meth:`revoke` does.

        The effect raises Conflict where these are not exactly the *expected* ones.
        """

    async def count(self, whose: Whose) -> int:
        """Return how many sessions are valid, with those that they have assumed."""

    def end_all(self, whose: Whose, *, how: Ending, expected: int) -> Effect:
        """End all valid sessions, with those that they have assumed, because of *how*.

        The caller's transaction has changed the row of the user or tenant before: a sign-in under
        way is seen here, or sees that change.

        The effect raises Conflict where these are not exactly as many as *expected*.
        """

    def assume(self, session: NewAssumption) -> Effect:
        """Add *session*, created now, on the condition that its parent is held.

        The effect raises Conflict where the user may not be acted as: disabled, or Super Admin.
        """

    def renew(self, id: SessionId, successor: Successor) -> Effect:  # noqa: A002
        """Put *successor* in the place of a session that is valid: same user, same absolute end.

        When the password was given stays as it was. What the session had assumed ends. The effect
        raises NotSignedIn where it is not valid any more.
        """

    def resume(self, id: SessionId, successor: Successor) -> Effect:  # noqa: A002
        """End an assumed session, and put *successor* in the place of the one that assumed it.

        The effect raises NotSignedIn where it is not valid any more.
        """

    def hold(
        self,
        id: SessionId,  # noqa: A002
        *,
        proved_within: timedelta | None = None,
    ) -> Effect:
        """Make a change conditional on this session.

        The effect keeps the session from being ended until the change has committed. It raises
        NotSignedIn where it is no longer valid, SessionRevoked if that is why; and StepUpRequired
        where its user gave the password longer than *proved_within* ago, if that is given.
        """

    async def prove(
        self,
        id: SessionId,  # noqa: A002
        *,
        password_hash: str | None = None,
        taking: Effect | None = None,
    ) -> None:
        """Note that its user proved themselves now.

        Args:
            id: the session.
            password_hash: of the password that was given, if one was.
            taking: takes the code that was given, if one was, in the same transaction.

        Raises:
            NotSignedIn: it is no longer valid, or the user has another password by now.
            WrongCode: the code was used already.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """An attempt to sign in that was let through and counted.

    Attributes:
        id: names the attempt.
        failures: attempts in the fullest of its buckets before this one.
    """

    id: str
    failures: int


class Attempts(Protocol):
    """Counts attempts to sign in, over any number of processes."""

    async def familiar(self, email: str, network: str | None, *, within: timedelta) -> bool:
        """Return whether this account signed in from *network* (CIDR) within that time."""

    async def admit(self, buckets: Sequence[bytes], *, limit: int, window: timedelta) -> Admission:
        """Count an attempt in each of *buckets*, all or none; safe against concurrent attempts.

        Raises:
            Throttled: one of them holds *limit* attempts of the last *window* already.
        """

    async def forgive(self, admission: Admission, *, emptying: Sequence[bytes] = ()) -> None:
        """Take the attempt back, for it was no failure, and empty these buckets."""


class Keys(Protocol):
    """Keeps API keys."""

    def insert(self, key: ApiKey, digest: bytes) -> Effect:
        """Add *key* with the SHA-256 of its secret."""

    async def find(self, id: str) -> tuple[ApiKey, bytes] | None:  # noqa: A002
        """Return a usable key and the SHA-256 of its secret, in one query.

        Usable: not revoked, and its tenant not disabled.
        """

    async def all(self, tenant: TenantId | None = None) -> Sequence[ApiKey]:
        """Return the keys, revoked ones included, oldest first; of one tenant, or of everybody."""

    def revoke(self, id: str) -> Effect:  # noqa: A002
        """Make the key useless. The effect raises NotFound where there is none in use."""


class Settings(Protocol):
    """Keeps the platform's settings."""

    async def read(self) -> PlatformSettings:
        """Return them as they stand."""

    def change(self, *, before: PlatformSettings, after: PlatformSettings) -> Effect:
        """Replace *before* by *after*. The effect raises Conflict where *before* is outdated."""

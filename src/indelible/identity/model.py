"""Users, tenants, sessions, API keys and settings, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NewType

from indelible.core.activity import Actor, ActorType, Client, Request, TenantId
from indelible.identity.access import Principal, Role

UserId = NewType("UserId", str)
"""A user's public id: a random UUID in its usual lower-case spelling."""

SessionId = NewType("SessionId", str)
"""A session's public id: a random UUID, unrelated to its token."""

COMMAND_LINE = Actor(type=ActorType.SYSTEM, id="command-line", name="Command line")
"""Who acts when an operator uses ``indelible`` on the machine itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """A customer of the platform. Disabled, none of its users has a valid session."""

    id: TenantId
    name: str
    disabled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person with an account. ``tenant`` is None for Super Admins and for them alone.

    Attributes:
        second_factor: whether it is asked for a code beside its password.
        hosted: whether it signs in with the host application, and has no password here.
        short_password: whether its password is too short to do without a second factor.
    """

    id: UserId
    email: str
    name: str
    role: Role
    tenant: Tenant | None
    disabled: bool = False
    second_factor: bool = False
    short_password: bool = False
    hosted: bool = False

    @property
    def actor(self) -> Actor:
        """The user as an entry names it."""
        return Actor(id=self.id, email=self.email, name=self.name)

    @property
    def locked_out(self) -> bool:
        """Whether the user or its whole tenant is disabled."""
        return self.disabled or (self.tenant is not None and self.tenant.disabled)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authenticator:
    """The second factor of an account.

    Attributes:
        sealed: its secret, which only the sealer can open.
        step: of the last code that was taken; None before the first.
    """

    sealed: bytes = field(repr=False)
    step: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A user and what its password is checked against; None: no password was set yet."""

    user: User
    password_hash: str | None = field(repr=False)
    authenticator: Authenticator | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One login that was valid when the database was asked. All times are the database's.

    Attributes:
        expires_at: the end, whatever happens.
        idle_expires_at: the end if nothing happens before.
        parent: the Super Admin's own session behind an assumed one; None in a session of one's own.
        assumed_by: the Super Admin who acts as *user*; None likewise.
        assumed_reason: why, where somebody does.
        enrolment_due: whether *user* has to set up a second factor before anything else.
    """

    id: SessionId
    user: User
    created_at: datetime
    expires_at: datetime
    idle_expires_at: datetime
    parent: SessionId | None = None
    assumed_by: Actor | None = None
    assumed_reason: str | None = None
    enrolment_due: bool = False

    @property
    def principal(self) -> Principal:
        """Who is behind a request that carries this session."""
        return Principal(
            actor=self.user.actor,
            role=self.user.role,
            tenant=self.user.tenant.id if self.user.tenant is not None else None,
            session=self.id,
            assumed_by=self.assumed_by,
            enrolment_due=self.enrolment_due,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """What a service records with, without its secret.

    Attributes:
        id: public part of the key.
        tenant: whose log it records into; None is the platform's key, which names tenants itself.
        revoked_at: None while it is in use.
    """

    id: str
    name: str
    tenant: TenantId | None
    created_at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformSettings:
    """How the console shows times, for everybody.

    Attributes:
        date_format: one of :data:`DATE_FORMATS`.
        time_zone: IANA name, such as ``Europe/Berlin``.
    """

    date_format: str = "YYYY-MM-DD HH:mm:ss"
    time_zone: str = "UTC"


DATE_FORMATS = (
    "YYYY-MM-DD HH:mm:ss",
    "DD/MM/YYYY HH:mm:ss",
    "MM/DD/YYYY hh:mm:ss A",
    "D MMM YYYY HH:mm:ss",
)
"""The spellings of a time to choose from, in Day.js's letters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """The circumstances of a use case, for the entry about it.

    Attributes:
        client: where it came from.
        granted: the HTTP request as it stands if the use case succeeds, its status included.
        refused: the same if it does not.
    """

    client: Client | None = None
    granted: Request | None = None
    refused: Request | None = None

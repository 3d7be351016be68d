"""What second factors, passwords and links need from the world.

As everywhere in identity, a method that returns an :data:`~indelible.identity.ports.Effect` changes
nothing by itself.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from indelible.identity.model import User, UserId
from indelible.identity.ports import Effect


class Sealer(Protocol):
    """Keeps secrets from whoever has the database alone."""

    async def seal(self, secret: bytes, *, about: str) -> bytes:
        """Return *secret* sealed; only :meth:`open` with the same *about* gets it out.

        Raises:
            Misconfigured: the key is lost.
        """

    async def open(self, sealed: bytes, *, about: str) -> bytes:
        """Return what was sealed.

        Raises:
            Misconfigured: the key is lost, another one, or the sealed bytes were changed.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorState:
    """The second factor of an account, or the one that it is about to have.

    Attributes:
        sealed: None: there is no secret yet.
        enrolled_at: None: the secret was not confirmed yet.
    """

    sealed: bytes | None = field(repr=False)
    enrolled_at: datetime | None
    recovery_codes_left: int


class SecondFactors(Protocol):
    """Keeps second factors and recovery codes."""

    async def state(self, user: UserId) -> FactorState:
        """Return how the second factor of a user is."""

    def begin(self, user: UserId, *, sealed: bytes) -> Effect:
        """Keep a secret to be confirmed. The effect raises Conflict where one was confirmed."""

    def enrol(self, user: UserId, *, sealed: bytes, step: int, codes: Collection[bytes]) -> Effect:
        """Confirm *sealed*, with the digests of new recovery codes.

        The effect raises Conflict where another secret took its place, or one was confirmed.
        """

    def remove(self, user: UserId) -> Effect:
        """Take secret and recovery codes away. The effect raises NotFound without a factor."""

    def replace_codes(self, user: UserId, *, codes: Collection[bytes]) -> Effect:
        """Put new recovery codes in place of all. The effect raises NotFound without a factor."""

    def take_step(self, user: UserId, step: int) -> Effect:
        """Take the code of *step*. The effect raises WrongCode where it, or a later one, was."""

    def take_code(self, user: UserId, digest: bytes) -> Effect:
        """Take a recovery code. The effect raises WrongCode where it can't be taken."""

    async def any_sealed(self) -> bool:
        """Return whether there is a sealed secret anywhere."""


class Passwords(Protocol):
    """Keeps the hashes of passwords."""

    def change(self, user: UserId, *, before: str | None, after: str, short: bool) -> Effect:
        """Put another password in place, and lock the user's row against whoever signs in.

        Links of the user that were not used are void with it.

        Args:
            user: whose it is.
            before: hash of the password that is; None: there is none.
            after: hash of the one that shall be.
            short: whether it is too short to do without a second factor.

        The effect raises Conflict where *before* is not what stands.
        """


class LinkKind(StrEnum):
    """What a link is for: a first password, or another one."""

    INVITATION = "invitation"
    RESET = "reset"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLink:
    """A link to keep; *digest* is SHA-256 of its token."""

    id: str
    digest: bytes
    user: UserId
    kind: LinkKind
    lifetime: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link that is good now.

    Attributes:
        password_hash: of the password that its user has; None: none yet.
    """

    id: str
    kind: LinkKind
    user: User
    password_hash: str | None = field(repr=False)
    expires_at: datetime


class Links(Protocol):
    """Keeps links. Whether one is good is decided here, by the database's clock."""

    def insert(self, link: NewLink) -> Effect:
        """Add a link, in place of all others that its user has."""

    async def expiry(self, id: str) -> datetime:  # noqa: A002
        """Return when a link ends that was added."""

    async def find(self, digest: bytes) -> Link | None:
        """Return the link whose token has this SHA-256, if it is good now.

        Good: neither used nor replaced nor over, and neither user nor tenant disabled.
        """

    def use(self, id: str) -> Effect:  # noqa: A002
        """Use a link up. The effect raises NotFound where it is not good any more."""

"""What a reader asks of the login sessions, and what it is told.

One filter object serves the page, the export and the URL.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from indelible.core.activity import Actor, Client, TenantId
from indelible.core.scope import Scope
from indelible.identity.model import SessionId, User, UserId
from indelible.identity.page import Page

PAGE_SIZE = 20
MAX_PAGE_SIZE = 200


class SessionStatus(StrEnum):
    """What has become of a session, by the database's clock.

    ``expired`` is over its absolute or idle time; ``ended`` ended for another cause: signed out,
    its user or tenant disabled, another password or role, or the session that assumed it ended.
    """

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFilter:
    """Which sessions: every given condition holds.

    Attributes:
        search: case-insensitive substring of the user's e-mail address or name, of the client's
            address or its user agent.
        tenant: only sessions of this tenant's users; narrows the scope, never widens it.
        user: only sessions of this user.
    """

    search: str | None = None
    tenant: TenantId | None = None
    status: SessionStatus | None = None
    user: UserId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation:
    """Who revoked a session, when and why; *by* is as known then."""

    at: datetime
    by: Actor
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """Which Super Admin acts as the user of a session, and why; *by* is as known then."""

    by: Actor
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRecord:
    """A session as readers see it, valid or not; nothing of its token is in it.

    Attributes:
        last_active_at: written at most once in 30 seconds.
        ended_at: when it ended, or was seen to be over; None while nothing ended it.
        assumption: None in a session of the user's own.
    """

    id: SessionId
    user: User
    client: Client
    created_at: datetime
    last_active_at: datetime
    expires_at: datetime
    idle_expires_at: datetime
    status: SessionStatus
    ended_at: datetime | None = None
    revocation: Revocation | None = None
    assumption: Assumption | None = None


class SessionSnapshot(Protocol):
    """All sessions that pass a filter at one instant.

    Attributes:
        total: how many that is.
    """

    total: int

    def records(self) -> Iterator[Sequence[SessionRecord]]:
        """Yield them newest first, in chunks, in constant memory.

        Each step waits for the database: take it in a thread other than the event loop's.
        """


class SessionDirectory(Protocol):
    """Answers questions about sessions. Sees nothing outside the scope, whatever is asked."""

    async def page(
        self,
        where: SessionFilter,
        scope: Scope,
        *,
        limit: int = PAGE_SIZE,
        cursor: str | None = None,
    ) -> Page[SessionRecord]:
        """Return one page, newest first.

        Raises:
            Invalid: the cursor is not one of ours.
        """

    async def find(self, id: str, scope: Scope) -> SessionRecord:  # noqa: A002
        """Return one session.

        Raises:
            NotFound: absent, or outside the scope.
        """

    async def active_of(self, user: str, scope: Scope) -> Sequence[SessionRecord]:
        """Return the active sessions of a user, newest first.

        Raises:
            NotFound: the user is absent, or outside the scope.
        """

    async def active_in(self, tenant: str, scope: Scope) -> Sequence[SessionRecord]:
        """Return the active sessions of a tenant's users, newest first.

        Raises:
            NotFound: the tenant is absent, or outside the scope.
        """

    def snapshot(
        self, where: SessionFilter, scope: Scope
    ) -> AbstractAsyncContextManager[SessionSnapshot]:
        """Open all that passes at this instant, for as long as the block lasts."""

"""What a reader asks of the users, and what it is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from indelible.core.activity import TenantId
from indelible.core.scope import Scope
from indelible.identity.access import Role
from indelible.identity.model import Tenant, User
from indelible.identity.page import Page

PAGE_SIZE = 20
MAX_PAGE_SIZE = 200


class UserStatus(StrEnum):
    """Whether a user can sign in; ``invited`` has no password yet.

    A user whose tenant is disabled keeps a status of its own: it counts again with the tenant.
    """

    ACTIVE = "active"
    DISABLED = "disabled"
    INVITED = "invited"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserFilter:
    """Which users: every given condition holds.

    Attributes:
        search: case-insensitive substring of the e-mail address or the name.
        tenant: only users of this tenant; narrows the scope, never widens it.
    """

    search: str | None = None
    tenant: TenantId | None = None
    role: Role | None = None
    status: UserStatus | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRecord:
    """A user as readers see one; nothing of passwords or secrets is in it.

    Attributes:
        last_sign_in_at: None where there never was one.
        second_factor: whether one is set up.
        active_sessions: how many sessions are valid now, assumed ones included.
    """

    user: User
    status: UserStatus
    created_at: datetime
    last_sign_in_at: datetime | None
    second_factor: bool
    active_sessions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantRecord:
    """A tenant as Super Admins see one.

    Attributes:
        users: how many it has, disabled ones included.
        active_sessions: how many sessions of theirs are valid now.
    """

    tenant: Tenant
    created_at: datetime
    users: int
    active_sessions: int


class UserDirectory(Protocol):
    """Answers questions about users. Sees nothing outside the scope, whatever is asked."""

    async def page(
        self,
        where: UserFilter,
        scope: Scope,
        *,
        limit: int = PAGE_SIZE,
        cursor: str | None = None,
    ) -> Page[UserRecord]:
        """Return one page, newest first.

        Raises:
            Invalid: the cursor is not one of ours.
        """

    async def find(self, id: str, scope: Scope) -> UserRecord:  # noqa: A002
        """Return one user.

        Raises:
            NotFound: absent, or outside the scope.
        """

    async def by_role(self, scope: Scope) -> Mapping[Role, int]:
        """Return how many users have each role, disabled ones included."""

    async def tenants(self, scope: Scope) -> Sequence[TenantRecord]:
        """Return the tenants in sight, by name."""

    async def tenant(self, id: str, scope: Scope) -> TenantRecord:  # noqa: A002
        """Return one tenant.

        Raises:
            NotFound: absent, or outside the scope.
        """

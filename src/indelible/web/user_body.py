"""Users, roles and tenants as JSON says them, and what changes of them answer."""

from __future__ import annotations

from datetime import datetime
from typing import Self

import msgspec

from indelible.core.activity import Receipt
from indelible.identity.page import Page
from indelible.identity.roles import RoleRecord
from indelible.identity.tenant_desk import ChangedTenant
from indelible.identity.user_desk import ChangedUser, HandedLink
from indelible.identity.user_search import TenantRecord, UserRecord, UserStatus
from indelible.web.tenant_body import TenantBody


class UserRow(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A user by its public id.

    Attributes:
        tenant: null for a Super Admin.
        status: whether the user can sign in; `invited` has no password yet.
        last_sign_in_at: null where there never was one.
        second_factor: whether one is set up.
        active_sessions: how many are valid now, assumed ones included.
    """

    id: str
    email: str
    name: str
    role: str
    tenant: TenantBody | None
    status: UserStatus
    created_at: datetime
    last_sign_in_at: datetime | None
    second_factor: bool
    active_sessions: int

    @classmethod
    def of(cls, record: UserRecord) -> Self:
        """Return the spelling of *record*."""
        user = record.user
        return cls(
            id=user.id,
            email=user.email,
            name=user.name,
            role=user.role.value,
            tenant=TenantBody.of(user.tenant) if user.tenant else None,
            status=record.status,
            created_at=record.created_at,
            last_sign_in_at=record.last_sign_in_at,
            second_factor=record.second_factor,
            active_sessions=record.active_sessions,
        )


class UsersPage(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A page of users, newest first.

    Attributes:
        next: cursor of the page of older ones, null at the end.
        previous: the same for newer ones.
        total: how many pass the filter.
        position: how many of them are before this page.
    """

    items: list[UserRow]
    next: str | None
    previous: str | None
    total: int
    position: int

    @classmethod
    def of(cls, page: Page[UserRecord]) -> Self:
        """Return the spelling of *page*."""
        return cls(
            items=[UserRow.of(each) for each in page.items],
            next=page.next,
            previous=page.previous,
            total=page.total,
            position=page.position,
        )


class PasswordLink(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A link by which a user sets a password: path and fragment on this server, shown this once."""

    url: str
    expires_at: datetime

    @classmethod
    def of(cls, link: HandedLink) -> Self:
        """Return the spelling of *link*."""
        return cls(url=link.url, expires_at=link.expires_at)


class ChangedUserBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A user after a change, and what was signed about that.

    Attributes:
        receipts: none where nothing changed.
        link: to hand to the user; null where the change is about something else.
    """

    user: UserRow
    receipts: list[Receipt]
    link: PasswordLink | None

    @classmethod
    def of(cls, changed: ChangedUser) -> Self:
        """Return the spelling of *changed*."""
        return cls(
            user=UserRow.of(changed.record),
            receipts=list(changed.receipts),
            link=PasswordLink.of(changed.link) if changed.link else None,
        )


class RoleRow(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A role; ``users`` counts those in sight who have it."""

    id: str
    name: str
    description: str
    permissions: list[str]
    users: int

    @classmethod
    def of(cls, record: RoleRecord) -> Self:
        """Return the spelling of *record*."""
        return cls(
            id=record.role.value,
            name=record.name,
            description=record.description,
            permissions=[permission.value for permission in record.permissions],
            users=record.users,
        )


class RolesBody(msgspec.Struct, frozen=True, kw_only=True):
    """The roles, the mightiest first."""

    items: list[RoleRow]


class TenantRow(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A tenant.

    Attributes:
        users: how many it has, disabled ones included.
        active_sessions: how many sessions of theirs are valid now.
    """

    id: str
    name: str
    disabled: bool
    created_at: datetime
    users: int
    active_sessions: int

    @classmethod
    def of(cls, record: TenantRecord) -> Self:
        """Return the spelling of *record*."""
        tenant = record.tenant
        return cls(
            id=tenant.id,
            name=tenant.name,
            disabled=tenant.disabled,
            created_at=record.created_at,
            users=record.users,
            active_sessions=record.active_sessions,
        )


class TenantsBody(msgspec.Struct, frozen=True, kw_only=True):
    """Every tenant, by name."""

    items: list[TenantRow]


class ChangedTenantBody(msgspec.Struct, frozen=True, kw_only=True):
    """A tenant after a change, and what was signed about that; nothing where nothing changed."""

    tenant: TenantRow
    receipts: list[Receipt]

    @classmethod
    def of(cls, changed: ChangedTenant) -> Self:
        """Return the spelling of *changed*."""
        return cls(tenant=TenantRow.of(changed.record), receipts=list(changed.receipts))

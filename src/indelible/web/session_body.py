"""Sessions as JSON says them: a row of the list, a page, a revocation."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

import msgspec
from pydantic import BaseModel, Field

from indelible.core.activity import Actor, Receipt
from indelible.identity.page import Page
from indelible.identity.session_search import (
    Revocation,
    SessionRecord,
    SessionStatus,
)
from indelible.web.tenant_body import TenantBody


class SessionUser(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Whose session it is."""

    id: str
    email: str
    name: str
    role: str


class SessionClient(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """From where the user signed in."""

    ip: str | None
    user_agent: str | None


class SomebodyBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Somebody, as known when it happened."""

    id: str
    email: str | None
    name: str | None

    @classmethod
    def of(cls, actor: Actor) -> Self:
        """Return the spelling of *actor*."""
        return cls(id=actor.id, email=actor.email, name=actor.name)


class RevocationBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Who revoked a session, when and why."""

    at: datetime
    reason: str
    by: SomebodyBody

    @classmethod
    def of(cls, revocation: Revocation) -> Self:
        """Return the spelling of *revocation*."""
        return cls(
            at=revocation.at,
            reason=revocation.reason,
            by=SomebodyBody.of(revocation.by),
        )


class SessionRow(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A login session by its public id.

    Attributes:
        tenant: null for a Super Admin's.
        last_activity_at: exact to 30 seconds.
        expires_at: when it ends whatever happens.
        idle_expires_at: when it ends if nothing happens.
        status: what has become of it, by the database's clock.
        current: whether this request was made with it.
        revoked: null unless it was revoked.
        ended_at: when it ended, or was seen to be over.
        assumed_by: the Super Admin who acts as the user; null in a session of the user's own.
        assumed_reason: why.
    """

    id: str
    tenant: TenantBody | None
    user: SessionUser
    client: SessionClient
    created_at: datetime
    last_activity_at: datetime
    expires_at: datetime
    idle_expires_at: datetime
    status: SessionStatus
    current: bool
    revoked: RevocationBody | None
    ended_at: datetime | None
    assumed_by: SomebodyBody | None
    assumed_reason: str | None

    @classmethod
    def of(cls, record: SessionRecord, *, current: str | None) -> Self:
        """Return the spelling of *record*; *current* is the id of the session that asks."""
        user, tenant, assumption = record.user, record.user.tenant, record.assumption
        return cls(
            id=record.id,
            tenant=TenantBody(id=tenant.id, name=tenant.name) if tenant else None,
            user=SessionUser(id=user.id, email=user.email, name=user.name, role=user.role.value),
            client=SessionClient(ip=record.client.ip, user_agent=record.client.user_agent),
            created_at=record.created_at,
            last_activity_at=record.last_active_at,
            expires_at=record.expires_at,
            idle_expires_at=record.idle_expires_at,
            status=record.status,
            current=record.id == current,
            revoked=RevocationBody.of(record.revocation) if record.revocation else None,
            ended_at=record.ended_at,
            assumed_by=SomebodyBody.of(assumption.by) if assumption else None,
            assumed_reason=assumption.reason if assumption else None,
        )


class SessionsPage(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A page of sessions, newest first.

    Attributes:
        next: cursor of the page of older ones, null at the end.
        previous: the same for newer ones.
        total: how many pass the filter.
        position: how many of them are before this page.
    """

    items: list[SessionRow]
    next: str | None
    previous: str | None
    total: int
    position: int

    @classmethod
    def of(cls, page: Page[SessionRecord], *, current: str | None) -> Self:
        """Return the spelling of *page*; *current* is the id of the session that asks."""
        return cls(
            items=[SessionRow.of(each, current=current) for each in page.items],
            next=page.next,
            previous=page.previous,
            total=page.total,
            position=page.position,
        )


class RevokedSession(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A session as it stands after its revocation, and what was signed about that."""

    session: SessionRow
    receipt: Receipt


class RevokedSessions(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How many sessions were revoked, and what was signed about each."""

    revoked: int
    receipts: list[Receipt]


class Reason(BaseModel):
    """Why something is done, for those who read the log."""

    # As written it may be longer: blanks are taken away before it is measured.
    reason: Annotated[str, Field(max_length=2000, description="3 to 500 characters.")]

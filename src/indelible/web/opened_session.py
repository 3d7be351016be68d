"""A session as its own page sees it, and the answer that hands one out."""

from __future__ import annotations

from datetime import datetime
from typing import Self

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from indelible.identity.access import allowed
from indelible.identity.login import SignedIn
from indelible.identity.model import PlatformSettings, Session
from indelible.web.cookies import give_cookie
from indelible.web.gate import csrf_token
from indelible.web.routes.settings import SettingsBody
from indelible.web.schemas import json
from indelible.web.services import services_of
from indelible.web.tenant_body import TenantBody


class UserBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Who is signed in; ``tenant`` is null for a Super Admin."""

    id: str
    email: str
    name: str
    role: str
    tenant: TenantBody | None


class SessionTimes(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A session by its public id: when it ends at the latest, and if nothing happens."""

    id: str
    created_at: datetime
    expires_at: datetime
    idle_expires_at: datetime


class AssumedBy(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The Super Admin behind an assumed session."""

    id: str
    email: str | None
    name: str | None


class AssumptionBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Why somebody acts as somebody else, and until when."""

    reason: str
    until: datetime


class SessionBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """All that a page needs to know of who looks at it.

    Attributes:
        csrf: goes into the header ``X-CSRF-Token`` of every request that changes something.
        permissions: what is allowed now.
        second_factor: whether the user has one.
        enrolment_due: the user has to set one up; until then everything but the account answers
            403 with ``urn:indelible:problem:enrolment-required``.
        assumed_by: who acts as ``user``; null in a session of one's own.
        assumption: null likewise.
    """

    user: UserBody
    session: SessionTimes
    csrf: str
    permissions: list[str]
    settings: SettingsBody
    second_factor: bool
    enrolment_due: bool
    assumed_by: AssumedBy | None
    assumption: AssumptionBody | None

    @classmethod
    def of(cls, session: Session, token: str, settings: PlatformSettings) -> Self:
        """Return the spelling of *session*, whose token is *token*."""
        user, by = session.user, session.assumed_by
        return cls(
            user=UserBody(
                id=user.id,
                email=user.email,
                name=user.name,
                role=user.role.value,
                tenant=TenantBody.of(user.tenant) if user.tenant else None,
            ),
            session=SessionTimes(
                id=session.id,
                created_at=session.created_at,
                expires_at=session.expires_at,
                idle_expires_at=session.idle_expires_at,
            ),
            csrf=csrf_token(token),
            permissions=sorted(permission.value for permission in allowed(session.principal)),
            settings=SettingsBody.of(settings),
            second_factor=user.second_factor,
            enrolment_due=session.enrolment_due,
            assumed_by=AssumedBy(id=by.id, email=by.email, name=by.name) if by else None,
            assumption=(
                AssumptionBody(reason=session.assumed_reason or "", until=session.expires_at)
                if by
                else None
            ),
        )


async def hand_out(opened: SignedIn, request: Request) -> Response:
    """Answer *request* with a session that is new, and make the browser carry it."""
    services = services_of(request)
    settings = await services.identity.settings.read()
    response = json(SessionBody.of(opened.session, opened.token, settings))
    give_cookie(response, request.scope, services.gate, opened.token)
    return response

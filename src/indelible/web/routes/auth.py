"""Signing in and out, and who is signed in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from indelible.identity.access import permissions_of
from indelible.identity.model import PlatformSettings, Session
from indelible.web.auth import visit_of
from indelible.web.cookies import give_cookie, take_cookie
from indelible.web.gate import check_same_site, csrf_token
from indelible.web.policy import ANYONE, SignedInVisitor, signed_in
from indelible.web.routes.settings import SettingsBody
from indelible.web.routes.tenants import TenantBody
from indelible.web.schemas import answer, json, problems
from indelible.web.services import Services, services_of

router = APIRouter(prefix="/api/auth", tags=["sign-in"])


class Credentials(BaseModel):
    """What somebody signs in with."""

    email: Annotated[str, Field(max_length=320)]
    password: Annotated[str, Field(max_length=1024, json_schema_extra={"format": "password"})]


class Proof(BaseModel):
    """The password of whoever is signed in."""

    password: Annotated[str, Field(max_length=1024, json_schema_extra={"format": "password"})]


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


class SessionBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """All that a page needs to know of who looks at it.

    ``csrf`` goes into the header ``X-CSRF-Token`` of every request that changes something.
    """

    user: UserBody
    session: SessionTimes
    csrf: str
    permissions: list[str]
    settings: SettingsBody


async def _from_here(request: Request) -> None:
    check_same_site(request.scope)
    services_of(request).gate.admit_password(request.scope)


@router.post(
    "/sign-in",
    summary="Sign in with e-mail address and password",
    dependencies=[Depends(_from_here), Depends(ANYONE)],
    responses={
        200: answer(SessionBody, "The new session; its cookie is set."),
        **problems(401, 403, 422, 429),
    },
)
async def sign_in(
    credentials: Credentials, request: Request, services: Annotated[Services, Depends(services_of)]
) -> Response:
    """Open a session, and record that or the failure."""
    signed_in = await services.identity.login.sign_in(
        credentials.email, credentials.password, visit_of(request, granted=200)
    )
    settings = await services.identity.settings.read()
    response = json(_render(signed_in.session, signed_in.token, settings))
    give_cookie(response, request.scope, services.gate, signed_in.token)
    return response


@router.post("/sign-out", summary="End the session", status_code=204, responses=problems(401, 403))
async def sign_out(
    visitor: Annotated[SignedInVisitor, Depends(signed_in(assumed=True))],
    request: Request,
    services: Annotated[Services, Depends(services_of)],
) -> Response:
    """End the session of this request and record that."""
    await services.identity.sessions.sign_out(visitor.session, visit_of(request, granted=204))
    response = Response(status_code=204)
    take_cookie(response, request.scope, services.gate)
    return response


@router.post(
    "/step-up",
    summary="Give the password once more",
    status_code=204,
    dependencies=[Depends(_from_here)],
    responses=problems(401, 403, 422, 429),
)
async def step_up(
    proof: Proof,
    visitor: Annotated[SignedInVisitor, Depends(signed_in())],
    request: Request,
    services: Annotated[Services, Depends(services_of)],
) -> Response:
    """Let this session do for 10 minutes what asks for a fresh password.

    Signing in counts as well. A wrong password is a 401 of the type `wrong-credentials`, and the
    session goes on. Attempts are throttled together with those to sign in.
    """
    await services.identity.step_up.prove(
        visitor.session, proof.password, visit_of(request, granted=204)
    )
    return Response(status_code=204)


@router.get(
    "/session",
    summary="Who is signed in",
    responses={200: answer(SessionBody, "The session of this request."), **problems(401)},
)
async def session(
    visitor: Annotated[SignedInVisitor, Depends(signed_in(assumed=True))],
    services: Annotated[Services, Depends(services_of)],
) -> Response:
    """Return the session of this request, with what its user may do."""
    return json(_render(visitor.session, visitor.token, await services.identity.settings.read()))


def _render(session: Session, token: str, settings: PlatformSettings) -> SessionBody:
    user = session.user
    return SessionBody(
        user=UserBody(
            id=user.id,
            email=user.email,
            name=user.name,
            role=user.role.value,
            tenant=TenantBody(id=user.tenant.id, name=user.tenant.name) if user.tenant else None,
        ),
        session=SessionTimes(
            id=session.id,
            created_at=session.created_at,
            expires_at=session.expires_at,
            idle_expires_at=session.idle_expires_at,
        ),
        csrf=csrf_token(token),
        permissions=sorted(permission.value for permission in permissions_of(user.role)),
        settings=SettingsBody.of(settings),
    )

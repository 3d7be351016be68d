"""Links by which people set a password who have none, or lost it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from indelible.identity.credential_ports import LinkKind
from indelible.web.auth import visit_of
from indelible.web.policy import ANYONE
from indelible.web.schemas import answer, json, problems
from indelible.web.secrets import Password, password_may_travel
from indelible.web.services import Services, services_of
from indelible.web.tenant_body import TenantBody

router = APIRouter(
    prefix="/api/auth/link",
    tags=["sign-in"],
    dependencies=[Depends(ANYONE), Depends(password_may_travel)],
)

ServicesOf = Annotated[Services, Depends(services_of)]
Token = Annotated[str, Field(max_length=200, description="What stands after the `#`.")]


class ShownLink(BaseModel):
    """A link that somebody followed."""

    token: Token


class AcceptedLink(BaseModel):
    """A link that somebody followed, and the password that they chose."""

    token: Token
    password: Password


class FollowedLink(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a link is for.

    Attributes:
        kind: an invitation is for a new account, a reset for one whose password is to change.
        tenant: null for a Super Admin.
        password_min_length: characters that the password has at least.
    """

    kind: LinkKind
    email: str
    name: str
    tenant: TenantBody | None
    expires_at: datetime
    password_min_length: int


@router.post(
    "/inspect",
    summary="What a link is for",
    responses={200: answer(FollowedLink, "The link."), **problems(403, 404, 422)},
)
async def inspect_link(body: ShownLink, services: ServicesOf) -> Response:
    """Say whose link it is; 404 for one that was used, is over, or never was."""
    link = await services.identity.links.inspect(body.token)
    user = link.user
    return json(
        FollowedLink(
            kind=link.kind,
            email=user.email,
            name=user.name,
            tenant=TenantBody.of(user.tenant) if user.tenant else None,
            expires_at=link.expires_at,
            password_min_length=link.password_min_length,
        )
    )


@router.post(
    "/accept",
    summary="Set the password that a link is for",
    status_code=204,
    responses=problems(403, 404, 409, 422, 429),
)
async def accept_link(body: AcceptedLink, request: Request, services: ServicesOf) -> Response:
    """Set the password, and record that. The link is good once; all sessions of the account end."""
    await services.identity.links.accept(
        body.token, body.password, visit_of(request, granted=204, refused=404)
    )
    return Response(status_code=204)

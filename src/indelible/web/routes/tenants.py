"""The tenants, and what Super Admins do to them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from indelible.identity.access import Permission, Principal
from indelible.web.admission import TakesTurns
from indelible.web.auth import visit_of
from indelible.web.policy import require
from indelible.web.schemas import answer, json, problems
from indelible.web.services import Services, services_of
from indelible.web.session_body import Reason, RevokedSessions
from indelible.web.user_body import ChangedTenantBody, TenantRow, TenantsBody

router = APIRouter(prefix="/api/tenants", tags=["tenants"], route_class=TakesTurns)

ServicesOf = Annotated[Services, Depends(services_of)]
Reader = Annotated[Principal, Depends(require(Permission.TENANTS_READ, assumed=True))]
MayChange = Annotated[Principal, Depends(require(Permission.TENANTS_CHANGE))]

_CHANGED = {
    200: answer(ChangedTenantBody, "The tenant as it now stands, and the entry's receipt."),
    **problems(401, 403, 404, 409, 422),
}


class NamedTenant(BaseModel):
    """What a tenant is called."""

    name: Annotated[str, Field(max_length=500, description="1 to 100 characters.")]


@router.get(
    "",
    summary="All tenants",
    responses={200: answer(TenantsBody, "Every tenant, by name."), **problems(401, 403)},
)
async def tenants(principal: Reader, services: ServicesOf) -> Response:
    """Return all tenants, disabled ones included; for Super Admins."""
    known = await services.identity.tenant_desk.all(principal)
    return json(TenantsBody(items=[TenantRow.of(each) for each in known]))


@router.post(
    "",
    summary="Add a tenant",
    status_code=201,
    responses={
        201: answer(ChangedTenantBody, "The tenant, and the receipt of its log's first entry."),
        **problems(401, 403, 409, 422),
    },
)
async def add_tenant(
    body: NamedTenant, request: Request, principal: MayChange, services: ServicesOf
) -> Response:
    """Add a tenant, with a log of its own. Step-up is asked for."""
    added = await services.identity.tenant_desk.add(
        body.name, principal=principal, visit=visit_of(request, granted=201)
    )
    return json(ChangedTenantBody.of(added), 201)


@router.patch("/{id}", summary="Rename a tenant", responses=_CHANGED)
async def rename_tenant(
    id: str,  # noqa: A002  # the name in the path
    body: NamedTenant,
    request: Request,
    principal: MayChange,
    services: ServicesOf,
) -> Response:
    """Give a tenant another name. Step-up is asked for."""
    renamed = await services.identity.tenant_desk.rename(
        id, body.name, principal=principal, visit=visit_of(request, granted=200)
    )
    return json(ChangedTenantBody.of(renamed))


@router.post("/{id}/disable", summary="Disable a tenant", responses=_CHANGED)
async def disable_tenant(
    id: str,  # noqa: A002  # the name in the path
    request: Request,
    principal: MayChange,
    services: ServicesOf,
) -> Response:
    """Let none of a tenant's users and keys in any more; their sessions end. Step-up is asked for.

    The entry's payload says how many sessions that were: `sessionsEnded`.
    """
    disabled = await services.identity.tenant_desk.disable(
        id, principal=principal, visit=visit_of(request, granted=200)
    )
    return json(ChangedTenantBody.of(disabled))


@router.post("/{id}/enable", summary="Enable a tenant", responses=_CHANGED)
async def enable_tenant(
    id: str,  # noqa: A002  # the name in the path
    request: Request,
    principal: MayChange,
    services: ServicesOf,
) -> Response:
    """Let a tenant's users and keys in again; ended sessions stay ended. Step-up is asked for."""
    enabled = await services.identity.tenant_desk.enable(
        id, principal=principal, visit=visit_of(request, granted=200)
    )
    return json(ChangedTenantBody.of(enabled))


@router.post(
    "/{id}/sessions/revoke",
    summary="Revoke all sessions of a tenant's users",
    responses={
        200: answer(RevokedSessions, "How many were active, and the receipt of each entry."),
        **problems(401, 403, 404, 409, 422),
    },
)
async def revoke_sessions_of_tenant(
    id: str,  # noqa: A002  # the name in the path
    body: Reason,
    request: Request,
    principal: MayChange,
    services: ServicesOf,
) -> Response:
    """End every active session of a tenant's users, all in one transaction with their entries.

    Step-up is asked for as in revoking one.
    """
    receipts = await services.identity.revoker.revoke_tenant(
        id, reason=body.reason, principal=principal, visit=visit_of(request, granted=200)
    )
    return json(RevokedSessions(revoked=len(receipts), receipts=list(receipts)))

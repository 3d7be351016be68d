"""The tenants, to filter by."""

from __future__ import annotations

from typing import Annotated, Self

import msgspec
from fastapi import APIRouter, Depends
from starlette.responses import Response

from indelible.identity.access import Permission
from indelible.identity.model import Tenant
from indelible.web.policy import require
from indelible.web.schemas import answer, json, problems
from indelible.web.services import Services, services_of

router = APIRouter(prefix="/api/tenants", tags=["tenants"])


class TenantBody(msgspec.Struct, frozen=True, kw_only=True):
    """A tenant by its id and name."""

    id: str
    name: str

    @classmethod
    def of(cls, tenant: Tenant) -> Self:
        """Return the spelling of *tenant*."""
        return cls(id=tenant.id, name=tenant.name)


class TenantsBody(msgspec.Struct, frozen=True, kw_only=True):
    """Every tenant, by name."""

    items: list[TenantBody]


@router.get(
    "",
    summary="All tenants",
    dependencies=[Depends(require(Permission.TENANTS_READ, assumed=True))],
    responses={200: answer(TenantsBody, "Every tenant, by name."), **problems(401, 403)},
)
async def tenants(services: Annotated[Services, Depends(services_of)]) -> Response:
    """Return all tenants, disabled ones included; for Super Admins."""
    known = await services.identity.tenants.all()
    return json(TenantsBody(items=[TenantBody.of(each) for each in known]))

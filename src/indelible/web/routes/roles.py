"""The roles."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from indelible.identity.access import Permission, Principal
from indelible.web.admission import TakesTurns
from indelible.web.policy import require
from indelible.web.schemas import answer, json, problems
from indelible.web.services import Services, services_of
from indelible.web.user_body import RoleRow, RolesBody

router = APIRouter(prefix="/api/roles", tags=["users"], route_class=TakesTurns)


@router.get(
    "",
    summary="All roles",
    responses={200: answer(RolesBody, "The roles in sight."), **problems(401, 403)},
)
async def roles(
    principal: Annotated[Principal, Depends(require(Permission.USERS_READ, assumed=True))],
    services: Annotated[Services, Depends(services_of)],
) -> Response:
    """Return the roles that the caller can see anybody have, and how many have each."""
    return json(
        RolesBody(items=[RoleRow.of(each) for each in await services.identity.roles.all(principal)])
    )

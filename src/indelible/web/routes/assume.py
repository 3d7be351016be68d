"""Assumed identity: a Super Admin acts as somebody else, and back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from indelible.identity.access import Permission, Principal
from indelible.web.auth import visit_of
from indelible.web.opened_session import SessionBody, hand_out
from indelible.web.policy import SignedInVisitor, require, signed_in
from indelible.web.schemas import answer, problems
from indelible.web.services import Services, services_of
from indelible.web.session_body import Reason

router = APIRouter(prefix="/api/assume", tags=["assumed identity"])

ServicesOf = Annotated[Services, Depends(services_of)]


class Assumption(Reason):
    """Whom to act as, and why."""

    user: Annotated[str, Field(max_length=100, description="Id of the user.")]


@router.post(
    "",
    summary="Act as somebody else",
    responses={
        200: answer(SessionBody, "The assumed session; its cookie is set."),
        **problems(401, 403, 404, 409, 422),
    },
)
async def start_assuming(
    body: Assumption,
    request: Request,
    principal: Annotated[Principal, Depends(require(Permission.IDENTITY_ASSUME))],
    services: ServicesOf,
) -> Response:
    """Open a session of 30 minutes in which the caller acts as a user. Step-up is asked for.

    The rights are the user's; what changes something is refused. It ends with the caller's own
    session, whose place in the browser it takes. It is an entry in the log of the user's tenant.
    """
    opened = await services.identity.assumer.start(
        body.user, reason=body.reason, principal=principal, visit=visit_of(request, granted=200)
    )
    return await hand_out(opened, request)


@router.post(
    "/stop",
    summary="Stop acting as somebody else",
    responses={
        200: answer(SessionBody, "A fresh session of one's own; its cookie is set."),
        **problems(401, 403, 409),
    },
)
async def stop_assuming(
    visitor: Annotated[SignedInVisitor, Depends(signed_in(assumed=True))],
    request: Request,
    services: ServicesOf,
) -> Response:
    """End the assumed session of this request, and return to a fresh one of one's own."""
    opened = await services.identity.assumer.stop(
        visitor.session, visit=visit_of(request, granted=200)
    )
    return await hand_out(opened, request)

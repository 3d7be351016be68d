"""Login sessions: who is signed in, and putting somebody out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from indelible.identity.access import Permission, Principal, scope_of
from indelible.identity.session_search import MAX_PAGE_SIZE, PAGE_SIZE
from indelible.web.auth import require, visit_of
from indelible.web.parameters import paging, takes_query
from indelible.web.query_string import parameters_of
from indelible.web.schemas import answer, json, problems
from indelible.web.services import Services, services_of
from indelible.web.session_body import (
    Reason,
    RevokedSession,
    RevokedSessions,
    SessionRow,
    SessionsPage,
)
from indelible.web.session_filter import FILTER, filter_of, page_of

router = APIRouter(prefix="/api", tags=["sessions"])

_PAGING = paging(most=MAX_PAGE_SIZE, default=PAGE_SIZE)
_PAGE = (*FILTER, *_PAGING)

ServicesOf = Annotated[Services, Depends(services_of)]
Reader = Annotated[Principal, Depends(require(Permission.SESSIONS_READ))]
MayRevoke = Annotated[Principal, Depends(require(Permission.SESSIONS_REVOKE))]


@router.get(
    "/sessions",
    summary="A page of the login sessions",
    responses={200: answer(SessionsPage, "One page, newest first."), **problems(401, 403, 422)},
    openapi_extra=takes_query(_PAGE),
)
async def read_sessions(request: Request, principal: Reader, services: ServicesOf) -> Response:
    """Return sessions that pass the filter, whatever became of them, and how many there are."""
    parameters = parameters_of(request.scope["query_string"], [each.name for each in _PAGE])
    page = await services.identity.directory.page(
        filter_of(parameters), scope_of(principal), **page_of(parameters, _PAGING)
    )
    return json(SessionsPage.of(page, current=principal.session))


@router.post(
    "/sessions/{id}/revoke",
    summary="Revoke a session",
    responses={
        200: answer(RevokedSession, "The session as it now stands, and the entry's receipt."),
        **problems(401, 403, 404, 409, 422),
    },
)
async def revoke_session(
    id: str,  # noqa: A002  # the name in the path
    body: Reason,
    request: Request,
    principal: MayRevoke,
    services: ServicesOf,
) -> Response:
    """End an active session for good, in one transaction with the entry about it.

    The next request of that session is answered with `urn:indelible:problem:session-revoked`. Where
    the caller gave the password more than 10 minutes ago, the answer is 403 with
    `urn:indelible:problem:step-up-required`: ask for it, send it to `/api/auth/step-up`, repeat.
    """
    revoked = await services.identity.revoker.revoke(
        id, reason=body.reason, principal=principal, visit=visit_of(request, granted=200)
    )
    row = SessionRow.of(revoked.session, current=principal.session)
    return json(RevokedSession(session=row, receipt=revoked.receipt))


@router.post(
    "/users/{id}/sessions/revoke",
    summary="Revoke all sessions of a user",
    responses={
        200: answer(RevokedSessions, "How many were active, and the receipt of each entry."),
        **problems(401, 403, 404, 409, 422),
    },
)
async def revoke_sessions_of_user(
    id: str,  # noqa: A002  # the name in the path
    body: Reason,
    request: Request,
    principal: MayRevoke,
    services: ServicesOf,
) -> Response:
    """End every active session of a user, all in one transaction with their entries.

    Step-up is asked for as in revoking one.
    """
    receipts = await services.identity.revoker.revoke_all(
        id, reason=body.reason, principal=principal, visit=visit_of(request, granted=200)
    )
    return json(RevokedSessions(revoked=len(receipts), receipts=list(receipts)))

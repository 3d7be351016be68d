"""Login sessions: who is signed in, and putting somebody out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from indelible.identity.access import Permission, Principal, scope_of
from indelible.identity.session_search import MAX_PAGE_SIZE, PAGE_SIZE
from indelible.web.admission import TakesTurns
from indelible.web.archives import archive_of, held_archive
from indelible.web.auth import visit_of
from indelible.web.gate import check_same_site
from indelible.web.parameters import paging, takes_query
from indelible.web.policy import require
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
from indelible.web.session_filter import FILTER, filter_of, in_words, page_of

router = APIRouter(prefix="/api", tags=["sessions"], route_class=TakesTurns)

_PAGING = paging(most=MAX_PAGE_SIZE, default=PAGE_SIZE)
_PAGE = (*FILTER, *_PAGING)

ServicesOf = Annotated[Services, Depends(services_of)]
Reader = Annotated[Principal, Depends(require(Permission.SESSIONS_READ, assumed=True))]
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


@router.get(
    "/sessions/export",
    summary="All sessions that pass the filter, as a ZIP archive",
    responses={
        200: archive_of("`sessions-YYYY-MM-DD.csv`."),
        **problems(401, 403, 422, 429),
    },
    openapi_extra=takes_query(FILTER),
)
async def export_sessions(
    request: Request,
    principal: Annotated[Principal, Depends(require(Permission.SESSIONS_EXPORT))],
    services: ServicesOf,
) -> Response:
    """Stream an archive. The export is itself an entry, recorded before the first byte leaves."""
    # It leaves an entry behind, so no other site may cause it, though it is a GET.
    check_same_site(request.scope)
    where = filter_of(parameters_of(request.scope["query_string"], [each.name for each in FILTER]))
    zone = ZoneInfo((await services.identity.settings.read()).time_zone)
    return await held_archive(
        request,
        services.identity.session_exporter.export(
            where,
            principal=principal,
            visit=visit_of(request, granted=200),
            said=in_words(where),
            day=datetime.now(zone).date(),
        ),
    )


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

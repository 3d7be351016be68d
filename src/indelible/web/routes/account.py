"""One's own account: sessions, password, second factor."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from indelible.identity.session_search import MAX_PAGE_SIZE, PAGE_SIZE
from indelible.web.account_body import (
    AccountBody,
    EnrolmentBody,
    NewPassword,
    RecoveryCodesBody,
    RevokedCount,
    ShownCode,
)
from indelible.web.admission import TakesTurns
from indelible.web.auth import visit_of
from indelible.web.opened_session import SessionBody, hand_out
from indelible.web.parameters import paging, takes_query
from indelible.web.policy import SignedInVisitor, signed_in
from indelible.web.qr_code import svg_of
from indelible.web.query_string import parameters_of
from indelible.web.schemas import answer, json, problems
from indelible.web.secrets import password_may_travel
from indelible.web.services import Services, services_of
from indelible.web.session_body import RevokedSession, SessionRow, SessionsPage
from indelible.web.session_filter import STATUS, page_of

router = APIRouter(prefix="/api/account", tags=["account"], route_class=TakesTurns)

_PAGING = paging(most=MAX_PAGE_SIZE, default=PAGE_SIZE)
_PAGE = (STATUS, *_PAGING)

ServicesOf = Annotated[Services, Depends(services_of)]
Owner = Annotated[SignedInVisitor, Depends(signed_in(enrolling=True))]


@router.get(
    "",
    summary="One's own account",
    responses={200: answer(AccountBody, "The account."), **problems(401, 403)},
)
async def read_account(owner: Owner, services: ServicesOf) -> Response:
    """Return the account of whoever is signed in."""
    return json(AccountBody.of(await services.identity.account.read(owner.session)))


@router.get(
    "/sessions",
    summary="A page of one's own sessions",
    responses={200: answer(SessionsPage, "One page, newest first."), **problems(401, 403, 422)},
    openapi_extra=takes_query(_PAGE),
)
async def read_own_sessions(request: Request, owner: Owner, services: ServicesOf) -> Response:
    """Return one's own sessions, whatever became of them, and how many there are."""
    parameters = parameters_of(request.scope["query_string"], [each.name for each in _PAGE])
    page = await services.identity.own_sessions.page(owner.session, **page_of(parameters, _PAGE))
    return json(SessionsPage.of(page, current=owner.session.id))


@router.post(
    "/sessions/{id}/revoke",
    summary="Revoke a session of one's own",
    responses={
        200: answer(RevokedSession, "The session as it now stands, and the entry's receipt."),
        **problems(401, 403, 404, 409),
    },
)
async def revoke_own_session(
    id: str,  # noqa: A002  # the name in the path
    request: Request,
    owner: Owner,
    services: ServicesOf,
) -> Response:
    """End an active session of one's own for good; that takes no step-up."""
    revoked = await services.identity.own_sessions.revoke(
        owner.session, id, visit_of(request, granted=200)
    )
    row = SessionRow.of(revoked.session, current=owner.session.id)
    return json(RevokedSession(session=row, receipt=revoked.receipt))


@router.post(
    "/sessions/revoke-others",
    summary="Revoke all other sessions of one's own",
    responses={200: answer(RevokedCount, "How many were active."), **problems(401, 403, 409)},
)
async def revoke_other_sessions(request: Request, owner: Owner, services: ServicesOf) -> Response:
    """End every active session of one's own but this one; that takes no step-up."""
    revoked = await services.identity.own_sessions.revoke_others(
        owner.session, visit_of(request, granted=200)
    )
    return json(RevokedCount(revoked=revoked))


@router.post(
    "/password",
    summary="Change one's own password",
    dependencies=[Depends(password_may_travel)],
    responses={
        200: answer(SessionBody, "This session, anew; its cookie is set."),
        **problems(401, 403, 409, 422, 429),
    },
)
async def change_password(
    body: NewPassword, request: Request, owner: Owner, services: ServicesOf
) -> Response:
    """Set another password. All other sessions of the account end.

    A wrong current password is a 401 of the type `wrong-credentials` whose `field` is `current`.
    Attempts are throttled together with those to sign in.
    """
    renewed = await services.identity.account.change_password(
        owner.session,
        current=body.current,
        new=body.new,
        visit=visit_of(request, granted=200),
    )
    return await hand_out(renewed, request)


@router.post(
    "/second-factor",
    summary="Begin to set up a second factor",
    responses={
        200: answer(EnrolmentBody, "What the authenticator is set up with."),
        **problems(401, 403, 409),
    },
)
async def begin_second_factor(request: Request, owner: Owner, services: ServicesOf) -> Response:
    """Make a secret for an authenticator (TOTP, RFC 6238), in place of one not yet confirmed.

    It takes a fresh step-up, like everything that changes a second factor.
    """
    enrolment = await services.identity.second_factor.begin(
        owner.session, visit_of(request, granted=200)
    )
    return json(EnrolmentBody(secret=enrolment.secret, uri=enrolment.uri, qr=svg_of(enrolment.uri)))


@router.post(
    "/second-factor/confirm",
    summary="Confirm the second factor",
    responses={
        200: answer(RecoveryCodesBody, "The recovery codes, shown this once."),
        **problems(401, 403, 409, 422),
    },
)
async def confirm_second_factor(
    body: ShownCode, request: Request, owner: Owner, services: ServicesOf
) -> Response:
    """Take the second factor into use, once the authenticator shows the right code."""
    codes = await services.identity.second_factor.confirm(
        owner.session, body.code, visit_of(request, granted=200)
    )
    return json(RecoveryCodesBody(recovery_codes=list(codes)))


@router.delete(
    "/second-factor",
    summary="Remove the second factor",
    status_code=204,
    responses=problems(401, 403, 404, 409),
)
async def remove_second_factor(request: Request, owner: Owner, services: ServicesOf) -> Response:
    """Do without a second factor, where the installation lets this role."""
    await services.identity.second_factor.remove(owner.session, visit_of(request, granted=204))
    return Response(status_code=204)


@router.post(
    "/recovery-codes",
    summary="Make new recovery codes",
    responses={
        200: answer(RecoveryCodesBody, "The recovery codes, shown this once."),
        **problems(401, 403, 404, 409),
    },
)
async def renew_recovery_codes(request: Request, owner: Owner, services: ServicesOf) -> Response:
    """Replace all recovery codes; those of before are worth nothing from then on."""
    codes = await services.identity.second_factor.renew_recovery_codes(
        owner.session, visit_of(request, granted=200)
    )
    return json(RecoveryCodesBody(recovery_codes=list(codes)))

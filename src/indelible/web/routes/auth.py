"""Signing in and out, and who is signed in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from indelible.web.auth import visit_of
from indelible.web.cookies import take_cookie
from indelible.web.opened_session import SessionBody, hand_out
from indelible.web.policy import ANYONE, SignedInVisitor, signed_in
from indelible.web.schemas import answer, json, problems
from indelible.web.secrets import Code, Password, password_may_travel
from indelible.web.services import Services, services_of

router = APIRouter(prefix="/api/auth", tags=["sign-in"])

ServicesOf = Annotated[Services, Depends(services_of)]


class Credentials(BaseModel):
    """What somebody signs in with; the code where the account has a second factor."""

    email: Annotated[str, Field(max_length=320)]
    password: Password
    code: Code | None = None


class Proof(BaseModel):
    """What proves that whoever is signed in is there: one of the two."""

    password: Password | None = None
    code: Code | None = None


@router.post(
    "/sign-in",
    summary="Sign in with e-mail address and password",
    dependencies=[Depends(ANYONE), Depends(password_may_travel)],
    responses={
        200: answer(SessionBody, "The new session; its cookie is set."),
        **problems(401, 403, 422, 429),
    },
)
async def sign_in(credentials: Credentials, request: Request, services: ServicesOf) -> Response:
    """Open a session, and record that or the failure.

    Where the account has a second factor and no code was sent, a right password is answered with a
    401 of the type `second-factor-required`: send all of it again, with the code of the
    authenticator or one of the recovery codes. A wrong or used code is a 401 of the type
    `wrong-credentials` whose `field` is `code`.
    """
    opened = await services.identity.login.sign_in(
        credentials.email,
        credentials.password,
        visit_of(request, granted=200),
        code=credentials.code,
    )
    return await hand_out(opened, request)


@router.post("/sign-out", summary="End the session", status_code=204, responses=problems(401, 403))
async def sign_out(
    visitor: Annotated[SignedInVisitor, Depends(signed_in(assumed=True, enrolling=True))],
    request: Request,
    services: ServicesOf,
) -> Response:
    """End the session of this request and record that."""
    await services.identity.sessions.sign_out(visitor.session, visit_of(request, granted=204))
    response = Response(status_code=204)
    take_cookie(response, request.scope, services.gate)
    return response


@router.post(
    "/step-up",
    summary="Give the password or a code once more",
    status_code=204,
    dependencies=[Depends(password_may_travel)],
    responses=problems(401, 403, 422, 429),
)
async def step_up(
    proof: Proof,
    visitor: Annotated[SignedInVisitor, Depends(signed_in(enrolling=True))],
    request: Request,
    services: ServicesOf,
) -> Response:
    """Let this session do for 10 minutes what asks for a fresh proof.

    Exactly one of the two is sent; the code is one of the authenticator, no recovery code. Signing
    in counts as well. A wrong one is a 401 of the type `wrong-credentials`, and the session goes
    on. Attempts are throttled together with those to sign in.
    """
    await services.identity.step_up.prove(
        visitor.session,
        visit_of(request, granted=204),
        password=proof.password,
        code=proof.code,
    )
    return Response(status_code=204)


@router.get(
    "/session",
    summary="Who is signed in",
    responses={200: answer(SessionBody, "The session of this request."), **problems(401)},
)
async def session(
    visitor: Annotated[SignedInVisitor, Depends(signed_in(assumed=True, enrolling=True))],
    services: ServicesOf,
) -> Response:
    """Return the session of this request, with what its user may do."""
    settings = await services.identity.settings.read()
    return json(SessionBody.of(visitor.session, visitor.token, settings))

"""Who is behind a request: for our routes, for a host application's, and for its middleware.

Host applications put :class:`~indelible.web.services.Services` into ``app.state.services`` and use
:func:`current_principal` and :func:`indelible.web.policy.require` as FastAPI dependencies, and
:func:`principal_of` wherever there is only an ASGI scope.

The database is asked once a request; what it said is kept in the request's scope and nowhere else,
so that nothing outlives a revocation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Scope

from indelible.core import activity
from indelible.errors import NotSignedIn, SessionRevoked
from indelible.identity.access import Principal, require_enrolment
from indelible.identity.host import session_token
from indelible.identity.model import Session, Visit
from indelible.web.cookies import token_in
from indelible.web.gate import check_csrf
from indelible.web.services import Services

_KEPT = "indelible.visitor"
_REVOKED = "indelible.revoked"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_MAX_USER_AGENT = 512
_MAX_PATH = 2048

BACKGROUND_HEADER = "X-Indelible-Background"
"""A page sends it with what it asks by itself, so that an open page does not keep a session from
idling out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody who is known: through a session with its token, or a service through an API key."""

    principal: Principal
    session: Session | None = None
    token: str | None = field(default=None, repr=False)


async def visitor_of(scope: Scope, services: Services | None = None) -> Visitor | None:
    """Return who is behind a request, as the database says it now; None is nobody.

    Args:
        scope: of the request; the answer is kept in it.
        services: whom to ask, where the application in the scope does not have them: for
            middleware around it.
    """
    if _KEPT not in scope:
        scope[_KEPT] = await _ask(scope, services or _services(scope))
    return cast("Visitor | None", scope[_KEPT])


async def principal_of(scope: Scope, services: Services | None = None) -> Principal | None:
    """Return whose rights a request uses; None is nobody's. Arguments as for visitor_of.

    It says who, not whether they may: an unsafe request may still be another site's doing.
    """
    visitor = await visitor_of(scope, services)
    return visitor.principal if visitor else None


async def current_visitor(request: Request) -> Visitor:
    """Return who makes this request, and means to; a dependency.

    Raises:
        NotSignedIn: nobody is known behind it; SessionRevoked, if that is why.
        Forbidden: it changes something, by cookie, and no page of ours provably asked for that.
    """
    visitor = await visitor_of(request.scope)
    if visitor is None:
        raise request.scope.get(_REVOKED) or NotSignedIn(_why_unknown(request))
    if visitor.token is not None and request.method not in _SAFE_METHODS:
        check_csrf(request.scope, visitor.token)
    return visitor


async def current_principal(visitor: Annotated[Visitor, Depends(current_visitor)]) -> Principal:
    """Return whose rights this request uses; a dependency that raises like current_visitor.

    Raises:
        EnrolmentRequired: they have to set up a second factor first.
    """
    require_enrolment(visitor.principal)
    return visitor.principal


async def still_signed_in(scope: Scope) -> bool:
    """Return whether whoever made a request is still known, as the database says it now.

    For answers that take their time: what the request learned when it came may be over.
    """
    visitor = await visitor_of(scope)
    # Asked anew, past what is kept, and as no activity of a person.
    if visitor is None or visitor.token is None:
        return visitor is not None
    sessions = _services(scope).identity.sessions
    try:
        return await sessions.authenticate(visitor.token, active=False) is not None
    except SessionRevoked:
        return False


def visit_of(request: Request, *, granted: int, refused: int = 401) -> Visit:
    """Return the circumstances of *request* for an entry about it.

    Args:
        request: what was asked.
        granted: status code of its answer if it succeeds.
        refused: the same if it does not.
    """
    scope = request.scope
    client = activity.Client(
        ip=_services(scope).gate.client_ip(scope),
        user_agent=request.headers.get("user-agent", "")[:_MAX_USER_AGENT] or None,
    )
    query = f"?{request.url.query}" if request.url.query else ""

    def with_status(status: int) -> activity.Request:
        return activity.Request(
            id=scope.get("state", {}).get("request_id"),
            method=request.method,
            route=getattr(scope.get("route"), "path", None),
            path=f"{request.url.path}{query}"[:_MAX_PATH],
            status=status,
        )

    return Visit(client=client, granted=with_status(granted), refused=with_status(refused))


def _why_unknown(request: Request) -> str:
    """Return what a person, or whoever wrote the service, has to do to be known."""
    shown = request.headers.get("authorization")
    if shown is None:
        return "Sign in first. A service sends its API key: Authorization: Bearer <key>."
    if shown.partition(" ")[0].lower() != "bearer":
        return "An API key is sent as Authorization: Bearer <key>."
    return "This API key is not known here, or was revoked. indelible keys list shows all."


async def _ask(scope: Scope, services: Services) -> Visitor | None:
    headers = Headers(scope=scope)
    authorization = headers.get("authorization")
    if authorization is not None:
        # Whoever shows a key means the key: a cookie beside it lends it nothing.
        scheme, _, key = authorization.partition(" ")
        if scheme.lower() != "bearer":
            return None
        service = await services.identity.keys.authenticate(key.strip())
        return Visitor(principal=service) if service else None
    token = token_in(scope, services.gate) or _host_token(scope, services)
    if token is None:
        return None
    active = BACKGROUND_HEADER not in headers
    try:
        session = await services.identity.sessions.authenticate(token, active=active)
    except SessionRevoked as revoked:
        # Nobody, for whoever asks who it is; the reason is told to those who asked to be let in.
        scope[_REVOKED] = revoked
        return None
    if session is None:
        return None
    return Visitor(principal=session.principal, session=session, token=token)


def _host_token(scope: Scope, services: Services) -> str | None:
    token = services.host_token(scope) if services.host_token is not None else None
    return session_token(token) if token else None


def _services(scope: Scope) -> Services:
    return cast("Services", scope["app"].state.services)

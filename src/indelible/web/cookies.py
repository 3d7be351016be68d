"""The session cookie."""

from __future__ import annotations

from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import Scope

from indelible.web.gate import Gate

SECURE_NAME = "__Host-indelible"
"""Over HTTPS: the prefix makes browsers refuse it from a subdomain or without Secure."""

PLAIN_NAME = "indelible"
"""Over plain HTTP, which is localhost: browsers keep no ``__Host-`` cookie there."""


def token_in(scope: Scope, gate: Gate) -> str | None:
    """Return the session token that a request carries, None without one."""
    return HTTPConnection(scope).cookies.get(_name(gate.is_https(scope)))


def give_cookie(response: Response, scope: Scope, gate: Gate, token: str) -> None:
    """Make the browser carry *token* until it is closed or the session is signed out."""
    _set(response, gate.is_https(scope), token, max_age=None)


def take_cookie(response: Response, scope: Scope, gate: Gate) -> None:
    """Make the browser forget its session."""
    _set(response, gate.is_https(scope), "", max_age=0)


def _set(response: Response, secure: bool, value: str, *, max_age: int | None) -> None:
    response.set_cookie(
        _name(secure), value, max_age=max_age, path="/", secure=secure, httponly=True,
        samesite="lax",
    )  # fmt: skip


def _name(secure: bool) -> str:
    return SECURE_NAME if secure else PLAIN_NAME

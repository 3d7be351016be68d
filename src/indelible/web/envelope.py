"""What goes around every answer: a request id, security headers, a cap, and the last resort.

Pure ASGI, so that streamed answers pass through unbuffered.
"""

from __future__ import annotations

import re
import secrets
import traceback
from collections.abc import Mapping

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from indelible.web.bodies import Bodies
from indelible.web.problems import INTERNAL

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_logger = structlog.get_logger(__name__)

SECURITY_HEADERS: Mapping[str, str] = {
    # Answers of the API are data: nothing in them may run, load or be framed. The console's pages
    # bring a policy of their own.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Envelope:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, bodies: Bodies | None = None) -> None:
        """Wrap *app*; *bodies* says what its requests may carry."""
        self._app = app
        self._bodies = bodies or Bodies()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, whatever happens inside."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        started = False

        async def enveloped(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                headers["X-Request-Id"] = request_id
            await send(message)

        body = self._bodies.of(receive)
        try:
            await self._app(scope, body.receive, enveloped)
        except Exception as error:
            _logger.error(  # noqa: TRY400  # an exception is logged with its message
                "request failed",
                request_id=request_id,
                method=scope["method"],
                route=_route(scope),
                error=type(error).__qualname__,
                # Where, but neither the message nor any value: they may be somebody's data.
                frames=traceback.format_tb(error.__traceback__),
            )
            if started:
                # Only a broken connection tells the client that what it has is not all.
                raise
            await INTERNAL.response()(scope, receive, enveloped)
        finally:
            body.forget()


def _request_id(scope: Scope) -> str:
    known = scope.get("state", {}).get("request_id")
    given = known or Headers(scope=scope).get("x-request-id", "")
    if isinstance(given, str) and _REQUEST_ID.fullmatch(given):
        return given
    return secrets.token_hex(12)


def _route(scope: Scope) -> str:
    # The template, never the path: a path may hold somebody's data.
    return getattr(scope.get("route"), "path", "unmatched")

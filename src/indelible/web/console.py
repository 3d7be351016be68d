"""The built console: one page for every address below /admin, and its assets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from fastapi import Depends, FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

from indelible.identity.access import Permission, permissions_of
from indelible.web.auth import visitor_of
from indelible.web.services import Services, services_of

STATIC = Path(__file__).parent / "static"
HOME = "/admin/"
"""Which page that is depends on who comes; the console knows."""

# Whose page is absent for those who lack the permission.
_PAGES: Mapping[str, Permission | None] = {
    "": None,
    "account": None,
    "audit-log": Permission.ACTIVITY_READ,
    "integrity": Permission.ACTIVITY_READ,
    "enrolment": None,
    "roles": Permission.USERS_READ,
    "settings": None,
    "sign-in": None,
    "tenants": Permission.TENANTS_READ,
    "users": Permission.USERS_READ,
    "welcome": None,
}

# Styles may be inline because the component library sets its colours so; scripts may not.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}

# Vite puts a hash of the content into the name: such a file never changes.
_HASHED = re.compile(r"-[A-Za-z0-9_-]{8}\.[a-z0-9]+$")
_IMMUTABLE = b"public, max-age=31536000, immutable"
_CHECKED = b"no-cache"

_NOT_BUILT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Indelible</title></head>
<body><h1>The console is not built</h1>
<p>This is a source tree, and its console was not built yet. Run <code>make console</code> (it needs
Node.js 20 or later), then load this page again. The wheel brings the console ready-made.</p>
<p>The HTTP API works without it.</p></body></html>
"""


def serve_console(app: FastAPI, *, standalone: bool, static: Path = STATIC) -> None:
    """Add the console's pages and assets to *app*; *standalone*: its home page too."""

    async def page(
        request: Request, services: Annotated[Services, Depends(services_of)], path: str = ""
    ) -> Response:
        document = static / "index.html"
        if not document.is_file():
            return HTMLResponse(_NOT_BUILT, 503, _HEADERS)
        status = 200 if await _is_there(request, services, path) else 404
        return HTMLResponse(document.read_bytes(), status, _HEADERS)

    async def home(request: Request) -> Response:
        return RedirectResponse(f"{request.scope.get('root_path', '')}{HOME}", 307)

    app.mount("/admin/assets", _Assets(static / "assets"), name="assets")
    app.add_api_route("/admin/{path:path}", page, include_in_schema=False)
    for path in ("/", "/admin") if standalone else ("/admin",):
        app.add_api_route(path, home, include_in_schema=False)


async def _is_there(request: Request, services: Services, path: str) -> bool:
    """Return whether the page exists for whoever asks; the document is the same either way."""
    if path not in _PAGES:
        return False
    needed = _PAGES[path]
    visitor = await visitor_of(request.scope, services) if needed else None
    # Nobody signed in: the console itself leads to the sign-in page, and back.
    return visitor is None or needed in permissions_of(visitor.principal.role)


class _Assets:
    """Files of the built console, compressed, kept by browsers for as long as they stay true."""

    def __init__(self, folder: Path) -> None:
        self._files = GZipMiddleware(
            StaticFiles(directory=folder, check_dir=False), minimum_size=1024
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def kept(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in {200, 304}:
                how = _IMMUTABLE if _HASHED.search(scope["path"]) else _CHECKED
                message["headers"].append((b"cache-control", how))
            await send(message)

        await self._files(scope, receive, kept)

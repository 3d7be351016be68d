"""A platform that signs people in by itself, with Indelible mounted in it.

Its sessions stand in the console beside all others; revoked there, they are over here at once. Run
it with ``python -m own_login.server``.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from pydantic import BaseModel
from starlette.types import Scope

from indelible.asgi import Indelible
from indelible.capture import audited, draft_of
from indelible.config.settings import Settings
from indelible.core.activity import Client
from indelible.errors import NotFound, NotSignedIn
from indelible.identity.access import Principal, Role
from indelible.identity.host import HostSessions, HostUser
from indelible.identity.model import COMMAND_LINE
from indelible.web.problems import answer_with_problems

COOKIE = "own_session"
TENANT = "Own Login Ltd"
LIFETIME, IDLE = timedelta(hours=8), timedelta(minutes=20)

# The platform's own accounts: id, name, role and password. Yours are in your database, hashed.
ACCOUNTS = {
    "olga@own.example": ("41", "Olga Own", Role.ADMIN, "olga signs in here"),
    "vito@own.example": ("42", "Vito Own", Role.VIEWER, "vito signs in here"),
}


class Credentials(BaseModel):
    """What somebody signs in with, at this platform."""

    email: str
    password: str


class Note(BaseModel):
    """Something to write down."""

    text: str


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the platform."""
    # Reads the platform's own cookie: who it is follows from the session that was registered.
    audit = Indelible(settings, host_token=own_token)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with audit.lifespan(app):
            tenants = audit.services.identity.tenants
            try:
                app.state.tenant = await tenants.find(TENANT)
            except NotFound:
                app.state.tenant = await tenants.create(TENANT, actor=COMMAND_LINE)
            yield

    app = FastAPI(title="A platform with a login of its own", lifespan=lifespan)
    answer_with_problems(app)

    @app.post("/own/login", status_code=204)
    @audited(record=False)  # registering the session is the entry
    async def login(said: Credentials, request: Request) -> Response:
        account = ACCOUNTS.get(said.email)
        if account is None or not secrets.compare_digest(account[3], said.password):
            raise HTTPException(401, "E-mail address and password do not match.")
        id_, name, role, _ = account
        token = secrets.token_urlsafe(32)
        user = HostUser(id=id_, email=said.email, name=name, role=role, tenant=app.state.tenant.id)
        here = Client(
            ip=request.client.host if request.client else None,
            user_agent=request.headers.get("user-agent"),
        )
        await audit.sessions.register(user, token=token, lifetime=LIFETIME, idle=IDLE, client=here)
        response = Response(status_code=204)
        response.set_cookie(COOKIE, token, httponly=True, samesite="strict")
        return response

    @app.post("/own/logout", status_code=204)
    @audited(record=False)  # ending the session is the entry
    async def logout(request: Request) -> Response:
        await audit.sessions.end(request.cookies.get(COOKIE, ""))
        response = Response(status_code=204)
        response.delete_cookie(COOKIE)
        return response

    @app.post("/own/notes", status_code=201)
    @audited(resource_type="note")
    async def write(note: Note, request: Request, caller: Caller) -> dict[str, str]:
        id_ = secrets.token_hex(4)
        draft_of(request).resource(id=id_, name=note.text[:40])
        return {"id": id_, "by": caller.actor.name or caller.actor.id}

    audit.mount(app)
    return app


def own_token(scope: Scope) -> str | None:
    """Return the token of the platform's own session that a request carries."""
    return Request(scope).cookies.get(COOKIE)


async def signed_in(request: Request) -> Principal:
    """Return who is calling; 401 where nobody is, and in words where the session was revoked."""
    sessions: HostSessions = request.app.state.services.identity.host
    caller = await sessions.check(request.cookies.get(COOKIE, ""))
    if caller is None:
        raise NotSignedIn("Sign in first.")
    return caller


Caller = Annotated[Principal, Depends(signed_in)]

"""The web application: Indelible's API and console, alone or mounted in a host application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import FastAPI
from fastapi.routing import APIRoute

from indelible.web.bodies import Bodies
from indelible.web.console import serve_console
from indelible.web.envelope import Envelope
from indelible.web.metrics import Measuring
from indelible.web.policy import policy_of
from indelible.web.problems import answer_with_problems
from indelible.web.routes import (
    account,
    activity,
    assume,
    auth,
    erasure,
    health,
    integrity,
    links,
    logs,
    roles,
    sessions,
    settings,
    tenants,
    users,
)
from indelible.web.schemas import describe
from indelible.web.services import Services

OpenServices = Callable[[], AbstractAsyncContextManager[Services]]
"""Opens what the routes need, and closes it at the end of the block."""

API_VERSION = "1"

_DESCRIPTION = """\
The audit log of a multi-tenant platform: who did what to which resource, from where, and how it \
ended, in a log that nobody can rewrite unnoticed.

Reading takes the cookie of a session; recording takes an API key. Whose entries are in sight \
follows from the session alone: what is asked for narrows it and never widens it.

Errors are problem documents (RFC 9457). Times are RFC 3339 in UTC. Unknown query parameters are \
refused, so that no filter is ever ignored."""

_TAGS = (
    {"name": "activity", "description": "Read, count, export and record entries."},
    {"name": "sign-in", "description": "Signing in and out, and who one is."},
    {"name": "account", "description": "One's own sessions, password and second factor."},
    {"name": "sessions", "description": "Who is signed in, and putting somebody out."},
    {"name": "assumed identity", "description": "Acting as somebody else, where all can see it."},
    {"name": "users", "description": "People and their roles."},
    {"name": "settings", "description": "How the console shows times."},
    {"name": "tenants", "description": "Customers of the platform, a log each."},
    {"name": "erasure", "description": "Erasing persons, and how long entries are kept."},
    {
        "name": "logs",
        "description": "The logs themselves, for auditors, mirrors and monitors (C2SP tlog-tiles).",
    },
    {"name": "integrity", "description": "How the logs stand: published, witnessed, checked."},
    {"name": "operation", "description": "For those who run the server."},
)

_ROUTES = (
    activity,
    auth,
    links,
    account,
    sessions,
    assume,
    users,
    roles,
    tenants,
    settings,
    erasure,
    integrity,
    logs,
    health,
)


def api_routes() -> Iterator[APIRoute]:
    """Yield every route of the API, without the console's files, which are everybody's.

    The application does not tell them: it holds routers.
    """
    for routes in _ROUTES:
        for route in routes.router.routes:
            if isinstance(route, APIRoute):
                yield route


def create_app(
    open_services: OpenServices, *, standalone: bool = True, bodies: Bodies | None = None
) -> FastAPI:
    """Return the application.

    Mounted, its lifespan is not run by the host: the host opens the services and puts them into
    ``app.state.services`` before the first request.

    Args:
        open_services: opens what the routes need, while the application runs.
        standalone: it is alone, so that ``/`` leads to the console.
        bodies: what requests may carry.

    Raises:
        Misconfigured: a route does not say who may use it.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_services() as services:
            app.state.services = services
            yield

    app = FastAPI(
        title="Indelible",
        version=API_VERSION,
        summary="A tamper-evident audit log",
        description=_DESCRIPTION,
        license_info={"name": "Apache 2.0", "identifier": "Apache-2.0"},
        lifespan=lifespan,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
    )
    answer_with_problems(app)
    describe(app, _TAGS)
    for route in api_routes():
        policy_of(route)
    for routes in _ROUTES:
        app.include_router(routes.router)
    serve_console(app, standalone=standalone)
    app.add_middleware(Measuring)
    # Added last, so it is outermost: nothing gets past it.
    app.add_middleware(Envelope, bodies=bodies)
    return app


def _operation_id(route: APIRoute) -> str:
    return route.name

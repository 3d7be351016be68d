"""The platform as an application, Indelible mounted in it. This is all of the integration."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.responses import RedirectResponse
from sqlalchemy.exc import IntegrityError

from edge_platform.certificates import Authority
from edge_platform.database import Tables
from edge_platform.device import Devices
from edge_platform.refusals import refuse_conflict
from edge_platform.routes import ROUTERS
from indelible.asgi import Indelible
from indelible.config.settings import Settings
from indelible.web.problems import answer_with_problems


def create_app(database_url: str, devices: Devices, *, settings: Settings | None = None) -> FastAPI:
    """Return the platform on its own database.

    What Indelible runs on, its *settings* say: by default those of the environment.
    """
    audit = Indelible(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with Tables.open(database_url) as tables, audit.lifespan(app):
            app.state.tables = tables
            app.state.authority = Authority()
            app.state.devices = devices
            yield

    app = FastAPI(title="Edge platform", lifespan=lifespan)
    answer_with_problems(app)
    app.add_exception_handler(IntegrityError, refuse_conflict)
    for router in ROUTERS:
        app.include_router(router, prefix="/api/v1")
    app.add_api_route("/", to_the_log, include_in_schema=False)
    audit.mount(app)
    return app


async def to_the_log() -> RedirectResponse:
    """Lead whoever comes to see the demo to what there is to see."""
    return RedirectResponse("/admin/audit-log")

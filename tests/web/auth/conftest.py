"""A site with sign-in, over a real database."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Annotated

import httpx
import pytest
import sqlalchemy as sa
from fastapi import Depends, FastAPI

from indelible.bootstrap import identity_of
from indelible.config.settings import load_settings
from indelible.core.activity import EntryId, Receipt
from indelible.export.desk import ExportDesk
from indelible.identity.access import Permission, Principal, Role
from indelible.identity.model import COMMAND_LINE
from indelible.storage.postgres.users import PostgresUsers
from indelible.web.auth import current_principal
from indelible.web.envelope import Envelope
from indelible.web.gate import Gate
from indelible.web.policy import require
from indelible.web.problems import answer_with_problems
from indelible.web.routes import account, auth, links, settings, tenants
from indelible.web.routes import sessions as session_routes
from indelible.web.turns import Turns

PASSWORD = "seven green kettles hum"
ROOT = {"email": "root@platform.test", "password": PASSWORD}
ANNA = {"email": "anna@acme.test", "password": PASSWORD}
VERA = {"email": "vera@acme.test", "password": PASSWORD}


class TransactionRecorder:
    """Runs effects in a transaction, as the appender does, and remembers activities."""

    def __init__(self, database):
        self.database = database
        self.activities = []

    async def record(self, activities, *, source="", effect=None):
        if effect is not None:
            async with self.database.begin() as connection:
                await effect(connection)
        self.activities.extend(activities)
        return [
            Receipt(log="log", seq=n, id=EntryId("-"), time="-", leaf_hash="-", checkpoint="-")
            for n in range(len(activities))
        ]


async def no_pause(seconds):
    """Wait for nothing."""


class Site:
    """Our routes and one of a host application, over a real database."""

    def __init__(self, database, recorder, identity):
        self.database = database
        self.recorder = recorder
        self.identity = identity
        self.users = PostgresUsers(database)
        self.gate = Gate()
        self.app = FastAPI()
        for module in (auth, links, account, session_routes, settings, tenants):
            self.app.include_router(module.router)
        answer_with_problems(self.app)
        self.app.add_middleware(Envelope)
        self._add_host_routes()

    def _add_host_routes(self):
        @self.app.api_route("/api/v1/who", methods=["GET", "POST"])
        async def who(principal: Annotated[Principal, Depends(current_principal)]):
            return {"actor": principal.actor.id, "type": principal.actor.type}

        @self.app.get("/api/v1/reports")
        async def reports(
            principal: Annotated[Principal, Depends(require(Permission.ACTIVITY_READ))],
        ):
            return {"tenant": principal.tenant}

    async def seed(self):
        identity = self.identity
        self.acme = await identity.tenants.create("Acme", actor=COMMAND_LINE)
        for who, role, tenant in (
            (ROOT, Role.SUPER_ADMIN, None),
            (ANNA, Role.ADMIN, self.acme),
            (VERA, Role.VIEWER, self.acme),
        ):
            await identity.users.create(
                email=who["email"],
                name="Name",
                role=role,
                tenant=tenant,
                password=PASSWORD,
                actor=COMMAND_LINE,
            )
        self.recorder.activities.clear()

    def browser(self, base_url="http://localhost:8080", ip="203.0.113.7", **headers):
        self.app.state.services = SimpleNamespace(
            identity=self.identity, gate=self.gate, host_token=None, turns=Turns()
        )
        transport = httpx.ASGITransport(self.app, client=(ip, 5000))
        return httpx.AsyncClient(transport=transport, base_url=base_url, headers=headers)

    async def signed_in(self, who, **kwargs):
        browser = self.browser(**kwargs)
        response = await browser.post("/api/auth/sign-in", json=who)
        assert response.status_code == 200, response.text
        browser.headers["X-CSRF-Token"] = response.json()["csrf"]
        return browser

    async def sql(self, statement):
        async with self.database.begin() as connection:
            await connection.execute(sa.text(statement))

    async def rows(self, query):
        async with self.database.begin() as connection:
            return (await connection.execute(sa.text(query))).all()


@pytest.fixture
async def site(database, tmp_path):
    """Super Admins may sign in without a second factor, unless a test asks for one."""
    recorder = TransactionRecorder(database)
    settings = load_settings(data=tmp_path, super_admin_second_factor=False)
    identity = await identity_of(settings, database, recorder, ExportDesk(recorder), pause=no_pause)
    site = Site(database, recorder, identity)
    await site.seed()
    return site

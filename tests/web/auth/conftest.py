"""A site with sign-in, over a real database."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Annotated

import httpx
import pytest
import sqlalchemy as sa
from fastapi import Depends, FastAPI

from indelible.export.desk import ExportDesk
from indelible.identity.access import Permission, Principal, Role
from indelible.identity.keys import KeyRing
from indelible.identity.login import Login
from indelible.identity.model import COMMAND_LINE
from indelible.identity.passwords import Argon2Hasher
from indelible.identity.revoke import Revoker
from indelible.identity.services import Identity
from indelible.identity.session_export import SessionExporter
from indelible.identity.sessions import SessionDesk
from indelible.identity.settings import SettingsDesk
from indelible.identity.step_up import StepUp
from indelible.identity.tenants import TenantRegister
from indelible.identity.users import UserRegister
from indelible.storage.postgres.api_keys import PostgresKeys
from indelible.storage.postgres.attempts import PostgresAttempts
from indelible.storage.postgres.session_directory import PostgresSessionDirectory
from indelible.storage.postgres.sessions import PostgresSessions
from indelible.storage.postgres.settings import PostgresSettings
from indelible.storage.postgres.tenants import PostgresTenants
from indelible.storage.postgres.users import PostgresUsers
from indelible.web.auth import current_principal
from indelible.web.envelope import Envelope
from indelible.web.gate import Gate
from indelible.web.policy import require
from indelible.web.problems import answer_with_problems
from indelible.web.routes import auth, settings, tenants
from indelible.web.routes import sessions as session_routes

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
        return []


async def no_pause(seconds):
    """Wait for nothing."""


class Site:
    """Our routes and one of a host application, over a real database."""

    def __init__(self, database):
        self.database = database
        self.recorder = recorder = TransactionRecorder(database)
        self.hasher = Argon2Hasher()
        users, sessions = PostgresUsers(database), PostgresSessions(database)
        directory = PostgresSessionDirectory(database)
        self.identity = Identity(
            login=Login(
                users=users,
                sessions=sessions,
                attempts=PostgresAttempts(database),
                hasher=self.hasher,
                recorder=recorder,
                pause=no_pause,
            ),
            sessions=SessionDesk(sessions=sessions, recorder=recorder),
            directory=directory,
            session_exporter=SessionExporter(directory=directory, desk=ExportDesk(recorder)),
            revoker=Revoker(sessions=sessions, directory=directory, recorder=recorder),
            step_up=StepUp(
                users=users,
                sessions=sessions,
                attempts=PostgresAttempts(database),
                hasher=self.hasher,
                recorder=recorder,
                pause=no_pause,
            ),
            tenants=TenantRegister(tenants=PostgresTenants(database), recorder=recorder),
            users=UserRegister(users=users, hasher=self.hasher, recorder=recorder),
            keys=KeyRing(keys=PostgresKeys(database), recorder=recorder),
            settings=SettingsDesk(
                settings=PostgresSettings(database), sessions=sessions, recorder=recorder
            ),
        )
        self.gate = Gate()
        self.app = FastAPI()
        for module in (auth, session_routes, settings, tenants):
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
        self.app.state.services = SimpleNamespace(identity=self.identity, gate=self.gate)
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


@pytest.fixture
async def site(database):
    site = Site(database)
    await site.seed()
    yield site
    site.hasher.close()

"""The whole web application over a real database, and people who use it."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from indelible.bootstrap import open_services
from indelible.config.settings import load_settings
from indelible.core.scope import Scope
from indelible.identity.access import Role
from indelible.identity.model import COMMAND_LINE
from indelible.ledger.search import Entry, Filter
from indelible.storage.postgres.database import Database
from indelible.web.app import create_app
from indelible.web.services import Services

PASSWORD = "seven green kettles hum"
BASE_URL = "http://localhost"


class Platform:
    """The application with two tenants, their people and their keys."""

    everything = Scope.everything()

    def __init__(self, app: FastAPI, services: Services, database_url: str) -> None:
        self.app = app
        self.database_url = database_url
        self.services = services
        self.people: dict[str, httpx.AsyncClient] = {}
        self.tenants: dict[str, str] = {}
        self.keys: dict[str, str] = {}

    async def furnish(self, stack: AsyncExitStack) -> None:
        """Make tenants, accounts and keys, and sign everybody in."""
        identity = self.services.identity
        self.people["nobody"] = await stack.enter_async_context(self.client())
        await self._person(stack, "root", Role.SUPER_ADMIN, None)
        platform_key = await identity.keys.create(tenant=None, name="probe", actor=COMMAND_LINE)
        self.keys["platform"] = platform_key.text
        for name in ("acme", "bolt"):
            tenant = await identity.tenants.create(name, actor=COMMAND_LINE)
            self.tenants[name] = tenant.id
            for role in (Role.ADMIN, Role.VIEWER):
                await self._person(stack, f"{name}.{role}", role, tenant)
            key = await identity.keys.create(tenant=tenant, name="probe", actor=COMMAND_LINE)
            self.keys[name] = key.text

    async def _person(self, stack, name, role, tenant) -> None:
        email = f"{name}@platform.test"
        await self.services.identity.users.create(
            email=email,
            name=name,
            role=role,
            tenant=tenant,
            password=PASSWORD,
            actor=COMMAND_LINE,
        )
        client = await stack.enter_async_context(self.client())
        await self.enter(client, email)
        self.people[name] = client

    async def enter(self, client: httpx.AsyncClient, email: str, password: str = PASSWORD) -> str:
        """Sign somebody in with *client*, and return the user's id."""
        answer = await client.post("/api/auth/sign-in", json={"email": email, "password": password})
        assert answer.status_code == 200, answer.text
        client.headers["X-CSRF-Token"] = answer.json()["csrf"]
        return str(answer.json()["user"]["id"])

    async def joins(self, client: httpx.AsyncClient, tenant: str, role: Role = Role.VIEWER) -> str:
        """Make a new user of a tenant, sign them in with *client*, and return their id."""
        email = f"{uuid.uuid4().hex[:12]}@joined.test"
        await self.services.identity.users.create(
            email=email,
            name="Joined",
            role=role,
            tenant=await self.services.identity.tenants.find(self.tenants[tenant]),
            password=PASSWORD,
            actor=COMMAND_LINE,
        )
        return await self.enter(client, email)

    async def sql(self, statement: str) -> None:
        """Change what the clock or an operator would have changed."""
        database = Database(self.database_url, pool_size=1)
        async with database.begin() as connection:
            await connection.execute(sa.text(statement))
        await database.close()

    def client(self, **headers: str) -> httpx.AsyncClient:
        """Return somebody with a browser."""
        transport = httpx.ASGITransport(self.app, client=("203.0.113.7", 5000))
        return httpx.AsyncClient(transport=transport, base_url=BASE_URL, headers=headers)

    async def get(self, who: str, path: str, **parameters: object) -> httpx.Response:
        """Ask as somebody."""
        return await self.people[who].get(path, params=parameters)

    async def report(self, key: str, body: object, **extra) -> httpx.Response:
        """Record as a service."""
        async with self.client(Authorization=f"Bearer {self.keys.get(key, key)}") as client:
            return await client.post("/api/activity", json=body, **extra)

    async def newest(self, where: Filter | None = None) -> Entry:
        """Return the latest entry, in full."""
        index = self.services.index
        page = await index.page(where or Filter(), Scope.everything(), limit=1)
        return await index.entry(page.items[0].id, Scope.everything())


@pytest.fixture(scope="module")
async def platform(
    shared_database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Platform]:
    """A platform that the tests of a module share."""
    folder: Path = tmp_path_factory.mktemp("platform")
    settings = load_settings(
        data=folder,
        database_pool=8,
        resource_types=["dns_zone"],
        super_admin_second_factor=False,
    )
    async with AsyncExitStack() as stack:
        services = await stack.enter_async_context(open_services(settings, shared_database_url))
        app = create_app(lambda: open_services(settings, shared_database_url))
        app.state.services = services
        platform = Platform(app, services, shared_database_url)
        await platform.furnish(stack)
        yield platform


def an_activity(**fields: object) -> dict[str, object]:
    """What a reporter sends."""
    return {
        "actor": {"id": "u-1", "email": "anna@acme.example"},
        "action": "update",
        "resource": {"type": "edge", "id": "e-1", "name": "berlin-1"},
        **fields,
    }

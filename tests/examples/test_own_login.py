"""The platform with a login of its own: its sessions are in the console, and end when revoked."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from indelible.asgi import Indelible
from indelible.capture import Principal
from indelible.config.settings import load_settings
from indelible.core.activity import Actor
from indelible.core.scope import Scope
from indelible.errors import Conflict, Forbidden, Invalid, NotSignedIn, SessionRevoked
from indelible.identity.access import Role
from indelible.identity.host import HostUser, user_id
from indelible.ledger.search import Filter
from own_login.app import create_app

pytestmark = pytest.mark.database

OLGA = {"email": "olga@own.example", "password": "olga signs in here"}
VITO = {"email": "vito@own.example", "password": "vito signs in here"}
TOKEN = "a token of the host that nobody guesses"
LONG = {"lifetime": timedelta(hours=8), "idle": timedelta(minutes=20)}


@pytest.fixture
async def app(database_url, tmp_path):
    app = create_app(load_settings(data=tmp_path, database_url=database_url, database_pool=6))
    async with app.router.lifespan_context(app):
        yield app


def browser(app) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, client=("203.0.113.9", 4000))
    return httpx.AsyncClient(transport=transport, base_url="http://localhost")


async def enter(client, who):
    answer = await client.post("/own/login", json=who)
    assert answer.status_code == 204, answer.text


async def test_the_way_around(app):
    """Signed in by the platform, one records, looks into the console, and is put out by it."""
    async with browser(app) as olga, browser(app) as vito:
        assert (await vito.post("/own/notes", json={"text": "nobody"})).status_code == 401
        await enter(olga, OLGA)
        await enter(vito, VITO)
        assert (await vito.post("/own/notes", json={"text": "Call Bo"})).status_code == 201
        said = (await olga.get("/api/auth/session")).json()
        assert said["user"]["name"] == "Olga Own"
        rows = (await olga.get("/api/activity", params={"resource_type": "note"})).json()["items"]
        names = [(row["actor"]["email"], row["resource"]["name"]) for row in rows]
        assert (VITO["email"], "Call Bo") in names
        sessions = (await olga.get("/api/sessions", params={"search": "vito"})).json()["items"]
        [row] = sessions
        assert (row["status"], row["client"]["ip"]) == ("active", "203.0.113.9")
        answer = await olga.post(
            f"/api/sessions/{row['id']}/revoke",
            json={"reason": "left the house"},
            headers={"X-CSRF-Token": said["csrf"]},
        )
        assert answer.status_code == 200, answer.text
        answer = await vito.post("/own/notes", json={"text": "Still here?"})
        assert answer.json()["type"] == "urn:indelible:problem:session-revoked"
        assert (await olga.post("/own/logout")).status_code == 204
        assert (await olga.get("/api/auth/session")).status_code == 401


async def test_only_who_it_is(database_url, tmp_path):
    """A host that registers no sessions says itself who is behind a request."""
    settings = load_settings(data=tmp_path, database_url=database_url, database_pool=6)
    audit = Indelible(settings, principal=lambda _: Principal(actor=Actor(id="u-9", name="Nine")))
    host = FastAPI(lifespan=audit.lifespan)

    @host.post("/things", status_code=204)
    async def make() -> None:
        """Make nothing."""

    audit.mount(host)
    async with host.router.lifespan_context(host), browser(host) as somebody:
        assert (await somebody.post("/things")).status_code == 204
        page = await audit.services.index.page(Filter(), Scope.everything())
        assert [row.actor.name for row in page.items] == ["Nine"]


async def test_what_is_the_hosts_stays_the_hosts(database_url, tmp_path):
    """Mounted, Indelible answers for its own paths alone; other refusals are the host's, as before."""
    audit = Indelible(load_settings(data=tmp_path, database_url=database_url, database_pool=6))
    host = FastAPI(lifespan=audit.lifespan)

    @host.post("/api/v1/things", status_code=204)
    async def make() -> None:
        """Make nothing."""

    audit.mount(host)
    async with host.router.lifespan_context(host), browser(host) as somebody:
        wrong = await somebody.get("/api/v1/things")
        assert (wrong.status_code, wrong.headers["allow"]) == (405, "POST")
        for path in ("/nowhere", "/api/v1/nowhere", "/api/nowhere"):
            missing = await somebody.get(path)
            assert (missing.status_code, missing.json()) == (404, {"detail": "Not Found"})
        assert (await somebody.get("/healthz")).status_code == 200
        assert (await somebody.get("/api/activity")).status_code == 401
        refused = await somebody.delete("/api/activity")
        assert refused.json()["type"] == "urn:indelible:problem:method-not-allowed"


async def test_who_is_known(app):
    """What the platform says of a user takes the place of what it said before; ids stay."""
    host, tenant = app.state.services.identity.host, app.state.tenant.id
    olga = HostUser(id="41", email="o@own.example", name="O", role=Role.VIEWER, tenant=tenant)
    await host.register(olga, token=TOKEN, **LONG)
    married = HostUser(id="41", email="p@own.example", name="P", role=Role.ADMIN, tenant=tenant)
    await host.register(married, token=TOKEN + "2", **LONG)
    for token in (TOKEN, TOKEN + "2"):
        principal = await host.check(token)
        assert (principal.actor.id, principal.actor.name) == (user_id("41"), "P")
        assert principal.role is Role.ADMIN
    other = HostUser(id="43", email="p@own.example", name="Q", role=Role.VIEWER, tenant=tenant)
    with pytest.raises(Conflict):
        await host.register(other, token=TOKEN + "3", **LONG)
    for wrong in ("short", ""):
        with pytest.raises(Invalid):
            await host.register(olga, token=wrong, **LONG)
    boss = HostUser(id="44", email="b@own.example", name="B", role=Role.SUPER_ADMIN, tenant=tenant)
    with pytest.raises(Invalid):
        await host.register(boss, token=TOKEN + "4", **LONG)


async def test_ends(app, database):
    """A session of the platform ends by its end, by revocation, and with its user."""
    host, tenant = app.state.services.identity.host, app.state.tenant.id
    user = HostUser(id="45", email="e@own.example", name="E", role=Role.VIEWER, tenant=tenant)
    await host.register(user, token=TOKEN, **LONG)
    assert await host.touch(TOKEN)
    await host.end(TOKEN)
    assert await host.check(TOKEN) is None
    with pytest.raises(NotSignedIn):
        await host.end(TOKEN)
    await host.register(user, token=TOKEN + "2", **LONG)
    await host.revoke(TOKEN + "2", by=Actor(id="security desk"), reason="stolen laptop")
    with pytest.raises(SessionRevoked):
        await host.check(TOKEN + "2")
    await host.register(user, token=TOKEN + "3", **LONG)
    async with database.begin() as connection:
        await connection.exec_driver_sql("UPDATE users SET disabled = true")
    assert await host.check(TOKEN + "3") is None
    with pytest.raises(Forbidden):
        await host.register(user, token=TOKEN + "4", **LONG)

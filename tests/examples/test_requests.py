"""What the platform's requests leave in the log."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import sqlalchemy as sa

from edge_platform.administrator import Account
from edge_platform.app import create_app
from edge_platform.demo import prepare
from edge_platform.device import Devices, DeviceServer
from indelible.config.settings import Settings
from indelible.core.activity import BUILT_IN_RESOURCE_TYPES, Action

pytestmark = pytest.mark.database

NORTHWIND, HELVETIA = "Northwind Logistics", "Helvetia Clinics"


class Person:
    """Somebody signed in, with the latest entry of what they may see at hand."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def __call__(self, method: str, path: str, body: Any = None) -> httpx.Response:
        return await self.http.request(method, f"/api/v1/{path}", json=body)

    async def made(self, path: str, body: Any) -> Any:
        """Create something and return it."""
        answer = await self("POST", path, body)
        assert answer.status_code in {201, 204}, answer.text
        return answer.json() if answer.content else None

    async def rows(self, **filters: str) -> list[Any]:
        answer = await self.http.get("/api/activity", params={"limit": "200", **filters})
        assert answer.status_code == 200, answer.text
        return list(answer.json()["items"])

    async def latest(self, **filters: str) -> Any:
        """Return the newest entry, with its details."""
        row = (await self.rows(**filters))[0]
        return (await self.http.get(f"/api/activity/{row['id']}")).json()


class House:
    """The running platform and its accounts."""

    def __init__(self, app: Any, accounts: list[Account]) -> None:
        self.app = app
        self.accounts = accounts

    async def sign_in(self, role: str, tenant: str | None = None) -> Person:
        account = next(a for a in self.accounts if (a.role, a.tenant) == (role, tenant))
        transport = httpx.ASGITransport(self.app, client=("127.0.0.1", 5000))
        http = httpx.AsyncClient(transport=transport, base_url="http://localhost")
        http.headers["X-Forwarded-For"] = "203.0.113.9"
        body = {"email": account.email, "password": account.password}
        answer = await http.post("/api/auth/sign-in", json=body)
        assert answer.status_code == 200, answer.text
        http.headers["X-CSRF-Token"] = answer.json()["csrf"]
        return Person(http)


@pytest.fixture(scope="module")
async def house(
    shared_database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[House]:
    """The platform on a database of its own, devices in this process."""
    data = tmp_path_factory.mktemp("platform")
    settings = Settings(
        data=data,
        database_url=shared_database_url,  # type: ignore[arg-type]  # pydantic reads a string
        trusted_proxies=["127.0.0.1/32"],
        super_admin_second_factor=False,
    )
    accounts = await prepare(settings, shared_database_url)
    async with await DeviceServer(data / "devices").start() as devices:
        app = create_app(
            shared_database_url, Devices(*devices.sockets[0].getsockname()), settings=settings
        )
        async with app.router.lifespan_context(app):
            yield House(app, accounts)


@pytest.fixture(scope="module")
async def admin(house: House) -> Person:
    """An Admin of Northwind."""
    return await house.sign_in("admin", NORTHWIND)


@pytest.fixture(scope="module")
async def super_admin(house: House) -> Person:
    """The Super Admin."""
    return await house.sign_in("super_admin")


async def an_edge(admin: Person) -> Any:
    return await admin.made("edges", {"name": f"edge-{uuid4().hex[:8]}", "site": "Frankfurt"})


async def an_interface(admin: Person, edge: Any) -> Any:
    last = uuid4().int
    address = f"10.77.{last % 250}.{last // 250 % 250 + 1}/16"
    body = {"name": "wg0", "edgeId": edge["id"], "address": address}
    return await admin.made("wireguard", body)


async def test_every_action_and_resource_type_comes_about(
    admin: Person, super_admin: Person
) -> None:
    """All eight actions and nine resource types are left by real requests, as successes."""
    template = await admin.made("config-templates", {"name": "t", "body": "host ${name}"})
    edge, other = await an_edge(admin), await an_edge(admin)
    left, right = await an_interface(admin, edge), await an_interface(admin, other)
    peers = {"leftId": left["id"], "rightId": right["id"]}
    await admin.made("peerings", {"name": "tunnel", **peers})
    rule = {"action": "deny", "source": "0.0.0.0/0", "destination": "0.0.0.0/0"}
    await admin.made("acls", {"name": "in", "edgeId": edge["id"], "rules": [rule]})
    body = {"name": "erp", "edgeId": edge["id"], "upstream": "erp.internal"}
    connector = await admin.made("connectors", body)
    user = await admin.made("users", {"name": "Aino Saar", "email": "aino@staff.example"})
    role = await admin.made("roles", {"name": "operator", "permissions": ["edges.read"]})
    for method, path, sent in (
        ("PUT", f"config-templates/{template['id']}", {"name": "t", "body": "name ${name}"}),
        ("POST", f"edges/{edge['id']}/sync", None),
        ("GET", "edges/export", None),
        ("POST", f"connectors/{connector['id']}/certificate/revoke", None),
        ("POST", f"users/{user['id']}/roles", {"id": role["id"]}),
        ("DELETE", f"users/{user['id']}/roles/{role['id']}", None),
        ("DELETE", f"roles/{role['id']}", None),
    ):
        assert (await admin(method, path, sent)).is_success, path
    await super_admin.made("tenants", {"name": "Coral Foods"})
    rows = await super_admin.rows(status="success")
    assert {row["action"] for row in rows} == {action.value for action in Action}
    assert {row["resource"]["type"] for row in rows} >= set(BUILT_IN_RESOURCE_TYPES)


async def test_a_private_key_is_shown_once_and_stored_nowhere(
    admin: Person, shared_database_url: str, house: House
) -> None:
    """The caller gets the key; the entry says [REDACTED]; the database holds it in no table."""
    interface = await an_interface(admin, await an_edge(admin))
    secret = interface["privateKey"]
    entry = await admin.latest(resource_type="wireguard")
    assert entry["resource"]["id"] == interface["id"]
    assert entry["payload"]["privateKey"] == "[REDACTED]"
    assert entry["payload"]["publicKey"] == interface["publicKey"]
    assert secret not in json.dumps(entry)
    again = (await admin("GET", f"wireguard/{interface['id']}")).json()
    assert "privateKey" not in again
    assert again["publicKey"] == interface["publicKey"]
    assert not await _found_in_database(shared_database_url, secret)
    assert await _found_in_database(shared_database_url, interface["publicKey"])


async def _found_in_database(url: str, text: str) -> bool:
    engine = sa.create_engine(url)
    with engine.connect() as db:
        tables = db.execute(
            sa.text(
                "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables "
                "WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
            )
        ).scalars()
        spelled = [text, text.encode().hex()]
        found = [
            table
            for table in tables.all()
            for spelling in spelled
            if db.execute(
                sa.text(f"SELECT 1 FROM {table} AS t WHERE position(:s in t::text) > 0 LIMIT 1"),
                {"s": spelling},
            ).first()
        ]
    engine.dispose()
    return bool(found)


async def test_an_assignment_names_what_was_given_and_to_whom(admin: Person) -> None:
    """The entry is about the role, its details name the holder; a group can hold a policy too."""
    group = await admin.made("groups", {"name": "night-shift"})
    policy = await admin.made(
        "policies", {"name": "freeze", "effect": "deny", "targets": ["edges"]}
    )
    assert (await admin("POST", f"groups/{group['id']}/policies", {"id": policy["id"]})).is_success
    entry = await admin.latest(action="assign")
    assert entry["resource"] == {"type": "policy", "id": policy["id"], "name": "freeze"}
    assert entry["payload"]["group"] == {"id": group["id"], "name": "night-shift"}
    path = f"groups/{group['id']}/policies/{policy['id']}"
    assert (await admin("DELETE", path)).status_code == 204
    assert (await admin.latest(action="unassign"))["resource"]["name"] == "freeze"
    assert (await admin("DELETE", path)).status_code == 404


async def test_a_sync_tells_what_changed_on_the_device(admin: Person) -> None:
    """The first sync adds lines, the next one after a change removes and adds, a third nothing."""
    edge = await an_edge(admin)
    path = f"edges/{edge['id']}"
    assert (await admin("POST", f"{path}/sync")).json()["removed"] == 0
    moved = {"name": edge["name"], "site": "Berlin"}
    assert (await admin("PUT", path, moved)).is_success
    updated = await admin.latest(action="update", resource=edge["id"])
    assert updated["changes"] == {"site": {"before": "Frankfurt", "after": "Berlin"}}
    assert (await admin("POST", f"{path}/sync")).is_success
    entry = await admin.latest(action="sync")
    assert entry["payload"]["linesRemoved"] == ['location "Frankfurt"']
    assert entry["payload"]["linesAdded"] == ['location "Berlin"']
    assert set(entry["changes"]) == {"configuration"}
    assert (await admin("POST", f"{path}/sync")).json()["added"] == 0


async def test_a_device_that_is_away_makes_a_failed_sync(admin: Person, house: House) -> None:
    """502 to the caller, a failure in the log, and no change is claimed."""
    edge = await an_edge(admin)
    here, house.app.state.devices = house.app.state.devices, Devices("127.0.0.1", 9)
    try:
        assert (await admin("POST", f"edges/{edge['id']}/sync")).status_code == 502
    finally:
        house.app.state.devices = here
    entry = await admin.latest(action="sync")
    assert (entry["status"], entry["request"]["status"]) == ("failure", 502)
    assert entry["resource"]["name"] == edge["name"]
    assert not entry.get("changes")


async def test_a_viewer_reads_and_is_refused_every_change(admin: Person, house: House) -> None:
    """A Viewer gets the list, 403 on a change, and the refusal is an entry under their name."""
    edge = await an_edge(admin)
    viewer = await house.sign_in("viewer", NORTHWIND)
    assert (await viewer("GET", "edges")).is_success
    assert (await viewer("DELETE", f"edges/{edge['id']}")).status_code == 403
    entry = await admin.latest(action="delete", status="failure")
    assert entry["actor"]["email"].startswith("femi.adeyemi@")
    assert (entry["resource"]["id"], entry["request"]["status"]) == (edge["id"], 403)
    assert (await admin("POST", "tenants", {"name": "Mine"})).status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "edges", {"name": "No Spaces", "site": "x"}, 422),
        ("POST", "edges", {"name": "a", "site": "=cmd()"}, 422),
        ("POST", "config-templates", {"name": "bad", "body": "${nmae}"}, 422),
        ("POST", f"edges/{uuid4()}/sync", None, 404),
        ("DELETE", f"roles/{uuid4()}", None, 404),
        (
            "POST",
            "wireguard",
            {"name": "wg0", "edgeId": str(uuid4()), "address": "10.0.0.1/8"},
            409,
        ),
    ],
)
async def test_what_is_refused_is_recorded_as_a_failure(
    admin: Person, method: str, path: str, body: Any, status: int
) -> None:
    """Invalid input, absent things and conflicts are entries with their status code."""
    answer = await admin(method, path, body)
    assert answer.status_code == status, answer.text
    entry = (await admin.rows())[0]
    assert (entry["status"], entry["request"]["status"]) == ("failure", status)
    assert entry["request"]["method"] == method


async def test_a_name_is_taken_once_and_nothing_used_can_be_deleted(admin: Person) -> None:
    """A second edge of the same name and the deletion of an edge in use are conflicts."""
    edge = await an_edge(admin)
    await an_interface(admin, edge)
    same = {"name": edge["name"], "site": "Elsewhere"}
    assert (await admin("POST", "edges", same)).status_code == 409
    assert (await admin("DELETE", f"edges/{edge['id']}")).status_code == 409
    entry = await admin.latest(action="delete")
    assert entry["status"] == "failure"
    assert not entry.get("changes")


async def test_nothing_of_another_tenant_can_be_seen_or_touched(
    admin: Person, house: House
) -> None:
    """Another tenant's edge answers as an absent one, and can't be referred to."""
    edge = await an_edge(admin)
    stranger = await house.sign_in("admin", HELVETIA)
    for method in ("GET", "DELETE"):
        assert (await stranger(method, f"edges/{edge['id']}")).status_code == 404
    body = {"name": "wg0", "edgeId": edge["id"], "address": "10.77.0.1/16"}
    assert (await stranger("POST", "wireguard", body)).status_code == 409
    assert (await stranger("GET", f"edges?tenant={edge['tenant']}")).status_code == 404
    assert edge["id"] not in (await stranger("GET", "edges")).text
    assert all(row["tenant"] != edge["tenant"] for row in await stranger.rows())


async def test_a_super_admins_work_stands_in_the_tenants_log(
    admin: Person, super_admin: Person
) -> None:
    """What a Super Admin does to a tenant's edge is in that tenant's log, under their name."""
    edge = await an_edge(admin)
    assert (await super_admin("POST", f"edges/{edge['id']}/sync")).is_success
    entry = await admin.latest(action="sync")
    assert (entry["tenant"], entry["resource"]["id"]) == (edge["tenant"], edge["id"])
    assert entry["actor"]["email"].startswith("ada.lindholm@")
    lone = {"name": "no-tenant", "site": "x"}
    assert (await super_admin("POST", "edges", lone)).status_code == 422


async def test_a_sign_in_is_one_entry(super_admin: Person, house: House) -> None:
    """What Indelible's own routes record is not recorded again by the middleware around them."""
    me = (await super_admin.http.get("/api/auth/session")).json()["user"]["id"]
    before = len(await super_admin.rows(user=me))
    someone = await house.sign_in("super_admin")
    await someone.http.post("/api/auth/sign-out")
    rows = await super_admin.rows(user=me)
    assert [row["action"] for row in rows[: len(rows) - before]] == ["delete", "create"]


async def test_the_client_is_the_one_in_front_of_the_proxy(admin: Person) -> None:
    """The address comes from X-Forwarded-For of the trusted proxy, and stands in the entry."""
    await an_edge(admin)
    assert (await admin.latest())["client"]["ip"] == "203.0.113.9"


def test_the_accounts_are_what_the_page_promises(house: House, tmp_path: Path) -> None:
    """One Super Admin, an Admin and a Viewer in each of two tenants, long random passwords."""
    seats = {(account.role, account.tenant) for account in house.accounts}
    assert ("super_admin", None) in seats
    for tenant in (NORTHWIND, HELVETIA):
        assert {("admin", tenant), ("viewer", tenant)} <= seats
    passwords = [account.password for account in house.accounts]
    assert len(set(passwords)) == len(passwords)
    assert min(map(len, passwords)) >= 20

"""Tenants over HTTP: added, renamed, disabled, their sessions revoked; for Super Admins alone."""

from __future__ import annotations

import uuid

import pytest

from indelible.core.activity import Action
from indelible.ledger.search import Filter

pytestmark = pytest.mark.database


async def added(platform, name=None):
    """Add a tenant with a user who is signed in; return its id and the user's browser."""
    said = {"name": name or f"Tenant {uuid.uuid4().hex[:8]}"}
    answer = await platform.people["root"].post("/api/tenants", json=said)
    assert answer.status_code == 201, answer.text
    tenant = answer.json()["tenant"]
    platform.tenants[tenant["name"]] = tenant["id"]
    browser = platform.client()
    await platform.joins(browser, tenant["name"])
    return tenant, browser


async def root(platform, method, path, **body):
    answer = await platform.people["root"].request(method, path, json=body)
    assert answer.is_success, answer.text
    return answer.json()


async def row_of(platform, id_):
    items = (await platform.get("root", "/api/tenants")).json()["items"]
    return next(each for each in items if each["id"] == id_)


async def test_add(platform):
    """A new tenant is listed with what it has, and its log begins with itself."""
    tenant, _ = await added(platform)
    row = await row_of(platform, tenant["id"])
    assert (row["disabled"], row["users"], row["activeSessions"]) == (False, 1, 1)
    page = await platform.services.index.page(Filter(tenant=tenant["id"]), platform.everything)
    first = page.items[-1]
    assert (first.seq, first.action, first.resource.id) == (0, Action.CREATE, tenant["id"])


@pytest.mark.parametrize(("name", "status"), [("", 422), ("x" * 101, 422), ("ACME", 409)])
async def test_names(platform, name, status):
    """A name is a line that no other tenant has, in whatever case."""
    for method, path in (("POST", "/api/tenants"), ("PATCH", None)):
        target = path or f"/api/tenants/{platform.tenants['bolt']}"
        answer = await platform.people["root"].request(method, target, json={"name": name})
        assert (answer.status_code, answer.json()["field"]) == (status, "name")


async def test_rename(platform):
    """A tenant gets another name, and the entry says which one it had."""
    tenant, _ = await added(platform)
    name = f"Renamed {uuid.uuid4().hex[:8]}"
    said = await root(platform, "PATCH", f"/api/tenants/{tenant['id']}", name=name)
    assert said["tenant"]["name"] == name
    assert len(said["receipts"]) == 1
    assert (await root(platform, "PATCH", f"/api/tenants/{tenant['id']}", name=name))[
        "receipts"
    ] == []
    entry = await platform.newest(Filter(tenant=tenant["id"]))
    assert entry.changes == {"name": {"before": tenant["name"], "after": name}}


async def test_disable(platform):
    """Disabled, none of its people is let in; enabled, they sign in anew, and nothing revives."""
    tenant, browser = await added(platform)
    path = f"/api/tenants/{tenant['id']}"
    said = await root(platform, "POST", f"{path}/disable")
    assert (said["tenant"]["disabled"], said["tenant"]["activeSessions"]) == (True, 0)
    assert (await browser.get("/api/auth/session")).status_code == 401
    entry = await platform.newest(Filter(tenant=tenant["id"]))
    assert entry.payload == {"sessionsEnded": 1}
    user = (await platform.get("root", "/api/users", tenant=tenant["id"])).json()["items"][0]
    with pytest.raises(AssertionError, match="401"):
        await platform.enter(browser, user["email"])
    assert (await root(platform, "POST", f"{path}/disable"))["receipts"] == []
    await root(platform, "POST", f"{path}/enable")
    assert (await browser.get("/api/auth/session")).status_code == 401
    await platform.enter(browser, user["email"])
    assert (await row_of(platform, tenant["id"]))["activeSessions"] == 1


async def test_revoke_all(platform):
    """All sessions of a tenant's people end together, each with its entry, and no other's."""
    tenant, browser = await added(platform)
    async with platform.client() as other:
        await platform.joins(other, tenant["name"])
        path = f"/api/tenants/{tenant['id']}/sessions/revoke"
        said = await root(platform, "POST", path, reason="keys were stolen")
        assert (said["revoked"], len(said["receipts"])) == (2, 2)
        for each in (browser, other):
            answer = await each.get("/api/auth/session")
            assert answer.json()["type"] == "urn:indelible:problem:session-revoked"
        assert (await platform.get("acme.admin", "/api/auth/session")).is_success
        again = await root(platform, "POST", path, reason="keys were stolen")
        assert again == {"revoked": 0, "receipts": []}
    gone = f"/api/tenants/{uuid.uuid4()}"
    for path in (f"{gone}/sessions/revoke", f"{gone}/disable", "/api/tenants/x/enable"):
        answer = await platform.people["root"].post(path, json={"reason": "nothing there"})
        assert answer.status_code == 404

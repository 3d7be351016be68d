"""Users and roles over HTTP: who sees whom, who changes whom, and what the log says of it."""

from __future__ import annotations

import uuid

import pytest

from indelible.core.activity import Action
from indelible.ledger.search import Filter
from tests.web.conftest import PASSWORD

pytestmark = pytest.mark.database

STALE = "UPDATE sessions SET proved_at = proved_at - interval '11 minutes'"


async def invited(platform, who="root", *, role="viewer", tenant="acme", **said):
    """Invite somebody new, and return the answer."""
    email = f"{uuid.uuid4().hex[:12]}@new.test"
    body = {"email": email, "name": "New Person", "role": role, **said}
    if tenant is not None:
        body["tenant"] = platform.tenants[tenant]
    answer = await platform.people[who].post("/api/users", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def act(platform, who, path, method="POST", **body):
    return await platform.people[who].request(method, path, json=body)


async def entries(platform, user):
    """Return the entries about a user, newest first, as (action, resource, payload, changes)."""
    index, scope = platform.services.index, platform.everything
    page = await index.page(Filter(resource=user), scope)
    return [await index.entry(row.id, scope) for row in page.items]


async def test_invite(platform):
    """An invitation is an account without a password, a link, and two entries."""
    said = await invited(platform)
    user, link = said["user"], said["link"]
    assert user["status"] == "invited"
    assert user["tenant"] == {"id": platform.tenants["acme"], "name": "acme"}
    assert (user["lastSignInAt"], user["secondFactor"], user["activeSessions"]) == (None, False, 0)
    assert link["url"].startswith("/admin/welcome#")
    assert len(said["receipts"]) == 2
    [created] = await entries(platform, user["id"])
    assert created.action is Action.CREATE
    assert created.tenant == platform.tenants["acme"]
    assert link["url"].split("#")[1] not in str(created.payload)
    newest = await platform.newest(Filter(resource_type="role", tenant=platform.tenants["acme"]))
    assert (newest.action, newest.resource.id) == (Action.ASSIGN, "viewer")
    assert newest.payload["user"] == user["id"]


async def test_list(platform):
    """Users are found by address, name, tenant, role and status; a page names its place."""
    user = (await invited(platform, name="Zoë Quist"))["user"]
    for query, there in (
        ({"search": user["email"].upper()}, True),
        ({"search": "oë qu"}, True),
        ({"search": user["email"], "status": "invited"}, True),
        ({"search": user["email"], "status": "active"}, False),
        ({"search": user["email"], "role": "viewer"}, True),
        ({"search": user["email"], "role": "admin"}, False),
        ({"search": user["email"], "tenant": platform.tenants["bolt"]}, False),
    ):
        page = (await platform.get("root", "/api/users", **query)).json()
        assert (user["id"] in [each["id"] for each in page["items"]]) == there, query
        assert page["total"] == len(page["items"])
    first = (await platform.get("root", "/api/users", limit=2)).json()
    second = (await platform.get("root", "/api/users", limit=2, cursor=first["next"])).json()
    assert second["position"] == 2
    back = await platform.get("root", "/api/users", limit=2, cursor=second["previous"])
    assert back.json()["items"] == first["items"]
    assert (await platform.get("root", f"/api/users/{user['id']}")).json() == user


async def test_an_admin_sees_its_own(platform):
    """An Admin sees its tenant's users, no Super Admin, and no other tenant."""
    page = (await platform.get("acme.admin", "/api/users", limit=200)).json()
    assert {each["tenant"]["id"] for each in page["items"]} == {platform.tenants["acme"]}
    roles = (await platform.get("acme.admin", "/api/roles")).json()["items"]
    assert [each["id"] for each in roles] == ["admin", "viewer"]
    assert sum(each["users"] for each in roles) == page["total"]
    everybody = (await platform.get("root", "/api/roles")).json()["items"]
    assert [each["id"] for each in everybody] == ["super_admin", "admin", "viewer"]


async def test_an_admin_invites_into_its_own(platform):
    """An Admin invites up to Admin, into its own tenant alone; elsewhere there is no tenant."""
    said = await invited(platform, "acme.admin", role="admin", tenant=None)
    assert said["user"]["tenant"]["id"] == platform.tenants["acme"]
    person = {"email": "x@new.test", "name": "X"}
    for body, status in (
        ({"role": "super_admin"}, 403),
        ({"role": "viewer", "tenant": platform.tenants["bolt"]}, 404),
        ({"role": "viewer", "tenant": str(uuid.uuid4())}, 404),
        ({"role": "viewer", "tenant": "nonsense"}, 404),
    ):
        answer = await act(platform, "acme.admin", "/api/users", **person, **body)
        assert answer.status_code == status, answer.text


async def test_a_taken_address(platform):
    """An address has one account, whoever asks for a second one."""
    user = (await invited(platform))["user"]
    body = {"email": user["email"], "name": "Y", "role": "viewer"}
    answer = await act(platform, "acme.admin", "/api/users", **body)
    assert (answer.status_code, answer.json()["field"]) == (409, "email")


async def test_another_name(platform):
    """A name is changed with what it was before; the same name again is no entry."""
    user = (await invited(platform))["user"]
    path = f"/api/users/{user['id']}"
    answer = await act(platform, "acme.admin", path, "PATCH", name=" Ann  Other ")
    assert answer.json()["user"]["name"] == "Ann Other"
    again = await act(platform, "acme.admin", path, "PATCH", name="Ann Other")
    assert again.json()["receipts"] == []
    newest = (await entries(platform, user["id"]))[0]
    assert newest.changes == {"name": {"before": "New Person", "after": "Ann Other"}}


async def test_disable_ends_sessions(platform):
    """Disabling ends what there is at once, tells how many, and enabling revives nothing."""
    async with platform.client() as client:
        user = await platform.joins(client, "acme")
        path = f"/api/users/{user}"
        answer = await act(platform, "acme.admin", f"{path}/disable", reason="left the house")
        assert answer.status_code == 200, answer.text
        assert answer.json()["user"]["status"] == "disabled"
        assert (await client.get("/api/auth/session")).status_code == 401
        newest = (await entries(platform, user))[0]
        assert newest.payload == {"sessionsEnded": 1, "reason": "left the house"}
        assert newest.changes == {"disabled": {"before": False, "after": True}}
        answer = await act(platform, "acme.admin", f"{path}/enable")
        assert answer.json()["user"]["status"] == "active"
        assert (await client.get("/api/auth/session")).status_code == 401
        sessions = (await platform.get("root", "/api/sessions", user=user)).json()["items"]
        assert [each["status"] for each in sessions] == ["ended"]


async def test_another_role_ends_sessions(platform):
    """Another role is an unassign and an assign, and whoever was signed in signs in anew."""
    async with platform.client() as client:
        user = await platform.joins(client, "acme")
        answer = await act(platform, "acme.admin", f"/api/users/{user}", "PATCH", role="admin")
        assert len(answer.json()["receipts"]) == 2
        assert (await client.get("/api/auth/session")).status_code == 401
    index, scope = platform.services.index, platform.everything
    page = await index.page(Filter(resource_type="role"), scope, limit=2)
    assigned, unassigned = [await index.entry(row.id, scope) for row in page.items]
    assert [
        (assigned.action, assigned.resource.id),
        (unassigned.action, unassigned.resource.id),
    ] == [
        (Action.ASSIGN, "admin"),
        (Action.UNASSIGN, "viewer"),
    ]
    assert unassigned.payload["sessionsEnded"] == 1


async def test_nobody_takes_rights_from_themselves(platform):
    """One's own role and account are somebody else's business."""
    for who in ("root", "acme.admin"):
        me = (await platform.get(who, "/api/auth/session")).json()["user"]["id"]
        for path, method, body in (
            (f"/api/users/{me}", "PATCH", {"role": "viewer"}),
            (f"/api/users/{me}/disable", "POST", {}),
            (f"/api/users/{me}/second-factor/remove", "POST", {}),
        ):
            answer = await act(platform, who, path, method, **body)
            assert answer.status_code == 409, answer.text


async def test_links(platform):
    """An invitation is for who has no password, a reset for who has one."""
    user = (await invited(platform))["user"]["id"]
    path = f"/api/users/{user}"
    again = await act(platform, "acme.admin", f"{path}/invitation")
    assert again.json()["link"]["url"].startswith("/admin/welcome#")
    assert (await act(platform, "acme.admin", f"{path}/password-reset")).status_code == 409
    async with platform.client() as client:
        joined = await platform.joins(client, "acme")
    path = f"/api/users/{joined}"
    assert (await act(platform, "acme.admin", f"{path}/password-reset")).status_code == 200
    assert (await act(platform, "acme.admin", f"{path}/invitation")).status_code == 409


async def test_step_up(platform):
    """Every change asks for a fresh proof of who makes it, and none is made without."""
    user = (await invited(platform))["user"]["id"]
    async with platform.client() as client:
        await platform.enter(client, "acme.admin@platform.test")
        me = (await client.get("/api/auth/session")).json()["session"]["id"]
        await platform.sql(f"{STALE} WHERE id = '{me}'")
        for path, method, body in (
            ("/api/users", "POST", {"email": "s@new.test", "name": "S", "role": "viewer"}),
            (f"/api/users/{user}", "PATCH", {"name": "Other"}),
            (f"/api/users/{user}/disable", "POST", {}),
            (f"/api/users/{user}/invitation", "POST", {}),
        ):
            answer = await client.request(method, path, json=body)
            assert answer.json()["type"] == "urn:indelible:problem:step-up-required", path
        assert (await client.post("/api/auth/step-up", json={"password": PASSWORD})).is_success
        assert (await client.patch(f"/api/users/{user}", json={"name": "Other"})).is_success

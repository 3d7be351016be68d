"""Login sessions over HTTP: who sees them, and who puts out whom."""

from __future__ import annotations

import uuid

import pytest

from indelible.core.activity import Action
from tests.web.conftest import PASSWORD, Platform

pytestmark = pytest.mark.database

REASON = {"reason": "Left the company"}


async def enter(platform: Platform, name: str, agent: str = "Test/1") -> tuple[object, str]:
    """Sign somebody in once more; return the browser and the session's id."""
    browser = platform.client(**{"User-Agent": agent})
    answer = await browser.post(
        "/api/auth/sign-in", json={"email": f"{name}@platform.test", "password": PASSWORD}
    )
    assert answer.status_code == 200, answer.text
    browser.headers["X-CSRF-Token"] = answer.json()["csrf"]
    return browser, answer.json()["session"]["id"]


async def rows(platform: Platform, who: str, **asked: object) -> list[dict]:
    """Return the rows of the first page."""
    answer = await platform.get(who, "/api/sessions", limit=200, **asked)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def user_id(platform: Platform, name: str) -> str:
    """Return the id of a user."""
    return (await rows(platform, "root", search=f"{name}@"))[0]["user"]["id"]


@pytest.mark.parametrize(
    ("who", "status"),
    [("root", 200), ("acme.admin", 200), ("acme.viewer", 403), ("nobody", 401)],
)
async def test_who_may(platform: Platform, who: str, status: int) -> None:
    """Super Admins and Admins list sessions and may revoke; Viewers and strangers may neither."""
    assert (await platform.get(who, "/api/sessions")).status_code == status
    absent = {200: 404}.get(status, status)
    for path in ("sessions/{}/revoke", "users/{}/sessions/revoke"):
        for id_ in (uuid.uuid4(), "x"):
            answer = await platform.people[who].post(f"/api/{path.format(id_)}", json=REASON)
            assert answer.status_code == absent


async def test_a_row(platform: Platform) -> None:
    """A row says whose session it is, from where, until when, and whether it is this one."""
    _, id_ = await enter(platform, "acme.viewer", "Mozilla/5.0 Probe")
    [row] = await rows(platform, "acme.admin", search="pRoBe", status="active")
    assert row["id"] == id_
    assert row["tenant"] == {"id": platform.tenants["acme"], "name": "acme"}
    assert (row["user"]["email"], row["user"]["role"]) == ("acme.viewer@platform.test", "viewer")
    assert row["client"] == {"ip": "203.0.113.7", "userAgent": "Mozilla/5.0 Probe"}
    assert row["createdAt"] <= row["lastActivityAt"] < row["idleExpiresAt"] < row["expiresAt"]
    assert (row["status"], row["current"]) == ("active", False)
    assert (row["revoked"], row["endedAt"]) == (None, None)
    [mine] = [row for row in await rows(platform, "acme.admin") if row["current"]]
    assert mine["user"]["email"] == "acme.admin@platform.test"


async def test_own_tenant_only(platform: Platform) -> None:
    """An Admin sees its own tenant's sessions, whatever it asks for; a Super Admin sees all."""
    acme, bolt = platform.tenants["acme"], platform.tenants["bolt"]
    seen = await rows(platform, "acme.admin")
    assert {row["tenant"]["id"] for row in seen} == {acme}
    assert await rows(platform, "acme.admin", tenant=bolt) == []
    assert await rows(platform, "acme.admin", search="bolt") == []
    foreign = await user_id(platform, "bolt.admin")
    assert await rows(platform, "acme.admin", user=foreign) == []
    everywhere = {row["tenant"] and row["tenant"]["id"] for row in await rows(platform, "root")}
    assert everywhere == {None, acme, bolt}
    assert {row["tenant"]["id"] for row in await rows(platform, "root", tenant=bolt)} == {bolt}


async def test_strict(platform: Platform) -> None:
    """What is not understood is refused with the parameter's name, never ignored."""
    for name, value in (
        ("state", "active"),
        ("status", "alive"),
        ("tenant", "acme"),
        ("user", "anna"),
        ("limit", "0"),
        ("cursor", "eA=="),
        ("search", "x" * 201),
    ):
        answer = await platform.get("root", "/api/sessions", **{name: value})
        assert (answer.status_code, answer.json()["field"]) == (422, name)


async def test_foreign_is_absent(platform: Platform) -> None:
    """A session or user of another tenant is answered exactly as one that does not exist."""
    foreign = (await rows(platform, "root", tenant=platform.tenants["bolt"]))[0]
    for path, id_ in (
        ("/api/sessions/{}/revoke", foreign["id"]),
        ("/api/users/{}/sessions/revoke", foreign["user"]["id"]),
    ):
        answers = [
            await platform.people["acme.admin"].post(path.format(each), json=REASON)
            for each in (id_, uuid.uuid4(), "nonsense")
        ]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.text for answer in answers}) == 1
    assert (await rows(platform, "root", user=foreign["user"]["id"]))[0]["status"] == "active"


async def test_revoke(platform: Platform) -> None:
    """Revoked, a session is refused at its next request, in words; the entry says by whom and why."""
    browser, id_ = await enter(platform, "acme.viewer")
    admin = platform.people["acme.admin"]
    answer = await admin.post(f"/api/sessions/{id_}/revoke", json={"reason": "  Lost \n laptop "})
    assert answer.status_code == 200, answer.text
    session, receipt = answer.json()["session"], answer.json()["receipt"]
    assert (session["id"], session["status"]) == (id_, "revoked")
    assert session["revoked"]["reason"] == "Lost laptop"
    assert session["revoked"]["by"]["email"] == "acme.admin@platform.test"
    assert session["revoked"]["at"] == session["endedAt"]
    for _ in range(2):
        refused = await browser.get("/api/auth/session")
        assert refused.status_code == 401
        assert refused.json()["type"] == "urn:indelible:problem:session-revoked"
        assert "revoked" in refused.json()["detail"]
    entry = await platform.newest()
    assert entry.id == receipt["id"]
    assert (entry.action, entry.resource.type, entry.resource.id) == (Action.REVOKE, "session", id_)
    assert entry.tenant == platform.tenants["acme"]
    assert entry.payload["reason"] == "Lost laptop"
    assert entry.changes == {"status": {"before": "active", "after": "revoked"}}
    again = await admin.post(f"/api/sessions/{id_}/revoke", json=REASON)
    assert again.status_code == 409
    assert (await platform.newest()).id == receipt["id"]


async def test_in_the_tenants_log(platform: Platform) -> None:
    """What a Super Admin revokes stands in the log of the tenant, whose Admin can read it."""
    _, id_ = await enter(platform, "acme.viewer")
    answer = await platform.people["root"].post(f"/api/sessions/{id_}/revoke", json=REASON)
    entry = await platform.get("acme.admin", f"/api/activity/{answer.json()['receipt']['id']}")
    assert entry.status_code == 200
    assert entry.json()["actor"]["email"] == "root@platform.test"


@pytest.mark.parametrize("reason", ["", "no", "  x  ", "x" * 501, "a\u202eb\u202ec", None, 7])
async def test_reasons(platform: Platform, reason: object) -> None:
    """Without a reason that people can read nothing is revoked."""
    browser, id_ = await enter(platform, "acme.viewer")
    answer = await platform.people["root"].post(
        f"/api/sessions/{id_}/revoke", json={"reason": reason}
    )
    assert (answer.status_code, answer.json()["field"]) == (422, "reason")
    assert (await browser.get("/api/auth/session")).status_code == 200


async def test_all_of_a_user(platform: Platform) -> None:
    """All active sessions of a user end in one go, an entry each, and nobody else's."""
    browsers = [(await enter(platform, "bolt.viewer"))[0] for _ in range(3)]
    user = await user_id(platform, "bolt.viewer")
    active = await rows(platform, "root", user=user, status="active")
    path = f"/api/users/{user}/sessions/revoke"
    answer = await platform.people["bolt.admin"].post(path, json=REASON)
    assert answer.status_code == 200, answer.text
    assert answer.json()["revoked"] == len(answer.json()["receipts"]) == len(active) >= 3
    assert {(await browser.get("/api/auth/session")).status_code for browser in browsers} == {401}
    assert (await platform.get("bolt.admin", "/api/auth/session")).status_code == 200
    told = await rows(platform, "bolt.admin", user=user)
    assert {row["revoked"]["reason"] for row in told} == {REASON["reason"]}
    nothing = await platform.people["bolt.admin"].post(path, json=REASON)
    assert nothing.json() == {"revoked": 0, "receipts": []}


async def test_changes_need_a_page_of_ours(platform: Platform) -> None:
    """Without the session's CSRF token nobody is put out."""
    browser, id_ = await enter(platform, "acme.admin")
    del browser.headers["X-CSRF-Token"]
    answer = await browser.post(f"/api/sessions/{id_}/revoke", json=REASON)
    assert answer.status_code == 403
    assert (await browser.get("/api/auth/session")).status_code == 200


async def test_signed_out_is_ended(platform: Platform) -> None:
    """A session that was signed out has ended, and says when; it was not revoked."""
    browser, id_ = await enter(platform, "acme.viewer", "Gone/1")
    await browser.post("/api/auth/sign-out")
    [row] = await rows(platform, "acme.admin", search="gone/1")
    assert (row["id"], row["status"], row["revoked"]) == (id_, "ended", None)
    assert row["endedAt"] is not None
    assert (await browser.get("/api/auth/session")).json()["type"].endswith("not-signed-in")

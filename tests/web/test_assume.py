"""Assumed identity over HTTP: who may, for how long, what is refused, and what the log says."""

from __future__ import annotations

import csv
import io
import uuid
import zipfile

import pytest

from indelible.core.activity import Action
from indelible.ledger.search import Filter
from tests.web.conftest import PASSWORD

pytestmark = pytest.mark.database

WHY = "Ticket 4711: the export fails"


@pytest.fixture
async def root(platform):
    """A Super Admin with a browser of their own."""
    async with platform.client() as client:
        await platform.enter(client, "root@platform.test")
        yield client


async def assume(platform, client, who="acme.admin", reason=WHY):
    """Act as somebody, and return the answer; the browser goes on as them."""
    user = (await platform.get(who, "/api/auth/session")).json()["user"]["id"]
    answer = await client.post("/api/assume", json={"user": user, "reason": reason})
    if answer.is_success:
        client.headers["X-CSRF-Token"] = answer.json()["csrf"]
    return answer


async def stop(client):
    answer = await client.post("/api/assume/stop", json={})
    client.headers["X-CSRF-Token"] = answer.json()["csrf"]
    return answer


async def test_the_round(platform, root):
    """One acts as the user with the user's rights, and stopping is a fresh session of one's own."""
    own = (await root.get("/api/auth/session")).json()
    old_cookie = root.cookies["indelible"]
    session = (await assume(platform, root)).json()
    assert session["user"]["email"] == "acme.admin@platform.test"
    assert session["assumedBy"]["email"] == "root@platform.test"
    assert session["assumption"]["reason"] == WHY
    assert session["assumption"]["until"] == session["session"]["expiresAt"]
    assert "users.change" not in session["permissions"]
    assert "activity.read" in session["permissions"]
    tenants = {row["tenant"] for row in (await root.get("/api/activity")).json()["items"]}
    assert tenants == {platform.tenants["acme"]}
    assumed_cookie = root.cookies["indelible"]
    back = (await stop(root)).json()
    assert (back["user"], back["assumedBy"]) == (own["user"], None)
    assert back["session"]["id"] not in {own["session"]["id"], session["session"]["id"]}
    assert back["session"]["expiresAt"] == own["session"]["expiresAt"]
    assert "identity.assume" in back["permissions"]
    for stale in (old_cookie, assumed_cookie):
        async with platform.client(Cookie=f"indelible={stale}") as client:
            assert (await client.get("/api/auth/session")).status_code == 401


async def test_what_the_log_says(platform, root):
    """Start, stop and what happens between are entries of the tenant's log that name both."""
    session = (await assume(platform, root)).json()
    await stop(root)
    acme = platform.tenants["acme"]
    where = Filter(tenant=acme, session=session["session"]["id"])
    page = await platform.services.index.page(where, platform.everything)
    stopped, started = [
        await platform.services.index.entry(row.id, platform.everything) for row in page.items
    ]
    assert (started.action, stopped.action) == (Action.CREATE, Action.DELETE)
    for entry in (started, stopped):
        assert entry.resource.id == session["session"]["id"]
        assert entry.actor.email == "acme.admin@platform.test"
        assert entry.assumed_by.email == "root@platform.test"
        assert entry.payload["assumption"] is True
        assert entry.payload["reason"] == WHY
        assert entry.payload["assumedBy"]["email"] == "root@platform.test"


async def test_it_is_found(platform, root):
    """The tenant's Admin finds it by either identity and by the filter, in page and histogram."""
    session = (await assume(platform, root)).json()["session"]["id"]
    await stop(root)
    for query in ({"assumed": "true"}, {"search": "root@platform"}, {"search": "acme.admin@"}):
        page = (await platform.get("acme.admin", "/api/activity", session=session, **query)).json()
        assert page["total"] == 2, query
    page = await platform.get("acme.admin", "/api/activity", session=session, assumed="false")
    assert page.json()["total"] == 0
    histogram = await platform.get(
        "acme.admin", "/api/activity/histogram", session=session, assumed="true"
    )
    assert sum(bucket["success"] for bucket in histogram.json()["buckets"]) == 2
    wrong = await platform.get("acme.admin", "/api/activity", assumed="yes")
    assert (wrong.status_code, wrong.json()["field"]) == (422, "assumed")


async def test_the_sessions_tab_marks_it(platform, root):
    """The user's Admin sees who acts as whom, and why."""
    session = (await assume(platform, root)).json()["session"]["id"]
    rows = (await platform.get("acme.admin", "/api/sessions")).json()["items"]
    row = next(each for each in rows if each["id"] == session)
    assert row["assumedBy"]["email"] == "root@platform.test"
    assert (row["assumedReason"], row["status"]) == (WHY, "active")
    archive = await platform.get("acme.admin", "/api/sessions/export", status="active")
    with zipfile.ZipFile(io.BytesIO(archive.content)) as files:
        [table] = [files.read(name).decode("utf-8-sig") for name in files.namelist()]
    cells = next(each for each in csv.DictReader(table.splitlines()) if each["Session"] == session)
    assert (cells["Assumed by"], cells["Assumed because"]) == ("root@platform.test", WHY)
    await stop(root)
    rows = (await platform.get("acme.admin", "/api/sessions", status="ended")).json()["items"]
    assert session in {each["id"] for each in rows}


async def test_who_may(platform):
    """Only Super Admins; nobody acts as a Super Admin, or as somebody absent or disabled."""
    me = (await platform.get("acme.viewer", "/api/auth/session")).json()["user"]["id"]
    for who in ("acme.admin", "acme.viewer"):
        answer = await platform.people[who].post("/api/assume", json={"user": me, "reason": WHY})
        assert answer.status_code == 403
    boss = (await platform.get("root", "/api/auth/session")).json()["user"]["id"]
    async with platform.client() as client:
        gone = await platform.joins(client, "acme")
    disabled = await platform.people["root"].post(f"/api/users/{gone}/disable", json={})
    assert disabled.is_success
    for user, reason, status in (
        (boss, WHY, 403),
        (str(uuid.uuid4()), WHY, 404),
        ("nonsense", WHY, 404),
        (gone, WHY, 409),
        (me, "no", 422),
    ):
        answer = await platform.people["root"].post(
            "/api/assume", json={"user": user, "reason": reason}
        )
        assert answer.status_code == status, answer.text
        assert "set-cookie" not in answer.headers


async def test_no_nesting(platform, root):
    """From an assumed session there is no further assumption, and no step-up."""
    await assume(platform, root)
    assert (await assume(platform, root, "bolt.admin")).status_code == 403
    assert (await root.post("/api/auth/step-up", json={"password": PASSWORD})).status_code == 403
    await stop(root)
    assert (await root.post("/api/assume/stop", json={})).status_code == 409


async def test_step_up(platform, root):
    """A password that was given too long ago lets nobody act as somebody else."""
    me = (await root.get("/api/auth/session")).json()["session"]["id"]
    await platform.sql(
        f"UPDATE sessions SET proved_at = proved_at - interval '11 minutes' WHERE id = '{me}'"
    )
    answer = await assume(platform, root)
    assert answer.json()["type"] == "urn:indelible:problem:step-up-required"
    assert (await root.post("/api/auth/step-up", json={"password": PASSWORD})).is_success
    assert (await assume(platform, root)).is_success
    await stop(root)


async def test_it_ends_with_what_it_came_from(platform, root):
    """Revoking the Super Admin's own session ends what it acts as."""
    own = (await root.get("/api/auth/session")).json()["session"]["id"]
    await assume(platform, root)
    revoked = await platform.people["root"].post(
        f"/api/sessions/{own}/revoke", json={"reason": "lost laptop"}
    )
    assert revoked.is_success
    assert (await root.get("/api/auth/session")).status_code == 401


async def test_it_lasts_half_an_hour(platform, root):
    """Thirty minutes after the start it is over, however busy; the own session goes on."""
    session = (await assume(platform, root)).json()["session"]
    await platform.sql(
        "UPDATE sessions SET expires_at = expires_at - interval '30 minutes'"
        f" WHERE id = '{session['id']}'"
    )
    assert (await root.get("/api/auth/session")).status_code == 401
    rows = (await platform.get("acme.admin", "/api/sessions", status="expired")).json()["items"]
    assert session["id"] in {each["id"] for each in rows}


async def test_the_own_session_does_not_idle_out(platform, root):
    """While one acts as somebody else, one's own session waits, and is there after an hour idle."""
    own = (await root.get("/api/auth/session")).json()["session"]["id"]
    await assume(platform, root)
    await platform.sql(
        "UPDATE sessions SET last_active_at = last_active_at - interval '20 minutes'"
        f" WHERE id = '{own}'"
    )
    assert (await root.get("/api/auth/session")).is_success
    assert (await stop(root)).is_success


async def test_signing_out_ends_both(platform, root):
    """Signing out while acting as somebody else leaves nothing behind, and both are entries."""
    own = (await root.get("/api/auth/session")).json()["session"]["id"]
    session = (await assume(platform, root)).json()["session"]["id"]
    assert (await root.post("/api/auth/sign-out")).status_code == 204
    rows = (await platform.get("root", "/api/sessions", limit=50)).json()["items"]
    ended = {each["id"]: each["status"] for each in rows if each["id"] in {own, session}}
    assert ended == {own: "ended", session: "ended"}
    for which in (own, session):
        entry = await platform.newest(Filter(session=which))
        assert (entry.action, entry.resource.id) == (Action.DELETE, which)

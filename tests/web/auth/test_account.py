"""One's own account over HTTP: sessions and password."""

from __future__ import annotations

import asyncio

import pytest

pytestmark = pytest.mark.database

PASSWORD = "seven green kettles hum"
NEW = "nine blue ladders lean"
ROOT = {"email": "root@platform.test", "password": PASSWORD}
ANNA = {"email": "anna@acme.test", "password": PASSWORD}
VERA = {"email": "vera@acme.test", "password": PASSWORD}


def change(browser, *, current=PASSWORD, new=NEW):
    """Ask for another password."""
    return browser.post("/api/account/password", json={"current": current, "new": new})


@pytest.mark.parametrize("who", [ROOT, ANNA, VERA])
async def test_everybody_has_an_account(site, who):
    """The account says who one is, how long passwords are, and how the second factor is."""
    body = (await (await site.signed_in(who)).get("/api/account")).json()
    assert body["email"] == who["email"]
    assert body["tenant"] == (None if who is ROOT else {"id": site.acme.id, "name": "Acme"})
    assert body["passwordMinLength"] == 15
    assert body["secondFactor"] == {"enrolledAt": None, "recoveryCodesLeft": 0, "required": False}


@pytest.mark.parametrize("who", [ROOT, VERA])
async def test_own_sessions_are_listed_and_nobody_elses(site, who):
    """A page has one's own sessions, the current one marked, and can be filtered by status."""
    await site.signed_in(ANNA)
    old, browser = await site.signed_in(who), await site.signed_in(who)
    await old.post("/api/auth/sign-out")
    page = (await browser.get("/api/account/sessions")).json()
    assert page["total"] == 2
    assert {row["user"]["email"] for row in page["items"]} == {who["email"]}
    assert [(row["current"], row["status"]) for row in page["items"]] == [
        (True, "active"),
        (False, "ended"),
    ]
    active = await browser.get("/api/account/sessions", params={"status": "active", "limit": 1})
    assert active.json()["total"] == 1
    unknown = await browser.get("/api/account/sessions", params={"user": "x"})
    assert unknown.status_code == 422


async def test_a_session_of_ones_own_is_revoked(site):
    """Ending one takes no step-up, is an entry, and holds at once; a second time is a conflict."""
    old, browser = await site.signed_in(VERA), await site.signed_in(VERA)
    await site.sql("UPDATE sessions SET proved_at = proved_at - interval '11 minutes'")
    id_ = (await old.get("/api/auth/session")).json()["session"]["id"]
    done = await browser.post(f"/api/account/sessions/{id_}/revoke")
    assert done.status_code == 200, done.text
    assert done.json()["session"]["status"] == "revoked"
    assert done.json()["session"]["revoked"]["reason"] == "by its user"
    assert (await old.get("/api/auth/session")).json()["type"].endswith("session-revoked")
    entry = site.recorder.activities[-1]
    assert (entry.action, entry.resource.id, entry.tenant) == ("revoke", id_, site.acme.id)
    assert entry.payload["reason"] == "by its user"
    assert (await browser.post(f"/api/account/sessions/{id_}/revoke")).status_code == 409


async def test_sessions_of_others_are_not_there(site):
    """Another's session, of one's own tenant or not, is answered like one that never was."""
    ids = []
    for who in (ROOT, ANNA):
        other = await site.signed_in(who)
        ids.append((await other.get("/api/auth/session")).json()["session"]["id"])
    vera, root = await site.signed_in(VERA), await site.signed_in(ROOT)
    absent = "00000000-0000-4000-8000-000000000000"
    for browser, foreign in ((vera, ids[0]), (vera, ids[1]), (root, ids[1])):
        answers = [
            await browser.post(f"/api/account/sessions/{each}/revoke")
            for each in (foreign, absent, "x")
        ]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.text for answer in answers}) == 1


async def test_all_others_are_revoked_at_once(site):
    """Every other active session ends, each with its entry; this one goes on."""
    others = [await site.signed_in(VERA) for _ in range(3)]
    bystander = await site.signed_in(ANNA)
    browser = await site.signed_in(VERA)
    recorded = len(site.recorder.activities)
    done = await browser.post("/api/account/sessions/revoke-others")
    assert done.json() == {"revoked": 3}
    assert len(site.recorder.activities) == recorded + 3
    for other in others:
        assert (await other.get("/api/auth/session")).status_code == 401
    for one in (browser, bystander):
        assert (await one.get("/api/auth/session")).status_code == 200
    again = await browser.post("/api/account/sessions/revoke-others")
    assert again.json() == {"revoked": 0}


async def test_another_password_ends_all_other_sessions(site):
    """The old password and all other sessions are gone; this browser goes on with a fresh token."""
    other, bystander = await site.signed_in(ANNA), await site.signed_in(VERA)
    browser = await site.signed_in(ANNA)
    before = (await browser.get("/api/auth/session")).json()
    token = browser.cookies["indelible"]
    site.recorder.activities.clear()
    changed = await change(browser)
    assert changed.status_code == 200, changed.text
    body = changed.json()
    assert browser.cookies["indelible"] != token
    assert body["session"]["id"] != before["session"]["id"]
    assert body["session"]["expiresAt"] == before["session"]["expiresAt"]
    browser.headers["X-CSRF-Token"] = body["csrf"]
    assert (await browser.get("/api/auth/session")).status_code == 200
    assert (
        await site.browser(Cookie=f"indelible={token}").get("/api/auth/session")
    ).status_code == 401
    assert (await other.get("/api/auth/session")).status_code == 401
    assert (await bystander.get("/api/auth/session")).status_code == 200
    assert (await site.browser().post("/api/auth/sign-in", json=ANNA)).status_code == 401
    await site.signed_in(ANNA | {"password": NEW})
    [entry, *_] = site.recorder.activities
    assert (entry.action, entry.resource.type, entry.status) == ("update", "user", "success")
    assert entry.payload == {"sessionsEnded": 1}
    assert list(entry.changes) == ["password"]
    for secret in (PASSWORD, NEW, token):
        assert secret not in repr(entry)
    how = await site.rows("SELECT ended_how FROM sessions WHERE ended_at IS NOT NULL ORDER BY 1")
    assert [row.ended_how for row in how] == ["password_changed", "renewed"]


async def test_the_current_password_is_asked_for_and_throttled(site):
    """A wrong current password changes nothing, is an entry, and counts with failed sign-ins."""
    browser = await site.signed_in(ANNA)
    refused = await change(browser, current="not this one")
    assert (refused.status_code, refused.json()["field"]) == (401, "current")
    assert refused.json()["type"] == "urn:indelible:problem:wrong-credentials"
    entry = site.recorder.activities[-1]
    assert (entry.action, entry.status) == ("update", "failure")
    assert "not this one" not in repr(entry)
    for _ in range(9):
        await change(browser, current="not this one")
    assert (await change(browser)).status_code == 429
    assert (await site.browser().post("/api/auth/sign-in", json=ANNA)).status_code == 429
    assert (await browser.get("/api/auth/session")).status_code == 200


@pytest.mark.parametrize("new", ["short", PASSWORD, "anna@acme.test anna@acme.test", "x" * 300])
async def test_a_password_that_can_not_be_one(site, new):
    """Too short, too long, the old one, or about oneself: refused by name of the field."""
    browser = await site.signed_in(ANNA)
    refused = await change(browser, new=new)
    assert (refused.status_code, refused.json()["field"]) == (422, "new")
    assert (await browser.get("/api/auth/session")).status_code == 200
    await site.signed_in(ANNA)


async def test_of_two_changes_at_once_one_holds(site):
    """Two browsers change the password at once: one does, the other is told; one session is left."""
    browsers = [await site.signed_in(ANNA) for _ in range(2)]
    news = ["nine blue ladders lean", "four old rivers bend"]
    answers = await asyncio.gather(
        *(change(one, new=new) for one, new in zip(browsers, news, strict=True))
    )
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses[0] == 200, statuses
    assert statuses[1] in {401, 409}
    works = [
        (await site.browser().post("/api/auth/sign-in", json=ANNA | {"password": each})).status_code
        for each in (PASSWORD, *news)
    ]
    assert sorted(works) == [200, 401, 401]
    assert works[0] == 401


async def test_no_sign_in_slips_past_another_password(site):
    """Of sign-ins under way with the old password, none is valid once the change was answered."""
    browser = await site.signed_in(ANNA)
    entering = [
        asyncio.create_task(site.browser().post("/api/auth/sign-in", json=ANNA)) for _ in range(6)
    ]
    changed = await change(browser)
    for _ in range(5):
        if changed.status_code == 200:
            break
        changed = await change(browser)
    assert changed.status_code == 200, changed.text
    await asyncio.gather(*entering)
    alive = await site.rows(
        "SELECT sessions.id FROM sessions JOIN users ON users.id = user_id "
        "WHERE email = 'anna@acme.test' AND ended_at IS NULL"
    )
    assert [str(row.id) for row in alive] == [changed.json()["session"]["id"]]


async def test_a_short_password_needs_the_second_factor(site):
    """With a password of eight characters nobody does without a second factor.

    If an administrator removes it, the account sets one up, or a longer password, before anything
    else.
    """
    from tests.web.auth.test_second_factor import FACTOR, enrolled

    browser = await site.signed_in(ANNA)
    assert (await change(browser, new="k7Lq-w2x")).status_code == 422
    await enrolled(browser)
    changed = await change(browser, new="k7Lq-w2x")
    assert changed.status_code == 200, changed.text
    browser.headers["X-CSRF-Token"] = changed.json()["csrf"]
    assert (await browser.delete(FACTOR)).status_code == 409
    await site.sql("UPDATE users SET totp_secret = NULL, totp_enrolled_at = NULL, totp_step = NULL")
    assert (await browser.get("/api/auth/session")).json()["enrolmentDue"] is True
    assert (await browser.get("/api/sessions")).status_code == 403
    longer = await change(browser, current="k7Lq-w2x")
    assert longer.json()["enrolmentDue"] is False
    assert (await browser.get("/api/sessions")).status_code == 200


async def test_assumed_sessions_and_keys_have_no_account(site):
    """Who acts as somebody else sees and changes nothing of the account; a key has none."""
    browser = await site.signed_in(ANNA)
    id_ = (await browser.get("/api/auth/session")).json()["session"]["id"]
    parent = (await (await site.signed_in(ROOT)).get("/api/auth/session")).json()["session"]["id"]
    await site.sql(
        f"UPDATE sessions SET parent = '{parent}', assumed_by = 'r', assumed_reason = 'help' "
        f"WHERE id = '{id_}'"
    )
    asked = [
        await browser.get("/api/account"),
        await browser.get("/api/account/sessions"),
        await browser.post(f"/api/account/sessions/{id_}/revoke"),
        await browser.post("/api/account/sessions/revoke-others"),
        await change(browser),
        await browser.post("/api/account/second-factor"),
        await browser.post("/api/account/second-factor/confirm", json={"code": "123456"}),
        await browser.delete("/api/account/second-factor"),
        await browser.post("/api/account/recovery-codes"),
    ]
    assert {answer.status_code for answer in asked} == {403}

"""Step-up over HTTP: a fresh password before what can't be undone."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.database

PASSWORD = "seven green kettles hum"
ROOT = {"email": "root@platform.test", "password": PASSWORD}
VERA = {"email": "vera@acme.test", "password": PASSWORD}
STALE = "UPDATE sessions SET proved_at = proved_at - interval '11 minutes'"


async def revoke(site, browser):
    """Try to revoke the sessions of somebody."""
    listed = await browser.get("/api/sessions", params={"search": VERA["email"]})
    id_ = listed.json()["items"][0]["user"]["id"]
    return await browser.post(f"/api/users/{id_}/sessions/revoke", json={"reason": "why"})


async def test_a_stale_session_is_told_to_step_up(site):
    """Signed in too long ago, one is told by a problem of its own; after step-up it goes on."""
    await site.signed_in(VERA)
    browser = await site.signed_in(ROOT)
    await site.sql(STALE)
    refused = await revoke(site, browser)
    assert refused.status_code == 403
    assert refused.json()["type"] == "urn:indelible:problem:step-up-required"
    recorded = len(site.recorder.activities)
    proved = await browser.post("/api/auth/step-up", json={"password": PASSWORD})
    assert (proved.status_code, proved.content) == (204, b"")
    assert len(site.recorder.activities) == recorded
    assert (await revoke(site, browser)).status_code == 200


async def test_a_wrong_password_leaves_the_session(site):
    """A wrong password is told from a session that ended, is recorded, and echoes nothing."""
    await site.signed_in(VERA)
    browser = await site.signed_in(ROOT)
    await site.sql(STALE)
    refused = await browser.post("/api/auth/step-up", json={"password": "not this one"})
    assert refused.status_code == 401
    assert refused.json()["type"] == "urn:indelible:problem:wrong-credentials"
    entry = site.recorder.activities[-1]
    assert (entry.action, entry.status, entry.request.status) == ("update", "failure", 401)
    assert "not this one" not in repr(entry)
    assert (await browser.get("/api/auth/session")).status_code == 200
    assert (await revoke(site, browser)).status_code == 403


async def test_guessing_is_throttled(site):
    """Whoever finds a browser can't guess: after ten failures no password is looked at."""
    browser = await site.signed_in(ROOT)
    for _ in range(10):
        await browser.post("/api/auth/step-up", json={"password": "wrong"})
    refused = await browser.post("/api/auth/step-up", json={"password": PASSWORD})
    assert (refused.status_code, "Retry-After" in refused.headers) == (429, True)


@pytest.mark.parametrize("body", [{}, {"password": None}, {"password": PASSWORD * 99}, []])
async def test_malformed(site, body):
    """A body that can't be taken is refused without a word of what was in it."""
    browser = await site.signed_in(ROOT)
    refused = await browser.post("/api/auth/step-up", json=body)
    assert refused.status_code == 422
    assert "kettles" not in refused.text


async def test_only_our_own_pages(site):
    """Without a session, or its CSRF token, or over plain HTTP elsewhere, nothing is looked at."""
    body = {"password": PASSWORD}
    assert (await site.browser().post("/api/auth/step-up", json=body)).status_code == 401
    browser = await site.signed_in(ROOT)
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"X-CSRF-Token": "x"}):
        refused = await browser.post("/api/auth/step-up", json=body, headers=headers)
        assert refused.status_code == 403

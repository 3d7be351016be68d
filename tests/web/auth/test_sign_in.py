"""Signing in over HTTP: cookies, CSRF and keys."""

from __future__ import annotations

import uuid

import pytest

from indelible.core.client_address import ClientAddress
from indelible.identity.model import COMMAND_LINE
from indelible.web.auth import BACKGROUND_HEADER, principal_of
from indelible.web.gate import Gate, csrf_token

pytestmark = pytest.mark.database

PASSWORD = "seven green kettles hum"
ANNA = {"email": "anna@acme.test", "password": PASSWORD}


async def test_signing_in_answers_with_the_session(site):
    """The answer tells a page who is signed in, what they may do and until when."""
    browser = await site.signed_in(ANNA)
    response = await browser.get("/api/auth/session")
    body = response.json()
    assert body["user"]["email"] == "anna@acme.test"
    assert body["user"]["role"] == "admin"
    assert body["user"]["tenant"] == {"id": site.acme.id, "name": "Acme"}
    assert body["permissions"] == [
        "account.change",
        "activity.export",
        "activity.read",
        "log.read",
        "sessions.export",
        "sessions.read",
        "sessions.revoke",
        "settings.read",
        "users.change",
        "users.read",
    ]
    assert body["settings"] == {"dateFormat": "YYYY-MM-DD HH:mm:ss", "timeZone": "UTC"}
    assert set(body["session"]) == {"id", "createdAt", "expiresAt", "idleExpiresAt"}
    token = browser.cookies["indelible"]
    assert token not in response.text
    assert body["session"]["id"] == str(uuid.UUID(body["session"]["id"]))


async def test_the_entry_knows_the_request(site):
    """The entry of a sign-in has its client, route, request id and status."""
    await site.signed_in(ANNA, **{"User-Agent": "Test/1"})
    [activity] = site.recorder.activities
    assert (activity.client.ip, activity.client.user_agent) == ("203.0.113.7", "Test/1")
    request = activity.request
    assert (request.method, request.route, request.status) == ("POST", "/api/auth/sign-in", 200)
    assert request.id


@pytest.mark.parametrize("who", [ANNA | {"password": "wrong"}, {"email": "x", "password": "y"}])
async def test_wrong_credentials_are_a_401_and_no_cookie(site, who):
    """Whatever was wrong, the answer is the same problem, and nothing is set."""
    browser = site.browser()
    response = await browser.post("/api/auth/sign-in", json=who)
    assert response.status_code == 401
    assert response.json()["type"] == "urn:indelible:problem:wrong-credentials"
    assert response.json()["detail"] == "E-mail address and password do not match."
    assert "set-cookie" not in response.headers
    assert site.recorder.activities[-1].request.status == 401


async def test_a_malformed_sign_in_does_not_echo_the_password(site):
    """A body that can't be taken is refused without a word of what was in it."""
    response = await site.browser().post("/api/auth/sign-in", json={"password": PASSWORD})
    assert response.status_code == 422
    assert "kettles" not in response.text


async def test_too_many_failures_are_a_429(site):
    """The eleventh attempt is told when to come again."""
    browser = site.browser()
    for _ in range(10):
        await browser.post("/api/auth/sign-in", json=ANNA | {"password": "wrong"})
    response = await browser.post("/api/auth/sign-in", json=ANNA)
    assert response.status_code == 429
    assert 800 < int(response.headers["Retry-After"]) <= 900
    assert response.json()["retryAfter"] == int(response.headers["Retry-After"])


async def test_cookie_over_https_is_bound_to_the_host(site):
    """Over HTTPS the cookie has the __Host- prefix and all that it asks for."""
    browser = site.browser("https://audit.example.com")
    response = await browser.post("/api/auth/sign-in", json=ANNA)
    cookie = response.headers["set-cookie"]
    name, *attributes = cookie.split("; ")
    assert name.startswith("__Host-indelible=")
    assert {part.lower() for part in attributes} == {
        "httponly",
        "secure",
        "path=/",
        "samesite=lax",
    }
    assert (await browser.get("/api/auth/session")).status_code == 200
    # The plain name is nothing there: a subdomain could have set it.
    token = browser.cookies["__Host-indelible"]
    other = site.browser("https://audit.example.com", Cookie=f"indelible={token}")
    assert (await other.get("/api/auth/session")).status_code == 401


@pytest.mark.parametrize(
    "base_url", ["http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080"]
)
async def test_plain_http_is_for_this_machine(site, base_url):
    """On the machine itself plain HTTP does, with the plain cookie."""
    browser = await site.signed_in(ANNA, base_url=base_url)
    assert "indelible" in browser.cookies


@pytest.mark.parametrize("host", ["audit.example.com", "localhost.example.com", "10.0.0.5:8080"])
async def test_plain_http_elsewhere_is_refused(site, host):
    """Over plain HTTP to another machine nobody signs in, and the words say what to do."""
    response = await site.browser(f"http://{host}").post("/api/auth/sign-in", json=ANNA)
    assert response.status_code == 403
    assert "https://" in response.json()["detail"]
    site.gate = Gate(insecure_cookies=True)
    await site.signed_in(ANNA, base_url=f"http://{host}")


async def test_a_trusted_proxy_says_https(site):
    """Behind a trusted proxy that speaks HTTPS the cookie is the secure one; others are not heard."""
    said = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.1"}
    url = "http://audit.example.com"
    refused = await site.browser(url, **said).post("/api/auth/sign-in", json=ANNA)
    assert refused.status_code == 403
    site.gate = Gate(clients=ClientAddress(["203.0.113.7"]))
    response = await site.browser(url, **said).post("/api/auth/sign-in", json=ANNA)
    assert response.headers["set-cookie"].startswith("__Host-indelible=")
    assert site.recorder.activities[-1].client.ip == "198.51.100.1"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:9999"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost:8080"},
    ],
)
async def test_other_sites_sign_nobody_in_or_out(site, headers):
    """A page of another site can neither sign somebody in nor change anything for them."""
    response = await site.browser(**headers).post("/api/auth/sign-in", json=ANNA)
    assert response.status_code == 403
    browser = await site.signed_in(ANNA)
    refused = await browser.post("/api/auth/sign-out", headers=headers)
    assert refused.status_code == 403
    assert (await browser.get("/api/auth/session")).status_code == 200


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost:8080"}, {}]
)
async def test_our_own_pages_sign_out(site, headers):
    """A page of ours signs out; the cookie goes, and the token is worth nothing anywhere."""
    browser = await site.signed_in(ANNA)
    token = browser.cookies["indelible"]
    response = await browser.post("/api/auth/sign-out", headers=headers)
    assert response.status_code == 204
    assert "indelible" not in browser.cookies
    again = site.browser(Cookie=f"indelible={token}")
    assert (await again.get("/api/auth/session")).status_code == 401
    last = site.recorder.activities[-1]
    assert (last.action, last.resource.type, last.request.status) == ("delete", "session", 204)


@pytest.mark.parametrize("shown", [None, "", "x", "ä", csrf_token("another")])
async def test_changes_by_cookie_need_the_sessions_token(site, shown):
    """Without the session's own CSRF token nothing is changed, on a host's routes either."""
    browser = await site.signed_in(ANNA)
    del browser.headers["X-CSRF-Token"]
    headers = {} if shown is None else {"X-CSRF-Token": shown.encode("latin-1")}
    for path in ("/api/auth/sign-out", "/api/v1/who"):
        assert (await browser.post(path, headers=headers)).status_code == 403
    assert (await browser.get("/api/v1/who")).status_code == 200


async def test_keys_need_no_csrf_token_and_have_no_session(site):
    """An API key is known by itself; it has no session, and a cookie beside it lends it nothing."""
    issued = await site.identity.keys.create(tenant=site.acme, name="CI", actor=COMMAND_LINE)
    browser = await site.signed_in(ANNA)
    key = {"Authorization": f"Bearer {issued.text}"}
    response = await browser.post("/api/v1/who", headers=key)
    assert response.json() == {"actor": issued.key.id, "type": "service"}
    assert (await browser.get("/api/auth/session", headers=key)).status_code == 401
    assert (await browser.get("/api/v1/reports", headers=key)).status_code == 403
    for wrong in ("Bearer nonsense", "Basic eDp5", "Bearer", issued.text):
        refused = await browser.get("/api/v1/who", headers={"Authorization": wrong})
        assert refused.status_code == 401
    await site.identity.keys.revoke(issued.key.id, actor=COMMAND_LINE)
    assert (await browser.post("/api/v1/who", headers=key)).status_code == 401


async def test_middleware_learns_who_it_is_from_the_scope(site):
    """A middleware asks by scope, and the database is asked once a request."""
    asked = []

    class Asks:
        def __init__(self, app):
            self.app = app

        async def __call__(self, scope, receive, send):
            asked.append([await principal_of(scope), await principal_of(scope)])
            await self.app(scope, receive, send)

    site.app.add_middleware(Asks)
    browser = await site.signed_in(ANNA)
    await site.browser().get("/api/v1/who")
    await browser.get("/api/v1/who")
    (_, _), (nobody, _), (anna, again) = asked
    assert nobody is None
    assert anna is again
    assert (anna.actor.email, anna.tenant) == ("anna@acme.test", site.acme.id)


async def test_what_a_page_asks_by_itself_is_no_activity(site):
    """A background request does not move the idle end, a person's does."""
    browser = await site.signed_in(ANNA)
    await site.sql("UPDATE sessions SET last_active_at = last_active_at - interval '20 minutes'")
    ends = [
        (await browser.get("/api/auth/session", headers=headers)).json()["session"]["idleExpiresAt"]
        for headers in ({BACKGROUND_HEADER: "1"}, {})
    ]
    assert ends[0] < ends[1]
    await site.sql("UPDATE sessions SET last_active_at = now() - interval '30 minutes'")
    assert (await browser.get("/api/auth/session")).status_code == 401

"""Links over HTTP: setting a password that nobody else chose."""

from __future__ import annotations

import asyncio

import pytest

from indelible.identity.credential_ports import LinkKind

pytestmark = pytest.mark.database

PASSWORD = "seven green kettles hum"
NEW = "nine blue ladders lean"
ANNA = {"email": "anna@acme.test", "password": PASSWORD}
VERA = {"email": "vera@acme.test", "password": PASSWORD}
INSPECT, ACCEPT = "/api/auth/link/inspect", "/api/auth/link/accept"


async def link(site, who=ANNA, kind=LinkKind.RESET):
    """Hand a link out, and return its token."""
    account = await site.users.find(who["email"])
    issued = site.identity.links.issue(account.user, kind)
    await site.recorder.record([], effect=issued.store)
    path, _, token = issued.url.partition("#")
    assert path == "/admin/welcome"
    assert token not in repr(issued)
    return token


def inspect(site, token):
    """Ask what a link is for."""
    return site.browser().post(INSPECT, json={"token": token})


def accept(site, token, password=NEW):
    """Set a password by a link."""
    return site.browser().post(ACCEPT, json={"token": token, "password": password})


async def test_a_link_says_whose_it_is(site):
    """Whoever follows a link learns for which account it sets a password, and until when."""
    for kind in LinkKind:
        body = (await inspect(site, await link(site, kind=kind))).json()
        assert body.pop("expiresAt")
        assert body == {
            "kind": kind.value,
            "email": "anna@acme.test",
            "name": "Name",
            "tenant": {"id": site.acme.id, "name": "Acme"},
            "passwordMinLength": 15,
        }


async def test_a_new_password_voids_links_of_before(site):
    """Who sets another password in the account page makes a link that is about worthless."""
    browser, token = await site.signed_in(ANNA), await link(site)
    body = {"current": PASSWORD, "new": NEW}
    assert (await browser.post("/api/account/password", json=body)).status_code == 200
    assert (await inspect(site, token)).status_code == 404
    assert (await accept(site, token, "ten red kites climb high")).status_code == 404
    await site.signed_in(ANNA | {"password": NEW})


async def test_a_reset_sets_the_password_and_ends_the_sessions(site):
    """The old password and every session are gone; the entry is the user's own, without secrets."""
    browser, bystander = await site.signed_in(ANNA), await site.signed_in(VERA)
    site.recorder.activities.clear()
    token = await link(site)
    done = await accept(site, token)
    assert (done.status_code, done.content) == (204, b"")
    assert (await browser.get("/api/auth/session")).status_code == 401
    assert (await bystander.get("/api/auth/session")).status_code == 200
    assert (await site.browser().post("/api/auth/sign-in", json=ANNA)).status_code == 401
    await site.signed_in(ANNA | {"password": NEW})
    entry = site.recorder.activities[0]
    assert (entry.action, entry.resource.type, entry.actor.email) == (
        "update",
        "user",
        "anna@acme.test",
    )
    assert entry.payload == {"link": "reset", "sessionsEnded": 1}
    assert (entry.tenant, entry.session, entry.request.route) == (site.acme.id, None, ACCEPT)
    assert token not in repr(entry)
    assert NEW not in repr(entry)


async def test_an_invitation_gives_the_first_password(site):
    """An account without a password signs in with the one that its owner chose."""
    await site.sql("UPDATE users SET password_hash = NULL WHERE email = 'vera@acme.test'")
    assert (await site.browser().post("/api/auth/sign-in", json=VERA)).status_code == 401
    token = await link(site, VERA, LinkKind.INVITATION)
    assert (await accept(site, token)).status_code == 204
    await site.signed_in(VERA | {"password": NEW})


async def test_a_link_is_good_once(site):
    """Used, it is answered like one that never was, and sets nothing."""
    token = await link(site)
    assert (await accept(site, token)).status_code == 204
    never = await inspect(site, "x" * 43)
    for answer in (await inspect(site, token), await accept(site, token, PASSWORD)):
        assert (answer.status_code, answer.json()) == (404, never.json())
    await site.signed_in(ANNA | {"password": NEW})


async def test_of_many_at_once_one_sets_the_password(site):
    """Followed from many browsers at once, a link sets one password."""
    token = await link(site)
    words = [
        "nine blue ladders lean",
        "four old rivers bend",
        "six warm lamps glow",
        "ten odd hats",
    ]
    news = [f"{each} today" for each in words]
    answers = await asyncio.gather(*(accept(site, token, each) for each in news))
    statuses = [answer.status_code for answer in answers]
    assert sorted(statuses) == [204, 404, 404, 404]
    winner = news[statuses.index(204)]
    await site.signed_in(ANNA | {"password": winner})


async def test_a_bad_password_leaves_the_link_good(site):
    """A password that can't be one is refused by rule, and the link does for a better one."""
    token = await link(site)
    for bad in ("short", "anna@acme.test anna@acme.test", "passwordpassword"):
        refused = await accept(site, token, bad)
        assert (refused.status_code, refused.json()["field"]) == (422, "password")
        assert bad not in refused.text
    assert (await accept(site, token)).status_code == 204


@pytest.mark.parametrize(
    "end",
    [
        "UPDATE account_links SET expires_at = clock_timestamp()",
        "UPDATE users SET disabled = true",
        "UPDATE tenants SET disabled = true",
    ],
    ids=["over", "user disabled", "tenant disabled"],
)
async def test_a_link_ends(site, end):
    """Over its time, or with user or tenant disabled, it is answered like one that never was."""
    token = await link(site)
    await site.sql(end)
    for answer in (await inspect(site, token), await accept(site, token)):
        assert answer.status_code == 404


async def test_a_later_link_takes_the_place_of_the_earlier(site):
    """Of two links of a user the later is good; another user's stays good."""
    first, other = await link(site), await link(site, VERA)
    second = await link(site)
    assert [(await inspect(site, each)).status_code for each in (first, second, other)] == [
        404,
        200,
        200,
    ]


async def test_invitations_and_resets_last_as_long_as_set(site):
    """An invitation is good for seven days, a reset for an hour."""
    await link(site, VERA, LinkKind.INVITATION)
    await link(site, ANNA, LinkKind.RESET)
    rows = await site.rows("SELECT kind, expires_at - created_at AS lasts FROM account_links")
    assert {row.kind: row.lasts.total_seconds() for row in rows} == {
        "invitation": 7 * 24 * 3600,
        "reset": 3600,
    }


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "\x00" * 43, "x" * 200])
async def test_made_up_tokens_are_nothing(site, token):
    """Whatever somebody sends that we did not issue is nothing, without a word about why."""
    for answer in (await inspect(site, token), await accept(site, token)):
        assert answer.status_code == 404
    assert (await inspect(site, "x" * 201)).status_code == 422


async def test_links_travel_as_passwords_do(site):
    """Another site's page sends no link, and over plain HTTP elsewhere none is looked at."""
    token = await link(site)
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        refused = await site.browser(**headers).post(INSPECT, json={"token": token})
        assert refused.status_code == 403
    elsewhere = site.browser("http://audit.example.com")
    assert (await elsewhere.post(INSPECT, json={"token": token})).status_code == 403


async def test_a_link_leaves_the_second_factor(site):
    """Another password by link takes nobody's second factor away."""
    from tests.web.auth.test_second_factor import enrolled

    await enrolled(await site.signed_in(ANNA))
    token = await link(site)
    assert (await inspect(site, token)).json()["passwordMinLength"] == 8
    assert (await accept(site, token)).status_code == 204
    refused = await site.browser().post("/api/auth/sign-in", json=ANNA | {"password": NEW})
    assert refused.json()["type"] == "urn:indelible:problem:second-factor-required"


async def test_the_database_holds_no_token(site):
    """What is stored of a link follows nobody to its page."""
    token = await link(site)
    assert token not in repr(await site.rows("SELECT * FROM account_links"))

"""Setting up a second factor over HTTP, and signing in with it."""

from __future__ import annotations

import asyncio
import base64
import time
from urllib.parse import parse_qs, urlsplit

import pytest

from indelible.bootstrap import identity_of
from indelible.config.settings import load_settings
from indelible.errors import Misconfigured
from indelible.export.desk import ExportDesk
from indelible.identity import totp

pytestmark = pytest.mark.database

PASSWORD = "seven green kettles hum"
ROOT = {"email": "root@platform.test", "password": PASSWORD}
ANNA = {"email": "anna@acme.test", "password": PASSWORD}
STALE = "UPDATE sessions SET proved_at = proved_at - interval '11 minutes'"
FACTOR = "/api/account/second-factor"


def shown(secret: str, steps: int = 0) -> str:
    """Return what an authenticator shows, *steps* half-minutes from now."""
    padded = secret + "=" * (-len(secret) % 8)
    return totp.code_at(base64.b32decode(padded), time.time() + steps * 30)


async def enrolled(browser):
    """Set a second factor up, and return its secret and the recovery codes."""
    begun = await browser.post(FACTOR)
    assert begun.status_code == 200, begun.text
    secret = begun.json()["secret"]
    confirmed = await browser.post(f"{FACTOR}/confirm", json={"code": shown(secret, -1)})
    assert confirmed.status_code == 200, confirmed.text
    return secret, confirmed.json()["recoveryCodes"]


async def test_the_whole_way(site):
    """Begin, confirm, sign in with code and with recovery code, each once; remove, sign in without."""
    browser = await site.signed_in(ANNA)
    assert (await browser.get("/api/auth/session")).json()["secondFactor"] is False
    secret, codes = await enrolled(browser)
    assert len(codes) == 10
    state = (await browser.get("/api/account")).json()
    assert state["secondFactor"]["enrolledAt"]
    assert state["secondFactor"]["recoveryCodesLeft"] == 10
    assert state["passwordMinLength"] == 8
    assert (await browser.get("/api/auth/session")).json()["secondFactor"] is True

    asked = await site.browser().post("/api/auth/sign-in", json=ANNA)
    assert (asked.status_code, "set-cookie" in asked.headers) == (401, False)
    problem = asked.json()
    assert problem["type"] == "urn:indelible:problem:second-factor-required"
    assert problem["field"] == "code"
    for code, status in (
        (shown(secret), 200),
        (shown(secret), 401),
        (codes[3], 200),
        (codes[3], 401),
    ):
        answer = await site.browser().post("/api/auth/sign-in", json=ANNA | {"code": code})
        assert answer.status_code == status
        if status == 401:
            assert answer.json()["type"] == "urn:indelible:problem:wrong-credentials"
            assert answer.json()["field"] == "code"
    assert (await browser.get("/api/account")).json()["secondFactor"]["recoveryCodesLeft"] == 9

    assert (await browser.delete(FACTOR)).status_code == 204
    await site.signed_in(ANNA)


async def test_every_step_is_an_entry_without_a_secret(site):
    """Begin, confirm, new codes and removal are updates of the user, and hold no secret."""
    browser = await site.signed_in(ANNA)
    secret, codes = await enrolled(browser)
    renewed = await browser.post("/api/account/recovery-codes")
    await browser.delete(FACTOR)
    entries = site.recorder.activities[1:]
    assert {(each.action, each.resource.type, each.tenant) for each in entries} == {
        ("update", "user", site.acme.id)
    }
    assert [each.payload or each.changes for each in entries] == [
        {"secondFactor": "begun"},
        {"secondFactor": {"before": False, "after": True}},
        {"secondFactor": "new recovery codes"},
        {"secondFactor": {"before": True, "after": False}},
    ]
    for told in (secret, *codes, *renewed.json()["recoveryCodes"]):
        assert told not in repr(entries)


async def test_the_qr_code_and_the_address(site):
    """The answer has the secret as text, address and picture; the picture is plain SVG."""
    begun = (await (await site.signed_in(ANNA)).post(FACTOR)).json()
    assert set(begun) == {"secret", "uri", "qr"}
    assert parse_qs(urlsplit(begun["uri"]).query)["secret"] == [begun["secret"]]
    assert begun["qr"].startswith("<svg")
    assert "script" not in begun["qr"]


async def test_a_secret_is_confirmed_once_and_replaced_before(site):
    """An unconfirmed secret is replaced by the next; a wrong code confirms nothing."""
    browser = await site.signed_in(ANNA)
    assert (await browser.post(f"{FACTOR}/confirm", json={"code": "123456"})).status_code == 409
    first = (await browser.post(FACTOR)).json()["secret"]
    second = (await browser.post(FACTOR)).json()["secret"]
    refused = await browser.post(f"{FACTOR}/confirm", json={"code": shown(first)})
    assert (refused.status_code, refused.json()["field"]) == (422, "code")
    await site.signed_in(ANNA)  # an unconfirmed secret asks nobody for a code
    taken = shown(second)
    assert (await browser.post(f"{FACTOR}/confirm", json={"code": taken})).status_code == 200
    for path in (FACTOR, f"{FACTOR}/confirm"):
        assert (await browser.post(path, json={"code": taken})).status_code == 409
    # What confirmed it is used up as well.
    again = await site.browser().post("/api/auth/sign-in", json=ANNA | {"code": taken})
    assert again.status_code == 401


async def test_changes_ask_for_a_fresh_proof(site):
    """Signed in too long ago, nobody changes a second factor; a code steps up as a password does."""
    browser = await site.signed_in(ANNA)
    await site.sql(STALE)
    assert (await browser.post(FACTOR)).json()["type"].endswith("step-up-required")
    await browser.post("/api/auth/step-up", json={"password": PASSWORD})
    secret, _ = await enrolled(browser)
    await site.sql(STALE)
    for ask in (browser.delete(FACTOR), browser.post("/api/account/recovery-codes")):
        assert (await ask).json()["type"] == "urn:indelible:problem:step-up-required"
    proved = await browser.post("/api/auth/step-up", json={"code": shown(secret)})
    assert proved.status_code == 204
    assert (await browser.post("/api/account/recovery-codes")).status_code == 200


async def test_the_same_code_from_many_tabs_is_taken_once(site):
    """Sent many times at once, a code steps up once; nobody waits for a ring to be broken."""
    browser = await site.signed_in(ANNA)
    secret, _ = await enrolled(browser)
    code = shown(secret)
    answers = await asyncio.gather(
        *(browser.post("/api/auth/step-up", json={"code": code}) for _ in range(6))
    )
    assert sorted(answer.status_code for answer in answers) == [204, *[401] * 5]


async def test_new_recovery_codes_replace_the_old(site):
    """The codes of before sign nobody in; without a second factor there are none to make."""
    browser = await site.signed_in(ANNA)
    assert (await browser.post("/api/account/recovery-codes")).status_code == 404
    assert (await browser.delete(FACTOR)).status_code == 404
    _, old = await enrolled(browser)
    new = (await browser.post("/api/account/recovery-codes")).json()["recoveryCodes"]
    assert not set(old) & set(new)
    for code, status in ((old[0], 401), (new[0], 200)):
        answer = await site.browser().post("/api/auth/sign-in", json=ANNA | {"code": code})
        assert answer.status_code == status


async def strict(site, tmp_path):
    """Let the site ask Super Admins for a second factor."""
    recorder = site.recorder
    site.identity = await identity_of(
        load_settings(data=tmp_path), site.database, recorder, ExportDesk(recorder)
    )


async def test_a_super_admin_sets_one_up_before_anything_else(site, tmp_path):
    """Where it is required, a Super Admin without one does nothing but set it up."""
    await strict(site, tmp_path)
    browser = await site.signed_in(ROOT)
    body = (await browser.get("/api/auth/session")).json()
    assert (body["enrolmentDue"], body["permissions"]) == (True, ["account.change"])
    for path in (
        "/api/sessions",
        "/api/tenants",
        "/api/settings",
        "/api/v1/who",
        "/api/v1/reports",
    ):
        refused = await browser.get(path)
        assert refused.status_code == 403, path
        assert refused.json()["type"] == "urn:indelible:problem:enrolment-required"
    await enrolled(browser)
    body = (await browser.get("/api/auth/session")).json()
    assert body["enrolmentDue"] is False
    assert "settings.change" in body["permissions"]
    assert (await browser.get("/api/sessions")).status_code == 200
    assert (await browser.get("/api/account")).json()["secondFactor"]["required"] is True
    assert (await browser.delete(FACTOR)).status_code == 403
    # Others are not asked for one.
    admin = await site.signed_in(ANNA)
    assert (await admin.get("/api/auth/session")).json()["enrolmentDue"] is False


async def test_a_lost_sealing_key_stops_the_start(site, tmp_path):
    """Without the key that secrets are sealed with, nothing starts, in words that say what to do."""
    await enrolled(await site.signed_in(ANNA))
    (tmp_path / "secrets.key").unlink()
    with pytest.raises(Misconfigured, match="Restore the file"):
        await strict(site, tmp_path)


async def test_the_database_holds_no_secret(site):
    """Neither the secret nor a recovery code can be read in the database."""
    browser = await site.signed_in(ANNA)
    secret, codes = await enrolled(browser)
    padded = secret + "=" * (-len(secret) % 8)
    dump = repr(await site.rows("SELECT * FROM users")) + repr(
        await site.rows("SELECT * FROM recovery_codes")
    )
    assert repr(base64.b32decode(padded))[2:-1] not in dump
    assert secret not in dump
    assert not any(code in dump for code in codes)

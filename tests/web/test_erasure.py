"""Erasing a person over HTTP, and the retention of a tenant."""

from __future__ import annotations

import pytest

from indelible.identity.access import Role
from indelible.identity.model import COMMAND_LINE
from tests.web.conftest import PASSWORD, Platform, an_activity

pytestmark = pytest.mark.database

ANNA = {"id": "u-anna", "email": "anna.arber@acme.example", "name": "Anna Arber"}


@pytest.mark.parametrize(
    ("who", "status"), [("nobody", 401), ("acme.viewer", 403), ("acme.admin", 403)]
)
async def test_only_a_super_admin_erases_and_rules(
    platform: Platform, who: str, status: int
) -> None:
    """Nobody else erases a person, or reads and changes how long entries are kept."""
    person = platform.people[who]
    rules = f"/api/tenants/{platform.tenants['acme']}/retention"
    assert (await person.post("/api/erasures", json={"person": "u-1"})).status_code == status
    assert (await person.get(rules)).status_code == status
    assert (await person.put(rules, json={"days": 30})).status_code == status


async def test_a_person_is_erased(platform: Platform) -> None:
    """The answer says what went from which log, and the rows say what was erased."""
    reported = await platform.report("acme", an_activity(actor=ANNA))
    assert reported.status_code == 201
    root = platform.people["root"]
    answer = await root.post(
        "/api/erasures", json={"person": ANNA["email"], "reason": "on request"}
    )
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["person"] == ANNA["id"]
    (log,) = body["logs"]
    assert (log["tenant"], log["erased"]["people"]) == (platform.tenants["acme"], 1)
    page = (await platform.get("acme.admin", "/api/activity", user=ANNA["id"])).json()
    (row,) = page["items"]
    assert (row["erased"], row["purged"], row["actor"]["email"]) == (["person"], False, None)
    newest = await platform.newest()
    assert (newest.action, newest.resource.type, newest.resource.id) == (
        "delete",
        "disclosures",
        ANNA["id"],
    )
    assert newest.request.path == "/api/erasures"
    assert (await root.post("/api/erasures", json={"person": ANNA["email"]})).status_code == 404


@pytest.mark.parametrize("person", ["\x00", "anna\x00@acme.example", "nobody", "{nobody}"])
async def test_nobody_is_not_found(platform: Platform, person: str) -> None:
    """What names nobody, whatever letters it has, is absent."""
    answer = await platform.people["root"].post("/api/erasures", json={"person": person})
    assert answer.status_code == 404


async def test_an_account_is_emptied(platform: Platform) -> None:
    """Somebody with an account can't sign in any more, and an open session ends."""
    user = (await platform.get("bolt.viewer", "/api/auth/session")).json()["user"]
    answer = await platform.people["root"].post("/api/erasures", json={"person": user["id"]})
    assert answer.status_code == 200, answer.text
    assert (await platform.get("bolt.viewer", "/api/auth/session")).status_code == 401
    credentials = {"email": user["email"], "password": "seven green kettles hum"}
    again = await platform.people["nobody"].post("/api/auth/sign-in", json=credentials)
    assert again.status_code == 401


async def test_nobody_erases_themselves(platform: Platform) -> None:
    """A Super Admin can't be the one who erases that Super Admin."""
    answer = await platform.people["root"].post(
        "/api/erasures", json={"person": "root@platform.test"}
    )
    assert (answer.status_code, answer.json()["detail"][:6]) == (403, "Nobody")


async def test_retention_is_read_and_changed(platform: Platform) -> None:
    """Days and hold are a tenant's own; a change is an entry of its log; a foreign id is absent."""
    root = platform.people["root"]
    path = f"/api/tenants/{platform.tenants['acme']}/retention"
    usual = {"days": 400, "default": True, "hold": None, "purged": 0}
    assert (await root.get(path)).json() == usual
    changed = await root.put(path, json={"days": 90, "hold": "case 9"})
    assert changed.json() == {"days": 90, "default": False, "hold": "case 9", "purged": 0}
    newest = await platform.newest()
    assert newest.changes["retention.days"] == {"before": None, "after": 90}
    assert (await root.put(path, json={})).json() == usual
    assert (await root.put(path, json={"days": 0})).status_code == 422
    assert (await root.put(path, json={"hold": " "})).json()["field"] == "hold"
    for unknown in ("3f9c2a44-0000-4000-8000-00000000dead", "no-uuid"):
        assert (await root.get(f"/api/tenants/{unknown}/retention")).status_code == 404


@pytest.mark.parametrize("type_", ["disclosures", "entries"])
async def test_no_reporter_says_that_something_was_erased(platform: Platform, type_: str) -> None:
    """What licenses a missing disclosure or purged bytes can't be reported from outside."""
    said = an_activity(action="delete", resource={"type": type_, "id": "0-99"})
    answer = await platform.report("acme", said)
    assert (answer.status_code, answer.json()["field"]) == (422, "resource.type")


async def test_what_an_erased_super_admin_had_assumed_ends(platform: Platform) -> None:
    """Nobody acts on as somebody else whose own account was erased meanwhile."""
    email = "second@platform.test"
    await platform.services.identity.users.create(
        email=email, name="Second", role=Role.SUPER_ADMIN, tenant=None, password=PASSWORD,
        actor=COMMAND_LINE,
    )  # fmt: skip
    user = (await platform.get("acme.admin", "/api/auth/session")).json()["user"]["id"]
    async with platform.client() as client:
        second = await platform.enter(client, email)
        told = {"user": user, "reason": "because"}
        assert (await client.post("/api/assume", json=told)).status_code == 200
        assert (await client.get("/api/activity")).status_code == 200
        erased = await platform.people["root"].post("/api/erasures", json={"person": second})
        assert erased.status_code == 200, erased.text
        assert (await client.get("/api/activity")).status_code == 401


async def test_retention_takes_a_fresh_proof(platform: Platform) -> None:
    """What can't be undone at the next pass is asked for by whoever just gave the password."""
    path = f"/api/tenants/{platform.tenants['bolt']}/retention"
    async with platform.client() as client:
        session = (await platform.enter(client, "root@platform.test"), client)[1]
        id_ = (await session.get("/api/auth/session")).json()["session"]["id"]
        ago = "proved_at = proved_at - interval '11 minutes'"
        await platform.sql(f"UPDATE sessions SET {ago} WHERE id = '{id_}'")
        refused = await session.put(path, json={"days": 1})
        assert refused.json()["type"] == "urn:indelible:problem:step-up-required"
        assert (await session.get(path)).json()["days"] == 400

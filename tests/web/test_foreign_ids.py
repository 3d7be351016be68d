"""Ids of another tenant: whatever is asked with one is answered as with an id that never was."""

from __future__ import annotations

import re
import uuid

import pytest

from indelible.core.entry_id import format_id
from indelible.core.scope import Scope
from indelible.ledger.search import Filter
from tests.web.conftest import an_activity
from tests.web.test_route_matrix import routes

pytestmark = pytest.mark.database

CALLERS = ("acme.admin", "acme.viewer", "acme key")
REASON = {"reason": "only a probe"}

# What a route has to be told, so that the id is what it stumbles over.
BODIES = {
    "PATCH /api/users/{id}": {"name": "Probed", "role": "viewer"},
    "PATCH /api/tenants/{id}": {"name": "Probed"},
    "POST /api/sessions/{id}/revoke": REASON,
    "POST /api/users/{id}/sessions/revoke": REASON,
    "POST /api/tenants/{id}/sessions/revoke": REASON,
}


class Probe:
    """Asks the same with a foreign id and with an absent one."""

    def __init__(self, platform) -> None:
        self.platform = platform

    async def furnish(self) -> None:
        """Find an id of everything that another tenant, or the platform, has."""
        platform = self.platform
        await platform.report("bolt", an_activity(actor={"id": "u-bolt", "email": "b@bolt.test"}))
        there = Scope.only(platform.tenants["bolt"])
        entry = (await platform.services.index.page(Filter(), there)).items[0]
        bolt = (await platform.get("bolt.admin", "/api/auth/session")).json()
        root = (await platform.get("root", "/api/auth/session")).json()
        page = (await platform.get("root", "/api/users", limit=1)).json()
        sessions = (await platform.get("root", "/api/sessions", limit=1)).json()
        log = (await platform.get("root", "/api/activity", limit=1)).json()
        self.ids = {
            "tenant": platform.tenants["bolt"],
            "user": bolt["user"]["id"],
            "super admin": root["user"]["id"],
            "session": bolt["session"]["id"],
            "super admin's session": root["session"]["id"],
            "entry": entry.id,
            "resource": entry.resource.id,
            "key": re.split("_", platform.keys["bolt"])[1],
        }
        self.cursors = {
            "/api/users": page["next"],
            "/api/sessions": sessions["next"],
            "/api/activity": log["next"],
        }

    def absent(self, kind: str) -> str:
        """Return an id of this kind that never was."""
        if kind == "entry":
            return format_id(uuid.uuid4().bytes[:6] + b"\x70" + uuid.uuid4().bytes[:9])
        return str(uuid.uuid4()) if kind not in {"key", "resource"} else f"{kind}-{uuid.uuid4()}"

    async def answer(self, who, method, path, id_, *, body=None, **query):
        """Ask, and return all of the answer in which the id itself does not show."""
        client = self.platform.people.get(who)
        if client is None:
            key = self.platform.keys["acme"]
            client = self.platform.client(Authorization=f"Bearer {key}")
        said = await client.request(method, path, params=query, json=body)
        headers = {
            name: value
            for name, value in said.headers.items()
            if name not in {"x-request-id", "date", "content-length"}
        }
        text = said.text
        if said.headers["content-type"] == "application/zip":
            text = ""  # times and sizes; that it holds nothing else is the exports' own test
        return said.status_code, headers, text.replace(id_, "<id>")

    async def equal(self, who, method, path, kind, **how) -> int:
        """Ask with both, compare, and return the status."""
        foreign, absent = self.ids[kind], self.absent(kind)
        answers = [
            await self.answer(
                who,
                method,
                path.replace("{id}", id_),
                id_,
                **{name: _with(value, id_) for name, value in how.items()},
            )
            for id_ in (foreign, absent)
        ]
        assert answers[0] == answers[1], f"{method} {path} with {kind} as {who}"
        return answers[0][0]


def _with(value, id_):
    if isinstance(value, dict):
        return {name: _with(each, id_) for name, each in value.items()}
    return id_ if value == "{id}" else value


@pytest.fixture
async def probe(platform):
    probe = Probe(platform)
    await probe.furnish()
    return probe


async def untouched(platform) -> tuple[object, ...]:
    """Return what no probe may change: the other logs, users, sessions and tenants."""
    index = platform.services.index
    logs = [await index.count(Filter(tenant=platform.tenants["bolt"]), platform.everything)]
    logs.append(await index.count(Filter(), platform.everything))
    bolt = platform.tenants["bolt"]
    users = (await platform.get("root", "/api/users", tenant=bolt)).json()
    sessions = (await platform.get("root", "/api/sessions", tenant=bolt)).json()
    states = [(each["id"], each["status"]) for each in sessions["items"]]
    return logs[0], users, states, (await platform.get("root", "/api/tenants")).json()


async def test_in_paths(platform, probe):
    """Every route with an id in its path, with every foreign id, by everybody who has a tenant."""
    before = await untouched(platform)
    asked = 0
    for name, _ in routes():
        method, path = name.replace("{place}", "0/000").split()
        path = re.sub(r"\{[^}]+\}", "{id}", path)
        if "{id}" not in path:
            continue
        body = BODIES.get(name, None if method in {"GET", "DELETE"} else {})
        for who in CALLERS:
            for kind in probe.ids:
                status = await probe.equal(who, method, path, kind, body=body)
                assert status in {401, 403, 404}, (name, who, kind, status)
                asked += 1
    assert asked >= 15 * len(CALLERS) * len(probe.ids)
    assert await untouched(platform) == before


async def test_an_admin_comes_as_far_as_the_id(platform, probe):
    """An Admin is refused for the id and for nothing before it, wherever its role lets it in."""
    for name, kind in {
        "GET /api/users/{id}": "user",
        "PATCH /api/users/{id}": "user",
        "POST /api/users/{id}/disable": "user",
        "POST /api/users/{id}/enable": "super admin",
        "POST /api/users/{id}/invitation": "user",
        "POST /api/users/{id}/password-reset": "super admin",
        "POST /api/users/{id}/second-factor/remove": "user",
        "POST /api/users/{id}/sessions/revoke": "user",
        "POST /api/sessions/{id}/revoke": "session",
        "POST /api/account/sessions/{id}/revoke": "session",
        "GET /api/activity/{id}": "entry",
        "GET /api/activity/{id}/proof": "entry",
        "GET /logs/{id}/checkpoint": "tenant",
        "GET /logs/{id}/keys": "tenant",
        "GET /logs/{id}/tile/entries/000": "tenant",
    }.items():
        method, path = name.split()
        body = BODIES.get(name, None if method == "GET" else {})
        assert await probe.equal("acme.admin", method, path, kind, body=body) == 404, name


async def test_in_queries(platform, probe):
    """A filter that names what is foreign finds as little as one that names nothing."""
    asked = {
        "/api/users": {"tenant": "tenant"},
        "/api/sessions": {"tenant": "tenant", "user": "user"},
        "/api/sessions/export": {"tenant": "tenant", "user": "user"},
        "/api/activity": {
            "tenant": "tenant",
            "user": "user",
            "session": "session",
            "resource": "resource",
            "search": "key",
        },
        "/api/activity/histogram": {"tenant": "tenant", "user": "super admin"},
        "/api/activity/export": {"tenant": "tenant", "user": "user", "session": "session"},
    }
    for path, parameters in asked.items():
        for parameter, kind in parameters.items():
            for who in CALLERS:
                status = await probe.equal(who, "GET", path, kind, **{parameter: "{id}"})
                assert status == (200 if who == "acme.admin" else 403), (path, parameter, who)
                if who == "acme.admin" and "export" not in path and "histogram" not in path:
                    found = await platform.get(who, path, **{parameter: probe.ids[kind]})
                    assert found.json()["items"] == [], (path, parameter)


async def test_in_bodies(probe):
    """A body that names what is foreign is refused as one that names nothing."""
    person = {"email": f"{uuid.uuid4().hex}@probe.test", "name": "P", "role": "viewer"}
    invite = {**person, "tenant": "{id}"}
    for kind in ("tenant", "user"):
        for who, status in zip(CALLERS, (404, 403, 403), strict=True):
            assert await probe.equal(who, "POST", "/api/users", kind, body=invite) == status
    for kind in ("user", "super admin"):
        body = {"user": "{id}", **REASON}
        for who in CALLERS:
            assert await probe.equal(who, "POST", "/api/assume", kind, body=body) == 403
    for who, status in zip(CALLERS, (403, 403, 422), strict=True):
        body = an_activity(tenant="{id}")
        assert await probe.equal(who, "POST", "/api/activity", "tenant", body=body) == status


async def test_cursors_of_others(platform, probe):
    """A cursor that somebody with more in sight was given shows nothing more."""
    acme = platform.tenants["acme"]
    for path, cursor in probe.cursors.items():
        answer = await platform.get("acme.admin", path, cursor=cursor, limit=200)
        assert answer.status_code in {200, 422}, answer.text
        if answer.is_success:
            for row in answer.json()["items"]:
                tenant = row["tenant"]
                assert (tenant if isinstance(tenant, str) else tenant["id"]) == acme

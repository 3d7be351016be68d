"""Every route by everybody: generated from the application, compared with what was agreed.

``route_matrix.txt`` is read by people: a line a route, a column a caller, and a word for how far
one comes. A new route fails here until its line is added, and a line that no longer holds fails.
"""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest
from fastapi.routing import APIRoute

from indelible.errors import Misconfigured
from indelible.identity.access import Role, permissions_of
from indelible.web.app import api_routes
from indelible.web.policy import Anyone, Permitted, SignedIn, policy_of
from indelible.web.routes.logs import RootReaders

pytestmark = pytest.mark.database

AGREED = Path(__file__).parent / "route_matrix.txt"
ABSENT = "00000000-0000-4000-8000-000000000000"

KEYS = {"tenant key": "acme", "platform key": "platform"}
CALLERS = {
    "nobody": None,
    "viewer": Role.VIEWER,
    "admin": Role.ADMIN,
    "super admin": Role.SUPER_ADMIN,
    "as viewer": Role.VIEWER,
    "as admin": Role.ADMIN,
    **dict.fromkeys(KEYS),
}
OPEN, UNKNOWN, REFUSED = "open", "401", "403"


def routes() -> list[tuple[str, APIRoute]]:
    """Return every method and path of the API with its route, in the order of the paths."""
    found = [
        (f"{method} {each.path.replace(':path}', '}')}", each)
        for each in api_routes()
        for method in each.methods
    ]
    return sorted(found, key=lambda each: (each[0].split()[1], each[0]))


class Crowd:
    """Everybody, each with a browser; whoever was put out by a request signs in again."""

    def __init__(self, platform) -> None:
        self.platform = platform
        self.clients: dict[str, httpx.AsyncClient] = {}

    async def ask(self, who: str, method: str, path: str) -> str:
        client = await self._signed_in(who)
        body = None if method in {"GET", "DELETE"} else {}
        answer = await client.request(method, path, json=body)
        return {401: UNKNOWN, 403: REFUSED}.get(answer.status_code, OPEN)

    async def close(self) -> None:
        for client in self.clients.values():
            await client.aclose()

    async def _signed_in(self, who: str) -> httpx.AsyncClient:
        client = self.clients.get(who)
        if client is None:
            headers = {}
            if who in KEYS:
                headers["Authorization"] = f"Bearer {self.platform.keys[KEYS[who]]}"
            client = self.clients[who] = self.platform.client(**headers)
        if who == "nobody" or who in KEYS:
            return client
        now = await client.get("/api/auth/session")
        if not now.is_success or bool(now.json()["assumedBy"]) != who.startswith("as "):
            await self._enter(client, who)
        return client

    async def _enter(self, client: httpx.AsyncClient, who: str) -> None:
        client.cookies.clear()
        role = CALLERS[who]
        if role is Role.SUPER_ADMIN or who.startswith("as "):
            await self.platform.enter(client, "root@platform.test")
        else:
            await self.platform.enter(client, f"acme.{role}@platform.test")
        if who.startswith("as "):
            found = await client.get("/api/users", params={"search": f"acme.{role}@"})
            user = found.json()["items"][0]["id"]
            answer = await client.post("/api/assume", json={"user": user, "reason": "the matrix"})
            client.headers["X-CSRF-Token"] = answer.json()["csrf"]


@pytest.fixture
async def crowd(platform):
    crowd = Crowd(platform)
    yield crowd
    await crowd.close()


def by_policy(route: APIRoute, who: str) -> str:
    """Return how far *who* comes by what the policy of *route* says."""
    policy = policy_of(route)
    if isinstance(policy, Anyone):
        return OPEN
    if who == "nobody":
        return UNKNOWN
    if isinstance(policy, SignedIn):
        if who in KEYS:
            return UNKNOWN
        return REFUSED if who.startswith("as ") and not policy.assumed else OPEN
    assert isinstance(policy, Permitted | RootReaders)
    refused = (
        (who.startswith("as ") and not policy.assumed)
        # It belongs to no tenant, so no log is in its sight.
        or (who == "platform key" and route.path.startswith("/logs/"))
        or policy.permission not in permissions_of(CALLERS[who])
    )
    return REFUSED if refused else OPEN


async def test_matrix(platform, crowd):
    """Everybody comes exactly as far as was agreed, and as the policy of the route says."""
    lines, differing = [], []
    for name, route in routes():
        method, template = name.split()
        path = re.sub(r"\{[^}]+\}", ABSENT, template.replace("{place}", "0/000"))
        found = {who: await crowd.ask(who, method, path) for who in CALLERS}
        lines.append(f"{name:<52}" + "".join(f"{found[who]:<14}" for who in CALLERS))
        differing += [
            f"{name} as {who}: {found[who]}, and by its policy {by_policy(route, who)}"
            for who in CALLERS
            if found[who] != by_policy(route, who)
        ]
    header = f"{'':<52}" + "".join(f"{who:<14}" for who in CALLERS)
    text = "\n".join(line.rstrip() for line in (header, *lines)) + "\n"
    assert not differing, "\n".join(differing)
    agreed = AGREED.read_text(encoding="utf-8") if AGREED.exists() else ""
    assert text == agreed, f"if this is as it should be, put it into {AGREED.name}:\n{text}"


def test_all_routes(platform):
    """The routes of the matrix are those that the application serves."""
    served = {
        f"{method.upper()} {path}"
        for path, methods in platform.app.openapi()["paths"].items()
        for method in methods
    }
    assert served == {name for name, _ in routes()}


def test_every_route_is_marked_for_assumed_sessions():
    """What is possible while one acts as somebody else is this, and nothing that changes anything."""
    marked = [
        name
        for name, route in routes()
        if policy_of(route).assumed and not isinstance(policy_of(route), Anyone)
    ]
    assert marked == [
        "GET /api/activity",
        "GET /api/activity/histogram",
        "GET /api/activity/vocabulary",
        "GET /api/activity/{id}",
        "GET /api/activity/{id}/proof",
        "POST /api/assume/stop",
        "GET /api/auth/session",
        "POST /api/auth/sign-out",
        "GET /api/integrity",
        "GET /api/roles",
        "GET /api/sessions",
        "GET /api/settings",
        "GET /api/tenants",
        "GET /api/users",
        "GET /api/users/{id}",
        "GET /logs/{log}/checkpoint",
        "GET /logs/{log}/keys",
        "GET /logs/{log}/tile/{place}",
        "GET /root/checkpoint",
        "GET /root/keys",
        "GET /root/tile/{place}",
    ]


def test_a_route_without_a_policy():
    """A route that does not say who may use it is refused, and so is the application with it."""

    async def anybody() -> None:
        """Say nothing of who may."""

    with pytest.raises(Misconfigured, match="has 0 policies"):
        policy_of(APIRoute("/api/new", anybody))
    for _, route in routes():
        policy_of(route)

"""What the people of a tenant do: sign in, change things, synchronise, export, sign out."""

from __future__ import annotations

import random
import uuid
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.deeds import TELLS
from benchmarks.population import Population
from indelible.core.activity import (
    Action,
    Activity,
    Actor,
    Client,
    Request,
    Resource,
    Status,
)

FAILURES = 0.045  # failed sign-ins bring it to 0.05
SESSION = 100  # entries on average
_ROOT = Actor(id="5b0e0a8e-6d0f-4c9f-8a51-0c7a4f6f2d11", email="root@platform.example", name="Root")
_SYSTEMS = ("X11; Linux x86_64", "Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X")
_AGENTS = (
    *(
        f"Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version}.0.0.0 "
        "Safari/537.36"
        for system in _SYSTEMS
        for version in range(128, 142)
    ),
    "edgectl/2.3.1 (linux; amd64)",
    "Terraform/1.12.2 terraform-provider-edge/0.9.0",
)
_PATHS = {"config_template": "config-templates", "wireguard": "wireguard"}
_REFUSALS = (
    (403, "You may not do this."),
    (404, "There is no such thing."),
    (409, "The name is taken."),
    (422, "A field can't be read."),
)

# Of a thousand entries: what is done to what.
_DAY: tuple[tuple[str, Action, int], ...] = (
    ("edge", Action.SYNC, 230), ("edge", Action.UPDATE, 100), ("edge", Action.CREATE, 25),
    ("edge", Action.DELETE, 14), ("edge", Action.EXPORT, 22),
    ("connector", Action.UPDATE, 60), ("connector", Action.CREATE, 30),
    ("connector", Action.DELETE, 12), ("connector", Action.REVOKE, 18),
    ("wireguard", Action.UPDATE, 70), ("wireguard", Action.CREATE, 26),
    ("wireguard", Action.DELETE, 12), ("acl", Action.UPDATE, 110), ("acl", Action.CREATE, 18),
    ("acl", Action.DELETE, 8), ("acl", Action.SYNC, 30),
    ("config_template", Action.UPDATE, 60), ("config_template", Action.SYNC, 25),
    ("config_template", Action.EXPORT, 6), ("peering", Action.CREATE, 14),
    ("peering", Action.UPDATE, 30), ("peering", Action.DELETE, 9), ("user", Action.UPDATE, 14),
    ("user", Action.CREATE, 5), ("user", Action.EXPORT, 2), ("user", Action.DELETE, 2),
    ("role", Action.ASSIGN, 20), ("role", Action.UNASSIGN, 11), ("role", Action.UPDATE, 4),
    ("tenant", Action.UPDATE, 1), ("session", Action.REVOKE, 2), ("session", Action.CREATE, 10),
)  # fmt: skip
_METHODS = {
    Action.CREATE: "POST", Action.UPDATE: "PUT", Action.DELETE: "DELETE", Action.EXPORT: "GET",
    Action.UNASSIGN: "DELETE",
}  # fmt: skip


@dataclass(slots=True)
class _Desk:
    """Somebody at work: a session, from where, and for how many entries more."""

    session: str
    client: Client
    left: int


class Traffic:
    """Draws the activities of one tenant, without end."""

    def __init__(self, population: Population, seed: str) -> None:
        """Begin with nobody signed in; *seed* tells one run's draws from another's."""
        self._people = population
        self._random = random.Random(f"{seed} {population.tenant.number}")
        self._tenant = population.tenant.id
        self._desks: dict[str, _Desk] = {}
        self._kinds = [(kind, action) for kind, action, _ in _DAY]
        weights = [weight for _, _, weight in _DAY]
        self._sums = [sum(weights[: place + 1]) for place in range(len(weights))]
        site = self._random.randrange(0x4000)
        self._site = f"100.{64 + site % 64}.{site >> 6}"
        self._office = f"2001:db8:{site:x}"

    def draw(self, count: int) -> list[Activity]:
        """Return the next *count* activities."""
        drawn = self._random.choices(self._kinds, cum_weights=self._sums, k=count)
        return [self._one(kind, action) for kind, action in drawn]

    def _one(self, kind: str, action: Action) -> Activity:
        chance = self._random.random
        users = self._people.users
        # The first few do most of the work.
        user = users[int(len(users) * chance() ** 2.5)]
        if kind == "session":
            return self._session(user, action)
        desk = self._desks.get(user.id)
        if desk is None:
            return self._sign_in(user)
        desk.left -= 1
        if desk.left < 0:
            del self._desks[user.id]
            if desk.left < -1 or chance() < 0.7:  # the others let it expire
                return self._sign_out(user, desk)
        things = self._people.things[kind]
        thing = things[int(len(things) * chance() ** 3)]
        payload, changes = TELLS[kind](self._random, thing, action)
        path = _PATHS.get(kind, f"{kind}s")
        tail = {Action.SYNC: "/sync", Action.REVOKE: "/revoke", Action.ASSIGN: "/users"}
        if action is Action.CREATE:
            route = said = f"/api/v1/{path}"
        else:
            route = f"/api/v1/{path}/{{id}}{tail.get(action, '')}"
            said = f"/api/v1/{path}/{thing.id}{tail.get(action, '')}"
        code, status = 200 if action is not Action.CREATE else 201, Status.SUCCESS
        if chance() < FAILURES:
            code, reason = self._random.choice(_REFUSALS)
            payload, changes, status = {**payload, "error": reason}, None, Status.FAILURE
        actor, session, client = user, desk.session, desk.client
        assumed = None
        lot = chance()
        if action is Action.SYNC and lot < 0.3:
            actor, session, client = self._people.scheduler, None, None  # type: ignore[assignment]
        elif lot > 0.997:
            assumed = _ROOT
        return Activity(
            actor=actor,
            assumed_by=assumed,
            action=action,
            resource=thing,
            status=status,
            tenant=self._tenant,
            session=session,
            client=client,
            request=Request(
                id=f"{self._random.getrandbits(64):016x}",
                method=_METHODS.get(action, "POST"),
                route=route,
                path=said,
                status=code,
            ),
            payload=payload,
            changes=changes,
        )

    def _session(self, user: Actor, action: Action) -> Activity:
        if action is Action.REVOKE and user.id in self._desks:
            desk = self._desks.pop(user.id)
            boss = self._people.users[0]
            return self._of_session(boss, desk, action, "/api/sessions/{id}/revoke")
        desk = self._sit_down(user)
        reason = {"reason": self._random.choice(("wrong_password", "wrong_code", "unknown_user"))}
        return self._of_session(
            user, desk, Action.CREATE, "/api/auth/sign-in", failed=reason, code=401
        )

    def _sign_in(self, user: Actor) -> Activity:
        desk = self._desks[user.id] = self._sit_down(user)
        return self._of_session(user, desk, Action.CREATE, "/api/auth/sign-in")

    def _sign_out(self, user: Actor, desk: _Desk) -> Activity:
        return self._of_session(user, desk, Action.DELETE, "/api/auth/sign-out", code=204)

    def _of_session(
        self,
        user: Actor,
        desk: _Desk,
        action: Action,
        route: str,
        *,
        failed: dict[str, str] | None = None,
        code: int = 200,
    ) -> Activity:
        return Activity(
            actor=user,
            action=action,
            resource=Resource(type="session", id="-" if failed else desk.session),
            status=Status.FAILURE if failed else Status.SUCCESS,
            tenant=self._tenant,
            session=None if failed else desk.session,
            client=desk.client,
            request=Request(
                id=f"{self._random.getrandbits(64):016x}", method="POST", route=route, status=code
            ),
            payload=failed,
        )

    def _sit_down(self, user: Actor) -> _Desk:
        draw = self._random
        usual = zlib.crc32(user.id.encode())  # everybody has a desk and a browser
        if draw.random() < 0.2:
            usual = draw.getrandbits(20)
        ip = f"{self._site}.{usual % 250}" if usual % 5 else f"{self._office}::{usual % 4_000:x}"
        session = str(uuid.UUID(int=draw.getrandbits(128), version=4))
        left = int(draw.expovariate(1 / SESSION)) + 1
        client = Client(ip=ip, user_agent=_AGENTS[usual % len(_AGENTS)])
        return _Desk(session, client, left)


def mixture(
    traffics: Sequence[Traffic], weights: Sequence[float], seed: str
) -> Callable[[int], list[Activity]]:
    """Return what draws activities of several tenants, mixed by weight."""
    draw = random.Random(seed)

    def next_(count: int) -> list[Activity]:
        made: list[Activity] = []
        counts = [0] * len(traffics)
        for place in draw.choices(range(len(traffics)), weights, k=count):
            counts[place] += 1
        for traffic, number in zip(traffics, counts, strict=True):
            if number:
                made += traffic.draw(number)
        draw.shuffle(made)
        return made

    return next_

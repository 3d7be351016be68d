"""Four hours of a busy platform in less: ``python -m tests.soak --seconds 600``.

One service on its embedded PostgreSQL gets as many requests as it would in four hours: reports,
pages, searches, histograms, proofs, tiles, exports, sign-ins, revocations and erasures. Meanwhile
what may leak is looked at: memory, file handles, threads, connections, dead rows, write-ahead log.
What it was in the last quarter is compared with what it was in the second: the first is for
warming up. The table at the end says each; the exit status is 1 where something grew.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import httpx
import psutil
import psycopg
import sqlalchemy as sa

from indelible.bootstrap import open_services
from indelible.config.settings import load_settings
from indelible.identity.access import Role
from indelible.identity.model import COMMAND_LINE
from indelible.storage.postgres.embedded import EmbeddedServer
from indelible.storage.postgres.schema import migrate
from tests.journeys.service import Service

PASSWORD = "a long password for a soak"
REQUESTS = 72_000  # four hours at five a second
TENANTS, ADMINS, WORKERS = 20, 12, 16
# Few enough that all were seen in the first quarter: what is remembered of them is no leak.
PEOPLE, EDGES, NETWORKS = 20, 40, 10  # a tenant
MIB = 1 << 20
MOST_MEMORY = 300.0  # MiB

# What is refused under load is no failure: it is counted.
FINE = {200, 201, 204, 404, 410, 429, 503}

_STATE = """
SELECT (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()),
    pg_relation_size('heads'), pg_relation_size('sessions'),
    (SELECT coalesce(sum(n_dead_tup), 0) FROM pg_stat_user_tables),
    (SELECT coalesce(sum(n_live_tup), 0) FROM pg_stat_user_tables),
    (SELECT sum(size) FROM heads), pg_current_wal_lsn() - '0/0'
"""


@dataclass(frozen=True, slots=True)
class Bound:
    """A figure, and how much of it may be more in the last quarter than in the second."""

    unit: str
    factor: float
    slack: float = 0.0


BOUNDS = {
    "memory of the service": Bound("MiB", 1.05, 10),
    "private memory of PostgreSQL": Bound("MiB", 1.1, 20),
    "file handles": Bound("", 1.05, WORKERS),
    "threads": Bound("", 1.0, 2),
    "connections": Bound("", 1.0, 2),
    "dead rows": Bound("% of live ones", 1.25, 5),
    "size of heads": Bound("KiB", 1.25, 128),
    "size of sessions": Bound("KiB", 1.25, 1024),
    "write-ahead log": Bound("bytes an entry", 1.25, 500),
}


class Watch:
    """Looks at the service and its database now and then."""

    def __init__(self, service: Service, url: str) -> None:
        self._process = psutil.Process(service.pid)
        plain = sa.make_url(url).set(drivername="postgresql")
        self._database = psycopg.connect(
            plain.render_as_string(hide_password=False), autocommit=True
        )
        self.samples: list[dict[str, float]] = []
        self._before: tuple[int, int] | None = None

    def look(self) -> None:
        row = self._database.execute(_STATE).fetchone()
        assert row is not None
        connections, heads, sessions, dead, live, entries, wal = (int(each) for each in row)
        since = self._before or (entries, wal)
        self._before = entries, wal
        self.samples.append(
            {
                "memory of the service": self._process.memory_info().rss / MIB,
                "private memory of PostgreSQL": self._private() / MIB,
                "file handles": self._process.num_fds(),
                "threads": self._process.num_threads(),
                "connections": connections,
                "dead rows": 100 * dead / max(live, 1),
                "size of heads": heads / 1024,
                "size of sessions": sessions / 1024,
                "write-ahead log": (wal - since[1]) / max(entries - since[0], 1),
            }
        )

    def _private(self) -> float:
        """Return the memory of this database's processes that they share with nobody."""
        total = 0
        for (pid,) in self._database.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
        ).fetchall():
            with suppress(psutil.Error):
                total += psutil.Process(pid).memory_full_info().uss
        return total

    def verdict(self) -> bool:
        """Print the table and return whether all of it is flat."""
        quarter = len(self.samples) // 4
        second, last = self.samples[quarter : 2 * quarter], self.samples[-quarter:]
        flat = bool(quarter)
        print(f"{'':<32}{'2nd quarter':>14}{'last quarter':>14}{'most':>12}")
        for name, bound in BOUNDS.items():
            before = fmean(each[name] for each in second)
            after = fmean(each[name] for each in last)
            most = max(each[name] for each in self.samples)
            fits = after <= before * bound.factor + bound.slack
            if name == "memory of the service":
                fits = fits and most <= MOST_MEMORY
            flat = flat and fits
            grew = "" if fits else "  GREW"
            print(f"{name:<32}{before:>14,.1f}{after:>14,.1f}{most:>12,.1f}  {bound.unit}{grew}")
        eighth = max(1, len(self.samples) // 8)
        course = [
            fmean(each["memory of the service"] for each in self.samples[at : at + eighth])
            for at in range(0, eighth * 8, eighth)
        ]
        print("memory of the service, by eighths:", *(f"{each:.0f}" for each in course))
        return flat


class Platform:
    """Everybody who uses the service."""

    def __init__(self, url: str, keys: dict[str, str], chance: random.Random) -> None:
        self._url = url
        self._keys = list(keys.items())
        self._chance = chance
        self._newest: list[str] = []
        self._sessions: list[str] = []
        self.answers: Counter[tuple[str, int]] = Counter()
        self._reporter = _client(url)
        self.root = _client(url)
        self._admins = [_client(url) for _ in range(ADMINS)]
        self._deeds: list[tuple[Callable[[], Awaitable[httpx.Response]], float]] = [
            (self.report, 60),
            (self.page, 12),
            (self.search, 5),
            (self.histogram, 4),
            (self.proof, 8),
            (self.tile, 4),
            (self.sessions, 3),
            (self.come_and_go, 2),
            (self.revoke, 1),
            (self.export, 0.3),
            (self.erase, 0.1),
        ]

    async def enter(self) -> None:
        await self._sign_in(self.root, "root@soak.test")
        for number, client in enumerate(self._admins):
            await self._sign_in(client, f"admin{number}@soak.test")

    async def close(self) -> None:
        for client in (self._reporter, self.root, *self._admins):
            await client.aclose()

    async def anything(self) -> None:
        """Do one of the things that people and programs do."""
        (deed,) = self._chance.choices(
            [deed for deed, _ in self._deeds], [weight for _, weight in self._deeds]
        )
        try:
            answer = await deed()
        except httpx.TransportError as error:
            raise SystemExit(f"{deed.__name__}: {error!r}") from error
        self.answers[deed.__name__, answer.status_code] += 1
        if answer.status_code == 401:
            await self.enter()  # half an hour is soon over in such a hurry
        elif answer.status_code == 403 and "step-up" in answer.text:
            await self.root.post("/api/auth/step-up", json={"password": PASSWORD})
        elif answer.status_code not in FINE:
            raise SystemExit(f"{deed.__name__}: {answer.status_code} {answer.text[:500]}")

    async def report(self) -> httpx.Response:
        tenant, key = self._chance.choices(self._keys, range(len(self._keys), 0, -1))[0]
        count = self._chance.choice([1, 1, 1, 1, 5, 20])
        activities = [self._activity(tenant) for _ in range(count)]
        answer = await self._reporter.post(
            "/api/activity",
            json={"activities": activities},
            headers={"Authorization": f"Bearer {key}"},
        )
        if answer.status_code == 201:
            self._newest = [each["id"] for each in answer.json()["receipts"]]
        return answer

    def _activity(self, tenant: str) -> dict[str, object]:
        chance = self._chance
        person, edge = f"{tenant[:4]}-{chance.randrange(PEOPLE)}", chance.randrange(EDGES)
        return {
            "key": uuid.UUID(int=chance.getrandbits(128)).hex,
            "actor": {"type": "user", "id": person, "email": f"{person}@example.com"},
            "action": chance.choice(["create", "update", "update", "delete", "sync"]),
            "resource": {"type": "edge", "id": f"edge-{edge}", "name": f"Edge {edge}"},
            "status": chance.choice(["success", "success", "success", "failure"]),
            "client": {"ip": f"198.51.{chance.randrange(NETWORKS)}.4", "userAgent": "soak"},
            "changes": {"site": {"before": "Lab", "after": f"Room {chance.randrange(10**6)}"}},
        }

    async def page(self) -> httpx.Response:
        where = self._chance.choice(["", "?action=update", "?status=failure", "?limit=100"])
        return await self._anybody().get(f"/api/activity{where}")

    async def search(self) -> httpx.Response:
        words = f"edge {self._chance.randrange(EDGES)}"
        return await self._anybody().get("/api/activity", params={"search": words})

    async def histogram(self) -> httpx.Response:
        asked = {"buckets": self._chance.randrange(20, 100), "action": "update"}
        return await self._anybody().get("/api/activity/histogram", params=asked)

    async def proof(self) -> httpx.Response:
        newest = self._newest[0] if self._newest else "none"
        return await self.root.get(f"/api/activity/{newest}/proof")

    async def tile(self) -> httpx.Response:
        tenant, key = self._chance.choice(self._keys)
        place = self._chance.choice(["checkpoint", "tile/0/000", "tile/entries/000", "keys"])
        return await self._reporter.get(
            f"/logs/{tenant}/{place}", headers={"Authorization": f"Bearer {key}"}
        )

    async def sessions(self) -> httpx.Response:
        return await self._anybody().get("/api/sessions")

    async def come_and_go(self) -> httpx.Response:
        """Sign in, and out, or leave the session to be revoked."""
        async with _client(self._url) as client:
            email = f"admin{self._chance.randrange(ADMINS)}@soak.test"
            answer = await self._sign_in(client, email)
            if answer.status_code != 200:
                return answer
            if self._chance.random() < 0.5 and len(self._sessions) < 100:
                self._sessions.append(answer.json()["session"]["id"])
                return answer
            return await client.post("/api/auth/sign-out")

    async def revoke(self) -> httpx.Response:
        session = self._sessions.pop() if self._sessions else str(uuid.uuid4())
        reason = {"reason": "the soak is over"}
        return await self.root.post(f"/api/sessions/{session}/revoke", json=reason)

    async def export(self) -> httpx.Response:
        return await self._chance.choice(self._admins).get("/api/activity/export?action=delete")

    async def erase(self) -> httpx.Response:
        tenant, _ = self._chance.choice(self._keys)
        person = f"{tenant[:4]}-{self._chance.randrange(PEOPLE)}"
        return await self.root.post("/api/erasures", json={"person": person})

    def _anybody(self) -> httpx.AsyncClient:
        return self._chance.choice([self.root, *self._admins])

    async def _sign_in(self, client: httpx.AsyncClient, email: str) -> httpx.Response:
        body = {"email": email, "password": PASSWORD}
        answer = await client.post("/api/auth/sign-in", json=body)
        if answer.status_code == 200:
            client.headers["X-CSRF-Token"] = answer.json()["csrf"]
        return answer


def _client(url: str) -> httpx.AsyncClient:
    # Shorter than the service's own five seconds: it must not hang up while we send.
    limits = httpx.Limits(keepalive_expiry=2.0)
    return httpx.AsyncClient(base_url=url, timeout=60, limits=limits)


async def furnish(data: Path, url: str) -> dict[str, str]:
    """Make tenants, their keys and people; return the keys by tenant."""
    keys = {}
    async with open_services(load_settings(data=data), url) as services:
        identity = services.identity
        await identity.users.create(
            email="root@soak.test", name="Root", role=Role.SUPER_ADMIN, tenant=None,
            password=PASSWORD, actor=COMMAND_LINE,
        )  # fmt: skip
        for number in range(TENANTS):
            tenant = await identity.tenants.create(f"Tenant {number}", actor=COMMAND_LINE)
            key = await identity.keys.create(tenant=tenant, name="soak", actor=COMMAND_LINE)
            keys[tenant.id] = key.text
            if number < ADMINS:
                await identity.users.create(
                    email=f"admin{number}@soak.test", name="Admin", role=Role.ADMIN,
                    tenant=tenant, password=PASSWORD, actor=COMMAND_LINE,
                )  # fmt: skip
    return keys


async def soak(platform: Platform, watch: Watch, *, seconds: float, requests: int) -> None:
    """Send *requests* evenly over *seconds*, and look 80 times."""
    await platform.enter()
    # Pools open as far as somebody waits, and stay: before anybody looks.
    for _ in range(8):
        await asyncio.gather(*(platform.anything() for _ in range(4 * WORKERS)))
    began = time.monotonic()
    sent = 0

    async def worker() -> None:
        nonlocal sent
        while sent < requests and time.monotonic() < began + seconds:
            due = began + seconds * sent / requests
            sent += 1
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            await platform.anything()

    workers = [asyncio.create_task(worker()) for _ in range(WORKERS)]
    for turn in range(1, 81):
        await asyncio.sleep(max(0.0, began + seconds * turn / 80 - time.monotonic()))
        await asyncio.to_thread(watch.look)
    await asyncio.gather(*workers)
    await platform.close()


def main() -> int:
    """Run it; return 1 where something grew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--requests", type=int, default=REQUESTS)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="indelible-soak-") as folder:
        data = Path(folder)
        server = EmbeddedServer(data)
        try:
            with server:
                migrate(server.url)
                keys = asyncio.run(furnish(data, server.url))
                with Service(data) as service:
                    platform = Platform(service.url, keys, random.Random(wanted.seed))
                    watch = Watch(service, server.url)
                    asyncio.run(
                        soak(platform, watch, seconds=wanted.seconds, requests=wanted.requests)
                    )
        finally:
            server.remove()
    for (deed, status), count in sorted(platform.answers.items()):
        print(f"{deed:<14}{status}{count:>9,}")
    return 0 if watch.verdict() else 1


if __name__ == "__main__":
    sys.exit(main())

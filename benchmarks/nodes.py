"""Several nodes on one PostgreSQL: server processes of their own, with data folders of their own.

They share two cores with the database and the load, so that more of them can't do more. What is
measured is what they cost each other: the rate that is left, the processors' time of an entry, and
how many connections wait for a lock.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from benchmarks.activities import batches
from benchmarks.figures import Figures
from benchmarks.filled import PASSWORD, plain
from benchmarks.load import Connection, Refused, Shot, fire
from benchmarks.searching import settle
from benchmarks.service import embedded, free_port, make_keys, running, serve
from benchmarks.watching import Watch, database_at, server_at, spent
from indelible.bootstrap import open_services
from indelible.config.settings import load_settings
from indelible.identity.access import Role
from indelible.identity.model import COMMAND_LINE

COUNTS = (1, 2, 4)
TENANTS = 50
BATCH = 500
ENTRIES = 40_000  # of each window
CLIENTS = 16
WARM_UP = 8  # batches
READERS = 8
READING = 6.0  # seconds
_QUESTIONS = (
    "",
    "status=failure",
    "action=create",
    "search=example",
    "search=zzzzzz",
    "resource_type=s3_object&action=update",
    "position=1000",
)
_WAITING = """
SELECT count(*) FILTER (WHERE wait_event_type = 'Lock'), count(*) FILTER (WHERE state <> 'idle')
FROM pg_stat_activity WHERE application_name LIKE 'indelible%'
"""


def measure(figures: Figures) -> None:
    """Append and read by 1, 2 and 4 nodes."""
    with tempfile.TemporaryDirectory(prefix="indelible-bench-") as folder:
        data = Path(folder)
        with embedded(data) as url:
            keys = make_keys(data, url, TENANTS)
            emails = asyncio.run(_make_readers(data, url))
            bodies = list(itertools.islice(batches(BATCH), ENTRIES // BATCH))
            for count in COUNTS:
                with _nodes(data, url, count) as ports:
                    nodes = Nodes(url, ports, bodies)
                    for name, routed in (
                        ("", lambda _: keys),  # any node gets anything
                        ("by_tenant_", lambda port: keys[ports.index(port) :: len(ports)]),
                        ("one_tenant_", lambda _: keys[:1]),
                    ):
                        _note(figures, f"appending_{count}_nodes_{name}", nodes.append(routed))
            for count in COUNTS:  # of one and the same log, now that it grows no more
                with _nodes(data, url, count) as ports:
                    settle(ports[0])
                    rate, times = asyncio.run(_read(ports, emails))
                    figures.note(f"searching_{count}_nodes_pages_per_s", rate)
                    figures.note_times(f"searching_{count}_nodes_page", times)


@dataclass(slots=True)
class Window:
    """What appending took.

    Attributes:
        rate: entries a second.
        cost: seconds of processors an entry, of servers and database.
        waiting: connections that waited for a lock, on average; *busy*, that were in a transaction.
    """

    rate: float
    cost: float
    waiting: float
    busy: float


def _note(figures: Figures, name: str, window: Window) -> None:
    figures.note(f"{name}entries_per_s", window.rate)
    figures.note(f"{name}cpu_us_an_entry", window.cost * 1e6)
    figures.note(f"{name}connections_waiting_for_locks", window.waiting)
    figures.note(f"{name}connections_in_transactions", window.busy)


@contextmanager
def _nodes(data: Path, url: str, count: int) -> Iterator[list[int]]:
    """Run so many nodes, as on machines of their own, and yield their ports.

    All they have in common is the database and a copy of the signing key.
    """
    with ExitStack() as stack:
        ports = []
        for number in range(count):
            home = data / f"node-{number}"
            home.mkdir(mode=0o700, exist_ok=True)
            shutil.copy2(data / "signing.key", home / "signing.key")
            port = free_port()
            stack.enter_context(
                running(home, serve(port, 1), port, INDELIBLE_DATABASE_URL=plain(url))
            )
            ports.append(port)
        yield ports


class Nodes:
    """Nodes that run, and what is sent to them."""

    def __init__(self, url: str, ports: Sequence[int], bodies: Sequence[bytes]) -> None:
        """Take the database, where the nodes listen, and the bodies of requests."""
        self._url = url
        self._ports = ports
        self._bodies = bodies

    def append(self, routed: Callable[[int], Sequence[str]]) -> Window:
        """Append all bodies, under the keys that *routed* says a node is sent; after a warm-up."""
        self._fire(routed, self._bodies[:WARM_UP])
        watches = [Watch(server_at(port)) for port in self._ports]
        watches.append(Watch(database_at(self._url)))
        before = [watch.tally() for watch in watches]
        with Locks(self._url) as locks:
            seconds = self._fire(routed, self._bodies)
        for watch in watches:
            watch.look()  # connections are opened as they are needed
        after = [watch.tally() for watch in watches]
        taken = sum(itertools.starmap(spent, zip(before, after, strict=True)))
        entries = len(self._bodies) * BATCH
        return Window(entries / seconds, taken / entries, *locks.means())

    def _fire(self, routed: Callable[[int], Sequence[str]], bodies: Sequence[bytes]) -> float:
        # One queue for all of them: a node that is faster than another gets more to do.
        waiting = iter(bodies)

        async def run() -> None:
            each = CLIENTS // len(self._ports)
            await asyncio.gather(
                *(fire(port, _shots(routed(port), waiting), each) for port in self._ports)
            )

        began = time.perf_counter()
        asyncio.run(run())
        return time.perf_counter() - began


def _shots(keys: Sequence[str], bodies: Iterator[bytes]) -> Iterator[Shot]:
    for key, body in zip(itertools.cycle(keys), bodies, strict=False):
        headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
        yield Shot(method="POST", path="/api/activity", headers=headers, body=body)


@dataclass(slots=True)
class Locks:
    """Asks the database, all along, who waits for a lock."""

    url: str
    _found: list[tuple[int, int]] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Locks:
        """Begin."""
        self._thread = threading.Thread(target=self._ask)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    def means(self) -> tuple[float, float]:
        """Return how many waited, and how many were in a transaction, on average."""
        asked = max(1, len(self._found))
        return sum(w for w, _ in self._found) / asked, sum(b for _, b in self._found) / asked

    def _ask(self) -> None:
        with psycopg.connect(plain(self.url), autocommit=True) as connection:
            while not self._over.wait(0.05):
                row = connection.execute(_WAITING).fetchone()
                if row is not None:
                    self._found.append((row[0], row[1]))


async def _make_readers(data: Path, url: str) -> list[str]:
    emails = [f"reader-{number}@bench.example" for number in range(READERS)]
    async with open_services(load_settings(data=data), url) as services:
        for email in emails:
            await services.identity.users.create(
                email=email, name="Reader", role=Role.SUPER_ADMIN, tenant=None, password=PASSWORD,
                actor=COMMAND_LINE,
            )  # fmt: skip
    return emails


async def _read(ports: Sequence[int], emails: Sequence[str]) -> tuple[float, list[float]]:
    """Turn pages as several people, each signed in at the first node and sent to any of them.

    Every node has answered every question once before: what no node ever answered is the business
    of the part ``searching``.
    """
    times: list[float] = []

    async def ask(connection: Connection, query: str, cookie: str) -> None:
        began = time.perf_counter()
        path = f"/api/activity?{query}"
        status, answer = await connection.request("GET", path, headers={"cookie": cookie})
        if status != 200:
            raise Refused(f"{path}: {status} {answer[:300]!r}")
        times.append(time.perf_counter() - began)

    async def read(number: int, cookie: str, until: float) -> None:
        connections = [Connection(port) for port in ports]
        asked = zip(itertools.cycle(connections), itertools.cycle(_QUESTIONS), strict=False)
        for connection, query in itertools.islice(asked, number, None):
            if time.perf_counter() > until:
                return
            await ask(connection, query, cookie)

    cookies = [await _signed_in(ports[0], email) for email in emails]
    for port in ports:
        for query in _QUESTIONS:
            await ask(Connection(port), query, cookies[0])
    times.clear()
    began = time.perf_counter()
    await asyncio.gather(
        *(read(number, cookie, began + READING) for number, cookie in enumerate(cookies))
    )
    return len(times) / (time.perf_counter() - began), times


async def _signed_in(port: int, email: str) -> str:
    body = json.dumps({"email": email, "password": PASSWORD}).encode()
    connection = Connection(port)
    status, answer = await connection.request(
        "POST", "/api/auth/sign-in", headers={"content-type": "application/json"}, body=body
    )
    if status != 200:
        raise Refused(f"sign-in: {status} {answer!r}")
    return connection.cookie

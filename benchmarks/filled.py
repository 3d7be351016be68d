"""A data folder with a log of two years, as large as ``BENCH_ENTRIES`` says; made once and kept.

``BENCH_DATA`` names the folder; without it there is a temporary one, removed in the end. Entries go
through the recorder like any others, only its clock runs from two years ago to now.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
import psycopg
import sqlalchemy as sa

from benchmarks.population import THINGS, Named, Population, shares, tenant_names
from benchmarks.traffic import Traffic, mixture
from indelible.bootstrap import open_services
from indelible.config.settings import load_settings
from indelible.core.activity import TenantId
from indelible.identity.access import Role
from indelible.identity.model import COMMAND_LINE
from indelible.ledger.publish import Publisher
from indelible.ledger.retention import Circumstances, Rules
from indelible.signing.file_key import load_signer
from indelible.storage.postgres.cosignatures import Cosignatures
from indelible.storage.postgres.database import Database
from indelible.storage.postgres.embedded import EmbeddedServer
from indelible.storage.postgres.root import PostgresRoot
from indelible.storage.postgres.schema import migrate
from indelible.web.services import Services

ENTRIES = int(os.environ.get("BENCH_ENTRIES", "10_000_000"))
YEARS = 2
BATCH = 500
STAGE = 1_000_000
KEPT = Rules(days=3_650)
LEAST_FREE = 25 * 2**30
PASSWORD = "a long password for a benchmark"  # of every account here

_YEAR_NS = 31_556_952 * 10**9


class Workload(msgspec.Struct, frozen=True, kw_only=True):
    """What a folder is filled with, kept beside it as ``workload.json``.

    Attributes:
        entries: how many there are to be, by size of the logs of the tenants.
        start: when the first was recorded; *end*, when the last. Nanoseconds since 1970.
        admins: e-mail addresses, of the Super Admin, an Admin of the largest tenant and one of the
            smallest.
    """

    entries: int
    start: int
    end: int
    tenants: list[TenantId]
    admins: list[str]

    @property
    def named(self) -> list[Named]:
        """The tenants, largest first."""
        pairs = zip(self.tenants, tenant_names(), strict=True)
        return [Named(number, id_, name) for number, (id_, name) in enumerate(pairs)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A filled folder whose database runs."""

    data: Path
    url: str
    workload: Workload

    @property
    def entries(self) -> int:
        """How many there are."""
        return self.workload.entries


@contextmanager
def one_folder() -> Iterator[None]:
    """Fill one folder for all parts in the block; where it was not named, remove it in the end."""
    if "BENCH_DATA" in os.environ:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="indelible-bench-") as folder:
        os.environ["BENCH_DATA"] = folder
        try:
            yield
        finally:
            del os.environ["BENCH_DATA"]
            EmbeddedServer(Path(folder)).remove()


@contextmanager
def filled() -> Iterator[Filled]:
    """Yield the folder filled, its database running; within :func:`one_folder`."""
    with opened(Path(os.environ["BENCH_DATA"]), ENTRIES) as one:
        yield one


@contextmanager
def opened(data: Path, entries: int) -> Iterator[Filled]:
    """Yield *data* filled with *entries*, its database running. The folder stays."""
    with EmbeddedServer(data) as server:
        migrate(server.url)
        workload = _fill(data, server.url, entries)
        yield Filled(data=data, url=server.url, workload=workload)


def _fill(data: Path, url: str, entries: int) -> Workload:
    path = data / "workload.json"
    if path.exists():
        workload = msgspec.json.decode(path.read_bytes(), type=Workload)
        if workload.entries != entries:
            raise SystemExit(f"{data} is for {workload.entries:,} entries, not {entries:,}")
    else:
        workload = found(data, url, entries)
        path.write_bytes(msgspec.json.encode(workload))
    if fill(data, url, workload, entries):
        execute(url, "VACUUM (ANALYZE)")
        execute(url, "CHECKPOINT")
    return workload


def fill(data: Path, url: str, workload: Workload, until: int) -> bool:
    """Append until there are *until* entries; return whether anything was missing."""
    done = sizes(url, workload.tenants)
    began, at_first = time.perf_counter(), sum(done)
    enough = until - len(done)  # shares are rounded
    while sum(done) < enough:
        if shutil.disk_usage(data).free < LEAST_FREE:
            raise SystemExit("less than 25 GiB of disk are free")
        _stage(data, url, workload, done, min(until, sum(done) + STAGE))
        done = sizes(url, workload.tenants)
        rate = (sum(done) - at_first) / (time.perf_counter() - began)
        print(f"  {sum(done):>12,} entries, {rate:,.0f} a second", flush=True)
        publish(data, url)
    return sum(done) > at_first


def found(data: Path, url: str, entries: int) -> Workload:
    """Make tenants, and the accounts that ask, in a log for so many entries."""
    return asyncio.run(_found(data, url, entries))


async def _found(data: Path, url: str, entries: int) -> Workload:
    end = time.time_ns()
    start = end - YEARS * _YEAR_NS
    admins = ["root@bench.example", "largest@bench.example", "smallest@bench.example"]
    async with open_services(load_settings(data=data), url, clock=lambda: start) as services:
        identity = services.identity
        tenants = [
            await identity.tenants.create(name=name, actor=COMMAND_LINE) for name in tenant_names()
        ]
        for tenant in tenants:  # or the first server to start would purge what is old
            await services.retention.change(tenant.id, KEPT, Circumstances(actor=COMMAND_LINE))
        for email, home in zip(admins, (None, tenants[0], tenants[-1]), strict=True):
            role = Role.SUPER_ADMIN if home is None else Role.ADMIN
            await identity.users.create(
                email=email, name="Reader", role=role, tenant=home, password=PASSWORD,
                actor=COMMAND_LINE,
            )  # fmt: skip
    return Workload(
        entries=entries, start=start, end=end, tenants=[each.id for each in tenants], admins=admins
    )


def _stage(data: Path, url: str, workload: Workload, done: list[int], until: int) -> None:
    """Append until there are *until* entries, in two processes: the first has the first tenant."""
    missing = [
        max(0, round(until * share) - there) for share, there in zip(shares(), done, strict=True)
    ]
    share = sum(done) / workload.entries, until / workload.entries
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=spawned) as pool:
        turns = [
            pool.submit(_work, data, url, workload, numbers, missing, share)
            for numbers in ([0], list(range(1, len(missing))))
        ]
        for turn in turns:
            turn.result()


def _work(
    data: Path,
    url: str,
    workload: Workload,
    numbers: list[int],
    missing: list[int],
    share: tuple[float, float],
) -> None:
    """Append what is *missing* of some tenants while the clock goes through a *share* of it all."""

    async def work() -> None:
        total = sum(missing[number] for number in numbers)
        clock = Clock(workload, *share, total)
        settings = load_settings(data=data)
        async with open_services(settings, url, guarded=False, clock=clock) as services:
            await _append(services, clock, workload, numbers, missing)

    asyncio.run(work())


async def _append(
    services: Services, clock: Clock, workload: Workload, numbers: list[int], missing: list[int]
) -> None:
    things = things_for(workload.entries)
    people = [Population(workload.named[number], things) for number in numbers]
    draw = mixture(
        [Traffic(each, f"{clock()}") for each in people],
        [missing[n] for n in numbers],
        f"{clock()}",
    )
    left = sum(missing[number] for number in numbers)
    under_way: set[asyncio.Task[None]] = set()

    async def record(count: int) -> None:
        await services.recorder.record(draw(count))
        clock.done += count

    while left:
        count = min(BATCH, left)
        left -= count
        under_way.add(asyncio.create_task(record(count)))
        if len(under_way) > 1:  # one is being committed while the next is made
            finished, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            for each in finished:
                each.result()
    await asyncio.gather(*under_way)


class Clock:
    """A clock that has gone through a part of the two years when all is done."""

    def __init__(self, workload: Workload, first: float, last: float, total: int) -> None:
        """Go from the *first* share of all time to the *last* while *total* entries are done."""
        span = workload.end - workload.start
        self._first = workload.start + int(span * first)
        self._span = int(span * (last - first))
        self._total = total
        self.done = 0

    def __call__(self) -> int:
        """Return nanoseconds since 1970."""
        return self._first + self._span * self.done // max(1, self._total)


def things_for(entries: int) -> int:
    """Return how many things there are: as many as it takes, and fewer in a small log."""
    return min(THINGS, max(5_000, entries // 20))


def publish(data: Path, url: str) -> None:
    """Publish where the logs are now, as a running server does every few seconds."""

    async def turn() -> None:
        settings = load_settings(data=data)
        database = Database(url, pool_size=2)
        root = PostgresRoot(database, base=settings.origin, cosignatures=Cosignatures(database))
        await Publisher(root, load_signer(settings.signing_key)).publish()
        await database.close()

    asyncio.run(turn())


def sizes(url: str, tenants: list[TenantId]) -> list[int]:
    """Return the size of each tenant's log."""
    query = "SELECT l.tenant::text, h.size FROM heads h JOIN logs l ON l.id = h.log"
    with psycopg.connect(plain(url)) as connection:
        known: dict[str, int] = dict(connection.execute(query).fetchall())
    return [known.get(tenant, 0) for tenant in tenants]


def execute(url: str, statement: str) -> None:
    """Execute what can't be in a transaction."""
    with psycopg.connect(plain(url), autocommit=True) as connection:
        connection.execute(statement.encode())


def plain(url: str) -> str:
    """Return *url* as psycopg takes it."""
    return sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def main() -> None:
    """Fill ``BENCH_DATA``: ``python -m benchmarks.filled``."""
    with one_folder(), filled() as one:
        print(f"{one.data}: {one.entries:,} entries")


if __name__ == "__main__":
    main()

"""The publisher at work, with real witnesses: soon, steadily, and never quietly wrong."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from indelible.core.activity import TenantId
from indelible.core.checkpoint import open_checkpoint
from indelible.core.merkle import leaf_hash, tree_root
from indelible.core.redaction import Redactor
from indelible.delivery.witnesses import HttpWitness
from indelible.errors import Contradicted, Unavailable
from indelible.ledger.append import Appender
from indelible.ledger.cosign import Cosigner
from indelible.ledger.root import RootCheckpoint, WitnessState
from indelible.storage.postgres.append import PostgresLedger
from indelible.web.metrics import Metrics
from indelible.worker.publisher import Follow, PublishingWorker
from tests.ledger.conftest import BASE, TENANT, an_activity
from tests.witness.installation import KEY, SEED, SIGNER, Installation, copied, dropped
from tests.witness.running import WitnessProcess, environment

pytestmark = pytest.mark.database

_PUBLISHING = Path(__file__).with_name("publishing.py")


@pytest.fixture
def witnesses(tmp_path: Path) -> Iterator[list[WitnessProcess]]:
    """Two witnesses of the root log."""
    with (
        WitnessProcess(tmp_path / "w1", [KEY]) as one,
        WitnessProcess(tmp_path / "w2", [KEY]) as two,
    ):
        yield [one, two]


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    """Closes what a test opened."""
    async with AsyncExitStack() as stack:
        yield stack


async def installed(
    stack: AsyncExitStack, url: str, witnesses: Sequence[WitnessProcess]
) -> Installation:
    client = await stack.enter_async_context(httpx.AsyncClient())
    installation = Installation(url, witnesses, 2, client)
    stack.push_async_callback(installation.database.close)
    return installation


def a_worker(
    log: Installation,
    metrics: Metrics,
    followers: Sequence[tuple[str, Follow]] = (),
    *,
    every: float = 0.05,
    again_after: float = 3600,
    cosigners: Sequence[Cosigner] | None = None,
) -> PublishingWorker:
    return PublishingWorker(
        log.publisher,
        log.root,
        log.cosigners if cosigners is None else cosigners,
        followers,
        every=every,
        again_after=again_after,
        observer=metrics,
    )


async def until(true: Callable[[], Awaitable[bool]], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not await true():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


def an_appender(log: Installation) -> Appender:
    return Appender(PostgresLedger(log.database, base=BASE), SIGNER, redactor=Redactor())


async def test_what_is_recorded_is_witnessed_soon(
    stack: AsyncExitStack, witnesses: list[WitnessProcess], database_url: str
) -> None:
    """While logs move, the newest witnessed checkpoint follows, and the figures say so."""
    log = await installed(stack, database_url, witnesses)
    metrics = Metrics()
    appender = an_appender(log)
    async with a_worker(log, metrics).running():
        for _ in range(8):
            await appender.record([an_activity(tenant=TENANT)])
            await asyncio.sleep(0.06)

        async def all_witnessed() -> bool:
            newest = await log.root.newest()
            return newest is not None and newest.witnessed and await log.root.behind() == []

        await until(all_witnessed)
        newest = await log.root.newest()
        assert newest is not None
        assert (await log.root.leaves(range(newest.size)))[-1].size == 8

        async def shown() -> bool:
            figures = metrics.render().decode()
            return (
                f"indelible_root_size {newest.size}.0" in figures
                and f"indelible_root_witnessed_size {newest.size}.0" in figures
            )

        await until(shown)
    assert 'indelible_witness_accuses{witness="w1.test"} 0.0' in metrics.render().decode()


async def test_a_fork_is_told_to_the_operator(
    stack: AsyncExitStack, witnesses: list[WitnessProcess], database_url: str
) -> None:
    """The copy of a database that went on by itself: an error in the log, a figure, a state."""
    log = await installed(stack, database_url, witnesses)
    await log.record(2)
    await log.ask()
    await log.database.close()
    other = copied(database_url)
    try:
        async with AsyncExitStack() as inner:
            log = await installed(inner, database_url, witnesses)
            fork = await installed(inner, other, witnesses)
            await log.record(2)
            await log.ask()
            await fork.record(2)
            metrics = Metrics()
            with capture_logs() as told:
                async with a_worker(fork, metrics).running():

                    async def both_accuse() -> bool:
                        reports = await fork.kept.reports()
                        return [each.state for each in reports] == [WitnessState.FORK] * 2

                    await until(both_accuse)
            outcries = [each for each in told if each["log_level"] == "error"]
            assert {each["witness"] for each in outcries} == {"w1.test", "w2.test"}
            assert {each["event"] for each in outcries} == {"fork or roll-back seen by witness"}
            assert 'indelible_witness_accuses{witness="w2.test"} 1.0' in metrics.render().decode()
            assert await fork.witnessed() == 2
    finally:
        dropped(other)


async def test_a_log_that_was_cut_is_told_to_the_operator(
    stack: AsyncExitStack, database_url: str
) -> None:
    """A head before a published checkpoint is named, once."""
    log = await installed(stack, database_url, [])
    await log.record(3)
    async with log.database.begin() as connection:
        await connection.execute(sa.text("UPDATE heads SET size = 1"))
    with capture_logs() as told:
        async with a_worker(log, Metrics()).running():
            await asyncio.sleep(0.4)
    named = [each["logs"] for each in told if each["event"] == "log_went_back"]
    assert named == [[f"{BASE}/logs/{TENANT}"]]


async def test_a_witness_that_hangs_holds_up_nobody(
    stack: AsyncExitStack, witnesses: list[WitnessProcess], database_url: str
) -> None:
    """Publishing goes on, and stopping does not wait for it."""
    hanging = await asyncio.start_server(lambda *_: asyncio.sleep(60), "127.0.0.1", 0)
    stack.callback(hanging.close)
    port = hanging.sockets[0].getsockname()[1]
    log = await installed(stack, database_url, witnesses)
    client = await stack.enter_async_context(httpx.AsyncClient())
    silent = HttpWitness(witnesses[0].key, f"http://127.0.0.1:{port}", client)
    cosigners = [
        Cosigner(log.root, log.kept, silent, again_after=60, clock=time.time), log.cosigners[1],
    ]  # fmt: skip
    appender = an_appender(log)
    worker = a_worker(log, Metrics(), cosigners=cosigners)
    async with worker.running():
        for size in (1, 2, 3):
            await appender.record([an_activity(tenant=TENANT)])

            async def published(size: int = size) -> bool:
                return await log.root.size() == size

            await until(published, 5)
        began = time.monotonic()
    assert time.monotonic() - began < 3


async def test_at_rest_the_witnesses_are_asked_again(
    stack: AsyncExitStack, witnesses: list[WitnessProcess], database_url: str
) -> None:
    """A checkpoint that stands is cosigned anew, with a later time, and the newest is shown."""
    log = await installed(stack, database_url, witnesses)
    for cosigner in log.cosigners:
        cosigner._again_after = 0.5
    await log.record()

    async def cosigned_twice() -> bool:
        query = sa.text(
            "SELECT min(n) FROM (SELECT count(*) n FROM cosignatures GROUP BY witness) c"
        )
        async with log.database.asking() as connection:
            return ((await connection.execute(query)).scalar() or 0) >= 2

    async with a_worker(log, Metrics(), again_after=0.5).running():
        await until(cosigned_twice)
    newest = await log.root.newest()
    assert newest is not None
    assert (newest.size, newest.cosignatures) == (1, 2)


async def test_whoever_follows_is_called_until_it_succeeds(
    stack: AsyncExitStack, database_url: str
) -> None:
    """A follower gets each newest checkpoint once, and again after a failure of its own."""
    log = await installed(stack, database_url, [])
    called: list[int] = []

    async def follow(checkpoint: RootCheckpoint) -> None:
        called.append(checkpoint.size)
        if len(called) < 3:
            raise Unavailable("not yet")

    async def three() -> bool:
        return len(called) >= 3

    await log.record()
    with capture_logs() as told:
        async with a_worker(log, Metrics(), [("follower", follow)]).running():
            await until(three)
            await asyncio.sleep(0.3)
            await log.record()

            async def four() -> bool:
                return len(called) == 4

            await until(four)
    assert called == [1, 1, 1, 2]
    assert [each["step"] for each in told] == ["follower"] * 2


async def test_a_contradiction_ends_publishing(stack: AsyncExitStack, database_url: str) -> None:
    """Once a follower found that the database is another one, no checkpoint more is signed for it."""
    log = await installed(stack, database_url, [])
    told = asyncio.Event()

    async def follow(_: RootCheckpoint) -> None:
        told.set()
        raise Contradicted("another database")

    await log.record()
    async with a_worker(log, Metrics(), [("remember", follow)]).running():
        await asyncio.wait_for(told.wait(), 15)
        size = await log.root.size()
        await an_appender(log).record([an_activity(tenant=TENANT)])
        await asyncio.sleep(0.5)
    assert await log.root.size() == size


async def test_a_database_that_goes_away_is_waited_for(
    stack: AsyncExitStack, database_url: str
) -> None:
    """Every connection cut, again and again: what is recorded afterwards is published."""
    log = await installed(stack, database_url, [])
    engine = sa.create_engine(database_url, isolation_level="AUTOCOMMIT")
    stack.callback(engine.dispose)
    cut = sa.text(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    size = 0
    with capture_logs() as told:
        async with a_worker(log, Metrics(), every=0.01).running():
            for _ in range(5):
                await asyncio.sleep(0.1)
                with engine.connect() as connection:
                    connection.execute(cut)
                for _ in range(50):
                    try:
                        await an_appender(log).record([an_activity(tenant=TENANT)])
                        break
                    except Unavailable:
                        await asyncio.sleep(0.05)
                size += 1

                async def published(size: int = size) -> bool:
                    try:
                        return (await log.root.leaves(range(9)))[-1].size == size
                    except (Unavailable, IndexError):
                        return False

                await until(published)
    assert {each["event"] for each in told} <= {"publisher_waits"}


async def test_publishers_that_are_killed_miss_nothing(
    stack: AsyncExitStack, database_url: str
) -> None:
    """Two publishers in processes that die at any moment, while logs move: all of it is published."""
    log = await installed(stack, database_url, [])
    appender = an_appender(log)
    tenants = [TenantId(f"3f9c2a44-0000-4000-8000-{number:012}") for number in range(5)]
    processes: list[subprocess.Popen[bytes]] = []
    stopping = asyncio.Event()

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, str(_PUBLISHING), database_url, BASE, SEED.hex()]
        return subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE)

    async def move() -> None:
        while not stopping.is_set():
            await appender.record([an_activity(tenant=tenant) for tenant in tenants])

    moving = asyncio.create_task(move())
    try:
        for n in range(6):
            processes = [start(), start()]
            for process in processes:
                assert process.stdout is not None
                await asyncio.to_thread(process.stdout.readline)  # it publishes
            await asyncio.sleep(0.03 * n)
            for process in processes:
                process.kill()
                process.wait()
                assert process.stdout is not None
                process.stdout.close()
    finally:
        stopping.set()
        await moving
        for process in processes:
            process.kill()
            process.wait()
    await log.publisher.publish()
    newest = await log.root.newest()
    assert newest is not None
    leaves = await log.root.leaves(range(newest.size))
    assert open_checkpoint(newest.note, KEY).root == tree_root(
        [leaf_hash(leaf.data) for leaf in leaves]
    )
    last = {leaf.log: leaf.size for leaf in leaves}
    async with log.database.asking() as connection:
        heads = dict(map(tuple, await connection.execute(sa.text("SELECT log, size FROM heads"))))
    assert last == heads
    for number in last:
        sizes = [leaf.size for leaf in leaves if leaf.log == number]
        assert sizes == sorted(set(sizes))

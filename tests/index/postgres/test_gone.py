"""What is erased or purged is gone from what is searched by, at once and for good."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from indelible.core.activity import Action, Actor, Client, Resource, Status
from indelible.core.scope import Scope
from indelible.identity.model import COMMAND_LINE
from indelible.index.postgres.index import PostgresIndex
from indelible.ledger.erase import Circumstances, PersonEraser
from indelible.ledger.retention import Purger
from indelible.ledger.search import Filter
from indelible.storage.postgres.erase import PostgresErasure
from indelible.storage.postgres.retention import PostgresRetention
from tests.index.model import ACME, BOLT
from tests.index.postgres.conftest import EVERYTHING, TABLES, Held, Site

pytestmark = pytest.mark.database

DAY = 86_400 * 10**9
ADA = Actor(id="ada", email="Ada.Lovelace@example.com", name="Ada Lovelace")
HOME = Client(ip="203.0.113.77", user_agent="Difference Engine/2")
OF_ADA = (
    Filter(search="lovelace"), Filter(search="ADA.L", tenant=ACME), Filter(address=HOME.ip)
)  # fmt: skip


@pytest.fixture
async def of_ada(site: Site) -> Site:
    """Logs in which Ada did something and something was done with her."""
    for _ in range(6):
        await site.record(20)
        await site.record(2, actor=ADA, client=HOME, tenant=ACME, assumed_by=None)
        await site.record(1, resource=Resource(type="user", id=ADA.id, name=ADA.name))
        await site.record(1, assumed_by=ADA, client=HOME, tenant=BOLT)
        await site.segment()
    return site


async def erase(site: Site) -> None:
    """Erase Ada."""
    eraser = PersonEraser(store=PostgresErasure(site.database), recorder=site.world.recorder)
    await eraser.erase(ADA.id, Circumstances(actor=COMMAND_LINE, reason="asked for it"))


async def names(site: Site) -> bytes:
    """Return all names that are stored to search by."""
    rows = await site.ask("SELECT names FROM search_names")
    return b"".join(text for (text,) in rows)


async def found(index: PostgresIndex) -> Sequence[int]:
    """Return how many entries are found that tell of Ada."""
    return [await index.count(where, EVERYTHING) for where in OF_ADA]


async def test_erased(of_ada: Site) -> None:
    """A person is not found from the moment of the erasure on, nor made findable again."""
    site, index = of_ada, of_ada.index
    assert await found(index) == [24, 12, 18]
    assert b"lovelace" in await names(site)
    others = [Filter(search="anna"), Filter(user="u-1"), Filter(search="e")]
    before = [await index.page(where, Scope.only(ACME), limit=200) for where in others[:2]]
    await erase(site)
    assert b"lovelace" not in await names(site)
    assert await found(index) == [0, 0, 0]
    await site.segment()
    assert b"lovelace" not in await names(site)
    assert b"anna" in await names(site)
    assert await found(index) == [0, 0, 0]
    assert await found(PostgresIndex(site.database.reading)) == [0, 0, 0]
    after = [await index.page(where, Scope.only(ACME), limit=200) for where in others[:2]]
    assert [[row.id for row in page.items] for page in after] == [
        [row.id for row in page.items] for page in before
    ]
    assert await index.count(Filter(user=ADA.id), EVERYTHING) == 18
    state = await site.ask("SELECT count(*) FROM search_segments WHERE NOT named")
    assert state == [(0,)]


async def test_erased_in_between(of_ada: Site) -> None:
    """Whom a worker has just read is not made findable by it when an erasure comes meanwhile."""
    site = of_ada
    await site.record(10, actor=ADA, tenant=ACME)
    held = Held(site)
    worker = asyncio.create_task(site.segmenter(held).advance())
    await held.worked.wait()
    erasing = asyncio.create_task(erase(site))
    await until_it_waits(site, erasing)
    assert not erasing.done()
    held.go.set()
    assert await worker
    await erasing
    assert b"lovelace" not in await names(site)
    assert await found(site.index) == [0, 0, 0]
    await site.segment()
    assert b"lovelace" not in await names(site)


async def until_it_waits(site: Site, task: asyncio.Task[None]) -> None:
    """Return when somebody waits for the worker's lock."""
    for _ in range(500):
        waiting = await site.ask(
            "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        if waiting or task.done():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("nobody waits")


QUESTIONS = (
    Filter(), Filter(status=Status.SUCCESS), Filter(status=Status.FAILURE), Filter(session="s-1"),
    Filter(action=Action.REVOKE), Filter(user="u-1"), Filter(user=ADA.id), Filter(search="anna"),
    Filter(resource_type="edge"), Filter(resource_type=""), Filter(resource="r-1"),
    Filter(assumed=True), Filter(assumed=False), Filter(assumed=False, user="u-2"), *OF_ADA,
)  # fmt: skip


SCOPES = (EVERYTHING, Scope.only(ACME), EVERYTHING, Scope.only(BOLT), EVERYTHING)


async def answers(index: PostgresIndex) -> list[Any]:
    """Return what is answered to many questions."""
    return [
        (
            await index.page(where, scope, limit=200),
            await index.page(where, scope, limit=7, position=30),
            await index.histogram(where, scope, buckets=40),
        )
        for where, scope in zip(QUESTIONS, itertools.cycle(SCOPES), strict=False)
    ]


@pytest.mark.parametrize("most", [1_000, 33], ids=["at once", "bit by bit"])
async def test_purged(of_ada: Site, most: int) -> None:
    """Of purged entries nothing is left to find them by; of the rest all is found as before."""
    site = of_ada
    old = {log: seqs.stop for log, seqs in (await site.heads()).items()}
    site.clock.now += 400 * DAY
    await site.record(60)
    site.clock.now += DAY
    purger = Purger(
        store=PostgresRetention(site.database),
        recorder=site.world.recorder,
        clock=lambda: datetime.fromtimestamp(site.clock.now / 1e9, UTC),
    )
    await answers(site.index)  # it remembers
    assert await purger.run(most=most)
    heads = await site.heads()
    purged = {log: seqs.start for log, seqs in heads.items()}
    assert sorted(purged.values())[1:] == sorted(
        stop for log, stop in old.items() if purged[log]
    )  # the platform's log is never purged
    for log, beyond in purged.items():
        for table in TABLES:
            query = f"SELECT count(*) FROM {table} WHERE log = %s AND first < %s"
            assert await site.ask(query, log, beyond) == [(0,)]
    right = await answers(site.index)
    buckets = (await site.index.histogram(Filter(), EVERYTHING)).buckets
    assert sum(each.purged for each in buckets) == sum(purged.values())
    filtered = await site.index.histogram(Filter(status=Status.SUCCESS), EVERYTHING)
    assert [each.success for each in buckets if each.success] == [
        each.success for each in filtered.buckets if each.success
    ]
    assert not any(each.purged for each in filtered.buckets)
    await site.segment()
    layout = await site.layout()
    assert {log: segments[0].start for log, segments in layout.items()} == purged
    assert await answers(site.index) == right
    assert await answers(PostgresIndex(site.database.reading)) == right
    await site.segmenter().reset()
    assert await answers(PostgresIndex(site.database.reading)) == right


async def test_forgotten_people(of_ada: Site) -> None:
    """Of people who are mentioned before and after a purge, one is found by the entries left."""
    site = of_ada
    site.clock.now += 401 * DAY
    await site.record(3, actor=ADA, tenant=ACME, assumed_by=None, client=None)
    purger = Purger(
        store=PostgresRetention(site.database),
        recorder=site.world.recorder,
        clock=lambda: datetime.fromtimestamp(site.clock.now / 1e9, UTC),
    )
    assert await purger.run()
    where, scope = Filter(search="lovelace"), Scope.only(ACME)
    assert await site.index.count(where, scope) == 3
    await site.record(70, tenant=ACME)
    await site.segment()
    for index in (site.index, PostgresIndex(site.database.reading)):
        assert await index.count(where, scope) == 3

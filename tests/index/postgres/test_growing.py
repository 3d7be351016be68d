"""Whoever asks while entries come and segments are made gets the count of that instant."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from indelible.core.activity import Action, Status
from indelible.core.scope import Scope
from indelible.index.postgres.index import PostgresIndex
from indelible.ledger.search import Filter
from tests.index.model import ACME
from tests.index.postgres.conftest import EVERYTHING, Site

pytestmark = pytest.mark.database

ROUNDS = 60
PASSING = {
    "true": Filter(),
    "failed": Filter(status=Status.FAILURE),
    "NOT failed AND action = 2": Filter(status=Status.SUCCESS, action=Action.DELETE),
    "log = 1": Filter(tenant=ACME),
    "session = 's-1'": Filter(session="s-1"),
    "person IN (SELECT id FROM people WHERE actor_id = 'u-1')": Filter(user="u-1"),
    "person IN (SELECT id FROM people WHERE lower(email) LIKE '%adler%')": Filter(search="adler"),
    "resource IN (SELECT id FROM resources WHERE lower(name) LIKE '%berlin%')":
        Filter(search="BERLIN"),
    "client IN (SELECT id FROM clients WHERE ip = '::1')": Filter(address="::1"),
}  # fmt: skip


async def test_exact(site: Site) -> None:
    """Counts, pages and histograms are those of the snapshot, while everything moves."""
    await site.record(100, tenant=ACME)
    over = asyncio.Event()

    async def append() -> None:
        while not over.is_set():
            await site.record(site.lots.choice((1, 3, 12)))

    async def segment() -> None:
        lots = random.Random(5)
        while not over.is_set():
            if not await site.segmenter().advance():
                await asyncio.sleep(0.005)
            if lots.random() < 0.1:
                await site.segmenter().reset()

    tasks = [asyncio.create_task(each()) for each in (append, segment, segment)]
    try:
        await asyncio.wait_for(ask(site), 60)
    finally:
        over.set()
        await asyncio.gather(*tasks)
    assert len(site.world.entries) > 100


async def ask(site: Site) -> None:
    """Ask, and in the same snapshot count the slow way."""
    passes, counted = "", -1

    @asynccontextmanager
    async def counting(
        scope: Scope, *, custom_plans: bool = False
    ) -> AsyncIterator[AsyncConnection]:
        nonlocal counted
        async with site.database.reading(scope, custom_plans=custom_plans) as connection:
            query = f"SELECT count(*) FROM entries WHERE {passes}"
            counted = (await connection.exec_driver_sql(query.replace("%", "%%"))).scalar_one()
            yield connection

    index = PostgresIndex(counting)
    for number in range(ROUNDS):
        passes, where = list(PASSING.items())[number % len(PASSING)]
        assert await index.count(where, EVERYTHING) == counted, passes
        page = await index.page(where, EVERYTHING, limit=200, position=number)
        assert page.total == counted, passes
        assert len(page.items) == min(200, counted), passes
        found = await index.histogram(where, EVERYTHING)
        assert sum(each.success + each.failure for each in found.buckets) == counted, passes

"""The worker that makes segments: which it makes, and that none is ever half there."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

import pytest

from indelible.core.scope import Scope
from indelible.errors import Unavailable
from indelible.index.postgres import segmenter as module
from indelible.index.postgres.index import PostgresIndex
from indelible.ledger.search import Filter
from tests.index.model import ACME, BOLT, NOBODYS
from tests.index.postgres.conftest import EVERYTHING, MOST, TABLES, Held, Site, tamper

pytestmark = pytest.mark.database

BEHIND = 12  # entries that this site's worker leaves in no segment
LEAST = 5


async def test_merging(site: Site) -> None:
    """Short neighbours become one; what is left behind is little; nothing is in two segments."""
    covered = 0
    for number in (1, 4, 3, 9, 1, 30, 2, 2, 2, 150, 7, 5, 5, 5, 40):
        await site.record(number)
        covered += await site.segment()
        layout, heads = await site.layout(), await site.heads()
        for segments in layout.values():
            assert segments[0].start == 0
            assert all(0 < len(each) <= MOST for each in segments)
            for one, other in itertools.pairwise(segments):
                assert one.stop == other.start
                assert len(one) > len(other) or len(one) + len(other) > MOST
        bare = [len(seqs) - sum(map(len, layout.get(log, ()))) for log, seqs in heads.items()]
        assert min(bare) >= 0
        assert max(bare) < LEAST or sum(bare) <= BEHIND
        assert max(bare) < LEAST
        assert covered == sum(map(len, heads.values())) - sum(bare)
    assert max(map(len, layout[1])) > MOST / 2


async def test_all_of_it(site: Site) -> None:
    """Every segment has its times, bitmaps, columns and names; nothing else is stored."""
    await site.record(200)
    await site.segment()
    firsts = await site.ask("SELECT log, first FROM search_segments ORDER BY 1, 2")
    assert len(firsts) > 3
    for table in TABLES:
        each = await site.ask(f"SELECT DISTINCT log, first FROM {table} ORDER BY 1, 2")
        assert each == firsts
    assert await site.ask("SELECT DISTINCT field FROM search_columns ORDER BY 1") == [
        (1,), (2,), (3,)
    ]  # fmt: skip
    assert await site.ask(
        "SELECT count(*) FROM search_segments WHERE length(times) <> 4 * size OR NOT named "
        "OR length(samples) <> 4 * (1 + (size + 255) / 256)"
    ) == [(0,)]


async def test_one_at_a_time(site: Site) -> None:
    """While one worker is at it, another does nothing and says so."""
    await site.record(60)
    held = Held(site)
    first = asyncio.create_task(site.segmenter(held).advance())
    await held.worked.wait()
    assert await site.segmenter().advance() is None
    assert await site.layout() == {}
    reset = asyncio.create_task(site.segmenter().reset())
    held.go.set()
    assert await first
    await reset
    assert await site.layout() == {}


async def test_killed(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the worker's connection is cut, nothing is half there, and the next one goes on."""
    await site.record(40)
    await site.segment()
    await site.record(40)
    before = await site.stored()
    left, run = 0, module._run

    async def killing(reader: Any, statement: str, values: Any) -> None:
        nonlocal left
        left -= 1
        await run(reader, statement, values)
        if left == 0:
            pid = await reader.scalar("SELECT pg_backend_pid()")
            await site.ask("SELECT pg_terminate_backend(%s)", pid)

    monkeypatch.setattr(module, "_run", killing)
    for left in range(1, 100):  # noqa: B007  # it is counted down
        try:
            await site.segmenter().advance()
            break
        except Unavailable:
            assert await site.stored() == before
    assert left > 0
    await site.segment()
    assert len((await site.stored())["search_segments"]) > len(before["search_segments"])
    where = Filter(search="anna")
    assert await site.index.count(where, EVERYTHING) == len(site.world.passing(where, EVERYTHING))


async def test_anew(site: Site) -> None:
    """Thrown away and made anew, it is the same."""
    for _ in range(5):
        await site.record(50)
        await site.segment()
    await site.segmenter().reset()
    assert await site.stored() == {table: [] for table in TABLES}
    asked = [Filter(), Filter(search="anna"), Filter(user="u-1")]
    bare = [await site.index.page(where, EVERYTHING) for where in asked]
    made = await site.segment()
    first = await site.stored()
    assert [await site.index.page(where, EVERYTHING) for where in asked] == bare
    await site.segmenter().reset()
    assert await site.segment() == made
    assert await site.stored() == first


async def test_unseen(site: Site) -> None:
    """Of what is stored to search by, a tenant can see what is made of its own log and no more."""
    await site.record(100, tenant=ACME)
    await site.record(50, tenant=BOLT)
    await site.record(30, tenant=None)
    await site.segment()
    for tenant in (ACME, BOLT):
        ((log,),) = await site.ask("SELECT id FROM logs WHERE tenant = %s", tenant)
        for table in TABLES:
            assert await logs_seen(site, Scope.only(tenant), table) == {log}
    for table in TABLES:
        assert await logs_seen(site, Scope.only(NOBODYS), table) == set()
        assert len(await logs_seen(site, EVERYTHING, table)) == 3
        async with site.database.begin() as connection:  # the role alone, nobody's scope
            await connection.exec_driver_sql("SET LOCAL ROLE indelible_reader")
            seen = await connection.exec_driver_sql(f"SELECT count(*) FROM {table}")
            assert seen.scalar_one() == 0


async def logs_seen(site: Site, scope: Scope, table: str) -> set[int]:
    """Return of which logs *scope* sees rows."""
    async with site.database.reading(scope) as connection:
        return set((await connection.exec_driver_sql(f"SELECT log FROM {table}")).scalars())


async def test_state(site: Site) -> None:
    """It is told how many entries are in segments, how many are not, and since when."""
    await site.record(60)
    assert (await site.index.state(EVERYTHING)).behind == 60
    made = await site.segment()
    await site.record(LEAST - 1)
    assert await site.segment() == 0
    state = await site.index.state(EVERYTHING)
    assert (state.indexed, state.behind) == (made, 60 - made + LEAST - 1)
    assert state.lag_seconds > 0
    assert (await site.index.state(Scope.only(NOBODYS))).lag_seconds == 0


async def test_taken_away(site: Site) -> None:
    """Where somebody took rows away, the rest is found, before and after there are segments."""
    await site.record(60, tenant=ACME)
    await tamper(site, "DELETE FROM entries WHERE seq IN (0, 7, 59) OR seq / 8 = 3")
    gone = {0, 7, 59, *range(24, 32)}
    kept = [each for seq, each in enumerate(site.world.entries) if seq not in gone]
    site.world.entries = kept
    asked = [Filter(search="anna"), Filter(action=kept[0].activity.action), Filter(user="u-1"),
             Filter(session="s-1")]  # fmt: skip
    for _ in range(2):
        index = PostgresIndex(site.database.reading)
        for where in asked:
            passing = site.world.passing(where, EVERYTHING)
            page = await index.page(where, EVERYTHING, limit=200)
            assert [row.id for row in page.items] == [each.id for each in passing]
        histogram = await index.histogram(Filter(), EVERYTHING)
        assert sum(each.success + each.failure for each in histogram.buckets) == 60
        await site.segment()

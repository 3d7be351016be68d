"""The index in ClickHouse: bytes an entry, questions, the follower, and what the tail costs.

The engine runs in this process. Entries of the first part are made by it, without a ledger: what is
measured is finding, counting and placing them; the rows of a page are read from PostgreSQL by id.
"""

from __future__ import annotations

import asyncio
import functools
import itertools
import os
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import msgspec

from benchmarks.activities import activities
from benchmarks.figures import Figures
from benchmarks.service import embedded
from indelible.bootstrap import open_services
from indelible.config.settings import load_settings
from indelible.core.activity import Action, Activity, Status, TenantId
from indelible.core.scope import Scope
from indelible.index.clickhouse import tail
from indelible.index.clickhouse.client import ClickHouse, open_clickhouse
from indelible.index.clickhouse.conditions import conditions_of
from indelible.index.clickhouse.follower import ClickHouseFollower
from indelible.index.clickhouse.index import ClickHouseIndex
from indelible.index.clickhouse.memory import Memory
from indelible.index.clickhouse.positions import Position, read_positions, write_positions
from indelible.index.clickhouse.questions import Question
from indelible.index.clickhouse.sight import Sight
from indelible.index.clickhouse.tables import Tables
from indelible.index.postgres.index import PostgresIndex
from indelible.index.reader import Reader
from indelible.index.sight import Log
from indelible.ledger.search import Filter
from indelible.storage.postgres.database import Database

ENTRIES = int(os.environ.get("BENCH_CLICKHOUSE_ENTRIES", "10_000_000"))
FOLLOWED = int(os.environ.get("BENCH_CLICKHOUSE_FOLLOWED", "100_000"))
TENANTS, PEOPLE, RESOURCES, WEEKS = 50, 5_000, 200_000, 104
BATCH = 2_000_000
ROUNDS = 5
START = int((datetime.now(UTC) - timedelta(weeks=WEEKS)).timestamp()) * 1_000

# Half of everything is the first tenant's; the others get less and less. Time grows along a log.
_FILL = """
INSERT INTO entries
SELECT log, seq, bitShiftLeft(toUInt64({start} + seq * {span} / {size}), 16) + 0x7000, rand64(),
    {batch}, rand(1) % 8, rand(2) % 20 = 0,
    arrayElement(['edge', 'user', 'connector', 'role', 'acl', 'session'], rand(3) % 6 + 1),
    (log - 1) * 1000000 + least(rand(4) % {people}, rand(5) % {people}) + 1,
    (log - 1) * 1000000 + rand(6) % {resources} + 1, rand(7) % 20000 + 1,
    hex(sipHash64(log, intDiv(seq, 40), rand(8) % 8))
FROM (SELECT {log} AS log, toUInt64(number) AS seq FROM numbers({first}, {rows}))
"""
_PEOPLE = """
INSERT INTO people SELECT {log}, ({log} - 1) * 1000000 + number + 1, 1,
    concat('u-', toString(number)), NULL,
    concat('user', toString(number), '@tenant{log}.example'), NULL FROM numbers({people})
"""
_RESOURCES = """
INSERT INTO resources SELECT {log}, ({log} - 1) * 1000000 + number + 1, 1,
    concat('r-', toString(number)), concat('edge site ', toString(number)) FROM numbers({resources})
"""
_BYTES = """
SELECT table, sum(bytes_on_disk), sum(rows) FROM system.parts
WHERE active AND database = currentDatabase() GROUP BY table
"""


def measure(figures: Figures) -> None:
    """Measure both parts, one after the other, on one engine."""
    with tempfile.TemporaryDirectory(prefix="indelible-bench-") as folder:
        clickhouse = open_clickhouse(f"chdb://{folder}/clickhouse")
        try:
            asyncio.run(_large(figures, clickhouse, ENTRIES))
            asyncio.run(_reset(clickhouse))
            data = Path(folder) / "data"
            with embedded(data) as url:
                asyncio.run(_followed(figures, clickhouse, data, url))
        finally:
            clickhouse.close()


def _sizes(entries: int) -> list[int]:
    shares = [1.0] + [1 / number for number in range(1, TENANTS)]
    rest = sum(shares[1:])
    return [max(1_000, int(entries / 2 * (share if n == 0 else share / rest)))
            for n, share in enumerate(shares)]  # fmt: skip


async def _reset(clickhouse: ClickHouse) -> None:
    for statement in (*Tables().drop(), *Tables().create()):
        await clickhouse.command(statement)


async def _large(figures: Figures, clickhouse: ClickHouse, entries: int) -> None:
    await _reset(clickhouse)
    logs = [
        Log(number, f"bench/{number}", TenantId(f"tenant-{number}"), size, 0)
        for number, size in enumerate(_sizes(entries), start=1)
    ]
    began = time.perf_counter()
    for log in logs:
        values = {"log": log.number, "size": log.size, "start": START, "batch": 1,
                  "span": WEEKS * 7 * 86_400_000, "people": max(10, PEOPLE * log.size // entries),
                  "resources": max(50, RESOURCES * log.size // entries)}  # fmt: skip
        for first in range(0, log.size, BATCH):
            rows = min(BATCH, log.size - first)
            await clickhouse.command(_FILL.format(**values, first=first, rows=rows))
        await clickhouse.command(_PEOPLE.format(**values))
        await clickhouse.command(_RESOURCES.format(**values))
    total = sum(log.size for log in logs)
    figures.note("clickhouse_entries", total)
    figures.note("clickhouse_made_s", time.perf_counter() - began)
    places = [Position(log.number, log.tenant or "", log.origin, log.size, batch=1) for log in logs]
    await write_positions(clickhouse, places)
    await clickhouse.command("OPTIMIZE TABLE entries FINAL")
    stored = {table: (size, rows) for table, size, rows in await clickhouse.ask(_BYTES)}
    figures.note("clickhouse_bytes_an_entry", stored["entries"][0] / total)
    everything = sum(size for size, _ in stored.values())
    figures.note("clickhouse_bytes_an_entry_mentions_included", everything / total)
    scopes = {"everything": None, "largest": logs[0].tenant, "smallest": logs[-1].tenant}
    positions = await read_positions(clickhouse)
    for seen, tenant in scopes.items():
        scope = Scope(tenant=tenant)
        mine = [log for log in logs if tenant in {None, log.tenant}]
        sight = Sight(clickhouse, positions, scope)
        for name, where in _questions().items():
            await _time(figures, f"clickhouse_{seen}_{name}", _pose(sight, mine, where, scope))


def _questions() -> dict[str, Filter]:
    middle = datetime.fromtimestamp(START / 1_000, UTC) + timedelta(weeks=WEEKS / 2)
    return {
        "no_filter": Filter(),
        "action": Filter(action=Action.REVOKE),
        "failures": Filter(status=Status.FAILURE),
        "type_and_half_the_time": Filter(resource_type="acl", from_=middle),
        "user": Filter(user="u-9"),
        "resource": Filter(resource="r-17"),
        "search_matches_all": Filter(search="example"),
        "search_common": Filter(search="user1"),
        "search_rare": Filter(search="user9@"),
        "search_none": Filter(search="zzzzzz"),
    }


def _pose(sight: Sight, logs: Sequence[Log], where: Filter, scope: Scope) -> Question:
    return Question(
        reader=cast("Reader", None),  # nothing of it is read: all is indexed
        logs=logs, indexed=logs, behind=0, lag=0, sight=sight,
        wanted=conditions_of(where, lower=str.lower), tail=tail.Tail((), ()),
        where=where, scope=scope,
    )  # fmt: skip


async def _time(figures: Figures, name: str, question: Question) -> None:
    async def count() -> object:
        return await question._count_indexed(Memory())  # without a ledger

    async def page() -> object:
        return await question.older(None, 20)

    async def histogram() -> object:
        span = await question.span(oldest=False, newest=False)
        return span and await question.over_time(7 * 86_400, Memory())

    for what, ask in (("count", count), ("page", page), ("histogram", histogram)):
        spent = time.process_time()
        figures.note_times(f"{name}_{what}", await _rounds(ask))
        # The engine is in this process: what it spends says more where others want the cores too.
        figures.note(f"{name}_{what}_cpu_ms", (time.process_time() - spent) / ROUNDS * 1000)


async def _rounds(ask: Callable[[], Awaitable[object]]) -> list[float]:
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        await ask()
        times.append(time.perf_counter() - began)
    return times


async def _followed(figures: Figures, clickhouse: ClickHouse, data: Path, url: str) -> None:
    database = Database(url)
    source = (msgspec.convert(each, Activity) for each in activities())
    async with open_services(load_settings(data=data), url) as services:

        async def record(number: int) -> None:
            for _ in range(number // 1_000):
                await services.recorder.record(list(itertools.islice(source, 1_000)))

        await record(FOLLOWED)
        follower = ClickHouseFollower(clickhouse, database.reading)
        began = time.perf_counter()
        while await follower.advance():
            pass
        figures.note("clickhouse_followed_entries_per_s", FOLLOWED / (time.perf_counter() - began))
        ledger = PostgresIndex(database.reading)
        index = ClickHouseIndex(clickhouse, database.reading, ledger=ledger)
        behind = 0
        for missing in (0, 1_000, tail.LONGEST):
            await record(missing - behind)
            behind = missing
            for name, where in (("search", Filter(search="json")), ("all", Filter())):
                ask = functools.partial(index.page, where, Scope.everything())
                times = await _rounds(ask)
                figures.note_times(f"clickhouse_page_{name}_{missing}_behind", times)
        figures.note("clickhouse_answers_of_the_ledger", index.stand_ins)
        began = time.perf_counter()
        await record(1_000)
        while await follower.advance():
            pass
        figures.note("clickhouse_catches_up_11000_s", time.perf_counter() - began)
    await database.close()

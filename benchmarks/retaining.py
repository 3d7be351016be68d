"""Retention: what a purge takes, what it leaves, and what it does to appends beside it."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.figures import Figures
from benchmarks.filled import execute, plain, things_for
from benchmarks.population import Named, Population
from benchmarks.service import embedded
from benchmarks.traffic import Traffic, mixture
from indelible.bootstrap import open_services
from indelible.config.settings import load_settings
from indelible.core.activity import Activity, TenantId
from indelible.identity.model import COMMAND_LINE
from indelible.ledger.retention import MOST
from indelible.web.services import Services

ENTRIES = int(os.environ.get("BENCH_PURGED", "200_000"))
BATCH = 500
_TWO_YEARS = 730 * 86_400 * 10**9
_TABLE = """
SELECT pg_table_size('entries_part'), pg_indexes_size('entries_part'),
    pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint
"""
_DEAD = """
SELECT pg_stat_force_next_flush(), pg_stat_clear_snapshot(), n_dead_tup
FROM pg_stat_user_tables WHERE relname = 'entries_part'
"""


def measure(figures: Figures) -> None:
    """Fill a log with entries of two years ago, purge them, and fill it again."""
    with tempfile.TemporaryDirectory(prefix="indelible-bench-") as folder:
        data = Path(folder)
        with embedded(data) as url:
            _measure(figures, data, url)


def _measure(figures: Figures, data: Path, url: str) -> None:
    execute(url, "ALTER TABLE entries_part SET (autovacuum_enabled = off)")  # it is our turn
    tenants = asyncio.run(_fill(data, url))
    full = _sizes(url)
    execute(url, "CHECKPOINT")
    asyncio.run(_purge(figures, data, url, tenants))
    purged = _sizes(url)
    figures.note("purge_wal_bytes_an_entry", (purged[2] - full[2]) / ENTRIES)
    figures.note("purge_dead_rows_an_entry", _dead(url) / ENTRIES)
    figures.note("purge_bytes_an_entry_before", sum(full[:2]) / ENTRIES)
    figures.note("purge_bytes_an_entry_at_its_end", sum(purged[:2]) / ENTRIES)
    began = time.perf_counter()
    execute(url, "VACUUM entries_part")
    figures.note("purge_vacuum_us_an_entry", (time.perf_counter() - began) / ENTRIES * 1e6)
    vacuumed = _sizes(url)
    asyncio.run(_refill(data, url, tenants[0]))
    again = _sizes(url)
    # What the table grew by is what its free room did not take.
    grown = sum(again[:2]) - sum(vacuumed[:2])
    figures.note("purge_room_taken_again_share", 1 - grown / sum(full[:2]))
    execute(url, "VACUUM FULL entries_part")
    figures.note("purge_bytes_a_stub", (sum(_sizes(url)[:2]) - sum(full[:2])) / ENTRIES)


async def _fill(data: Path, url: str) -> list[TenantId]:
    then = time.time_ns() - _TWO_YEARS
    async with open_services(load_settings(data=data), url, clock=lambda: then) as services:
        tenants = [
            (await services.identity.tenants.create(name=name, actor=COMMAND_LINE)).id
            for name in ("The purged", "The other")
        ]
        await _append(services, tenants[0])
    return tenants


async def _refill(data: Path, url: str, tenant: TenantId) -> None:
    async with open_services(load_settings(data=data), url) as services:
        await _append(services, tenant)


async def _append(services: Services, tenant: TenantId) -> None:
    draw = _traffic(tenant)
    for _ in range(ENTRIES // BATCH):
        await services.recorder.record(draw(BATCH))


def _traffic(tenant: TenantId) -> Callable[[int], list[Activity]]:
    people = Population(Named(0, tenant, "Purged"), things_for(ENTRIES))
    return mixture([Traffic(people, tenant)], [ENTRIES], tenant)


async def _purge(figures: Figures, data: Path, url: str, tenants: list[TenantId]) -> None:
    async with open_services(load_settings(data=data), url) as services:
        drawn = {tenant: _traffic(tenant)(400) for tenant in tenants}
        for tenant, name in zip(tenants, ("same", "other"), strict=True):
            times = await _beside(services, drawn[tenant][:200], asyncio.sleep(2))
            figures.note_times(f"append_without_purge_{name}_log", times)
        began = time.perf_counter()
        work = asyncio.create_task(services.purger.run())
        both = await asyncio.gather(
            *(_beside(services, drawn[tenant][200:], work) for tenant in tenants)
        )
        seconds = time.perf_counter() - began
        purged = sum(len(due.seqs) for due, _ in await work)
    figures.note("purge_entries", purged)
    figures.note("purge_entries_per_s", purged / seconds)
    figures.note("purge_entries_in_a_transaction", MOST)
    for each, name in zip(both, ("same", "other"), strict=True):
        figures.note_times(f"append_beside_purge_{name}_log", each)
        figures.note(f"append_beside_purge_{name}_log_max_ms", max(each) * 1000)


async def _beside(services: Services, drawn: list[Activity], work: Awaitable[Any]) -> list[float]:
    """Append one entry after the other while *work* goes on."""
    going = asyncio.ensure_future(work)
    times: list[float] = []
    while not going.done():
        began = time.perf_counter()
        await services.recorder.record([drawn[len(times) % len(drawn)]])
        times.append(time.perf_counter() - began)
        await asyncio.sleep(0.01)
    return times


def _sizes(url: str) -> tuple[int, int, int]:
    with psycopg.connect(plain(url)) as connection:
        row = connection.execute(_TABLE).fetchone()
    return row or (0, 0, 0)


def _dead(url: str) -> int:
    time.sleep(1.5)  # it is counted a moment later
    with psycopg.connect(plain(url)) as connection:
        row = connection.execute(_DEAD).fetchone()
    return row[2] if row else 0

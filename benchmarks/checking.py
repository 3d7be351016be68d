"""A full check, of all that is stored, in one process and in as many as there are processors."""

from __future__ import annotations

import asyncio
import itertools
import os
import tempfile
import time
from pathlib import Path

import msgspec

from benchmarks.activities import activities
from benchmarks.figures import Figures
from benchmarks.service import embedded
from indelible.bootstrap import join_archive, open_archive, open_services
from indelible.config.settings import load_settings
from indelible.core.activity import Activity, TenantId
from indelible.identity.model import COMMAND_LINE
from indelible.ledger.check import Report, check
from indelible.ledger.check_crew import Crew
from indelible.worker.checking import Processes, collect_rarely

ENTRIES = 400_000
BATCH = 4_000
TENANTS = 4
DISTINCT = 20_000  # of the sample: a platform's resources come again


def measure(figures: Figures, *, entries: int = ENTRIES) -> None:
    """Fill some logs and check them."""
    with tempfile.TemporaryDirectory(prefix="indelible-bench-") as folder:
        data = Path(folder)
        with embedded(data) as url:
            asyncio.run(_fill(data, url, entries))
            collect_rarely()  # as the command does
            alone = asyncio.run(_check(data, url, None))
            figures.note("check_entries_per_s_in_one_process", alone)
            count = os.cpu_count() or 1
            crew = Processes(join_archive, count)
            figures.note("check_entries_per_s", max(alone, asyncio.run(_check(data, url, crew))))


async def _fill(data: Path, url: str, entries: int) -> None:
    async with open_services(load_settings(data=data), url) as services:
        tenants = [
            await services.identity.tenants.create(name=f"Tenant {number}", actor=COMMAND_LINE)
            for number in range(TENANTS)
        ]
        sample = [
            msgspec.convert(each, Activity) for each in itertools.islice(activities(), DISTINCT)
        ]
        source = itertools.cycle(sample)
        for number in range(entries // BATCH):
            tenant = TenantId(tenants[number % TENANTS].id)
            batch = [
                msgspec.structs.replace(each, tenant=tenant)
                for each in itertools.islice(source, BATCH)
            ]
            await services.recorder.record(batch)


async def _check(data: Path, url: str, crew: Crew | None) -> float:
    async with open_archive(load_settings(data=data), url) as (archive, trusted):
        started = time.perf_counter()
        report: Report = await check(archive, trusted, crew=crew)
        seconds = time.perf_counter() - started
    if not report.holds:
        raise SystemExit(f"the check found {report.findings[0]}")
    return report.entries / seconds

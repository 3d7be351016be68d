"""What an append costs in a log of 10 thousand entries, and what in one of 10 million.

The same batches at each size, of people and things that every one of these logs has seen before:
what differs is the size alone.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks.figures import Figures
from benchmarks.filled import Workload, fill, filled, found
from benchmarks.population import Population, shares
from benchmarks.service import embedded
from benchmarks.traffic import Traffic, mixture
from benchmarks.watching import Watch, database_at, spent
from indelible.bootstrap import open_services
from indelible.config.settings import load_settings
from indelible.core.activity import Activity

SIZES = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000}
BATCH = 500
BATCHES = 16
WARM_UP, LONG_WARM_UP = 10, 200
THINGS = 2_000
SMALL = 40  # tenants that count as small

Costs = dict[str, tuple[float, float]]
"""By kind of batch: microseconds an entry, on the clock (median) and of all processors (mean)."""


def measure(figures: Figures) -> None:
    """Measure at each size, the largest being the filled log."""
    with tempfile.TemporaryDirectory(prefix="indelible-bench-") as folder:
        data = Path(folder)
        with embedded(data) as url:
            workload = found(data, url, max(SIZES.values()))
            for label, size in SIZES.items():
                # The warm-up is a part of it.
                fill(data, url, workload, size - WARM_UP * BATCH)
                warm_up = LONG_WARM_UP if size > SIZES["10k"] else WARM_UP
                _note(figures, label, window(data, url, workload, warm_up))
    with filled() as log:
        label = f"{log.entries // 1_000_000}m"
        if label not in SIZES:
            _note(figures, label, window(log.data, log.url, log.workload, LONG_WARM_UP))


def _note(figures: Figures, label: str, costs: Costs) -> None:
    for kind, (clock, processors) in costs.items():
        figures.note(f"append_cost_at_{label}_{kind}_us", clock)
        figures.note(f"append_cost_at_{label}_{kind}_cpu_us", processors)


def window(data: Path, url: str, workload: Workload, warm_up: int) -> Costs:
    """Append some batches in a process of its own, one after the other, and return their costs.

    Where the database has just started, it reads pages of its indexes from disk, and writes each
    whole into its log the first time: *warm_up* batches are for that.
    """
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawned) as pool:
        return pool.submit(_window, data, url, workload, warm_up).result()


def _window(data: Path, url: str, workload: Workload, warm_up: int) -> Costs:
    return asyncio.run(_measured(data, url, workload, warm_up))


async def _measured(data: Path, url: str, workload: Workload, warm_up: int) -> Costs:
    seed = f"{time.time_ns()}"
    traffics = [Traffic(Population(tenant, THINGS), seed) for tenant in workload.named]
    kinds = {
        "mixed": mixture(traffics, shares(), seed),
        "hot": mixture(traffics[:1], [1], seed),
        "small": mixture(traffics[-SMALL:], [1] * SMALL, seed),
    }
    costs: Costs = {}
    async with open_services(load_settings(data=data), url, guarded=False) as services:

        async def append(batches: Sequence[list[Activity]]) -> list[float]:
            times = []
            for activities in batches:
                began = time.perf_counter()
                await services.recorder.record(activities)
                times.append(time.perf_counter() - began)
            return times

        await append([kinds["mixed"](BATCH) for _ in range(warm_up)])
        for kind, draw in kinds.items():
            batches = [draw(BATCH) for _ in range(1 + BATCHES)]  # the first is a warm-up too
            await append(batches[:1])
            database = Watch(database_at(url))  # its processes are all there by now
            before, own = database.tally(), time.process_time()
            times = await append(batches[1:])
            taken = spent(before, database.tally()) + time.process_time() - own
            costs[kind] = (_median(times) / BATCH * 1e6, taken / BATCHES / BATCH * 1e6)
    return costs


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]

"""The worker that purges: at once, then daily, sooner after a failure; it stops when told."""

from __future__ import annotations

import asyncio
from typing import Any

from indelible.errors import Unavailable
from indelible.worker.retention import RetentionWorker


class Purger:
    """Counts, and fails the first time."""

    def __init__(self) -> None:
        self.runs = 0
        self.ran = asyncio.Event()

    async def run(self) -> list[Any]:
        self.runs += 1
        if self.runs == 1:
            raise Unavailable("The database can't be reached.")
        self.ran.set()
        return []


async def test_a_failure_is_tried_again_and_the_end_is_the_end() -> None:
    """What fails is tried again soon; what went well waits for its time; leaving ends it."""
    purger = Purger()
    worker = RetentionWorker(purger, every=3_600, again_after=0.01)  # type: ignore[arg-type]
    before = asyncio.all_tasks()
    async with worker.running():
        await asyncio.wait_for(purger.ran.wait(), 5)
        await asyncio.sleep(0.05)
    assert purger.runs == 2
    assert asyncio.all_tasks() <= before

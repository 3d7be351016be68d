"""The follower at work: it goes on, tells how far it is, and ends between batches."""

from __future__ import annotations

import asyncio
import time

from indelible.core.scope import Scope
from indelible.errors import Unavailable
from indelible.ledger.indexing import IndexState
from indelible.worker.indexer import IndexingWorker


class Site:
    """Stands for follower, index and whoever counts, over 10 entries."""

    lag = 0.0
    stand_ins = 3

    def __init__(self, *turns: object) -> None:
        self.turns = list(turns)
        self.left = 10
        self.finished = 0
        self.told: list[tuple[int, int]] = []
        self.began = asyncio.Event()

    async def advance(self) -> int | None:
        self.began.set()
        turn = self.turns.pop(0) if self.turns else 0
        if isinstance(turn, Exception):
            raise turn
        await asyncio.sleep(0.05)
        self.finished += 1
        self.left -= turn or 0
        return turn

    async def reset(self) -> None:
        raise NotImplementedError

    async def state(self, scope: Scope) -> IndexState:
        assert scope == Scope.everything()
        return IndexState(
            engine="test", usable=True, indexed=10 - self.left, behind=self.left, lag_seconds=0
        )

    def followed(self, state: IndexState, *, stand_ins: int) -> None:
        self.told.append((state.behind, stand_ins))


async def until(site: Site, behind: int) -> None:
    for _ in range(200):
        if site.told and site.told[-1] == (behind, 3):
            return
        await asyncio.sleep(0.02)
    raise AssertionError(site.told)


async def test_goes_on() -> None:
    """It does not rest before nothing is left to do, and goes on after whatever failed."""
    site = Site(4, Unavailable("away"), RuntimeError("a bug"), None, 6)
    async with IndexingWorker(site, site, every=0.01, observer=site).running():
        await until(site, 0)
    assert (10, 3) not in site.told


async def test_does_not_rest() -> None:
    """While there is more to index, it does not wait."""
    site = Site(5, 5)
    began = time.monotonic()
    async with IndexingWorker(site, site, every=30, observer=site).running():
        await until(site, 0)
    assert time.monotonic() - began < 10


async def test_ends_between_batches() -> None:
    """At the end, a batch that is under way is finished, and no other one begun."""
    site = Site(5, 5)
    async with IndexingWorker(site, site, every=30, observer=site).running():
        await site.began.wait()
    assert site.finished == 1

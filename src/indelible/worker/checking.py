"""A check in several processes: each looks at windows of the logs, all at the same instant."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import ClassVar

from indelible.ledger.archive import Snapshot, StoredLog
from indelible.ledger.check_found import Window
from indelible.ledger.check_window import WindowCheck

Join = Callable[[str], AbstractAsyncContextManager[Snapshot]]
"""Opens, in another process, the view that is shared under a name. It has to survive pickling."""

_AHEAD = 3  # windows of each process that are under way or waiting to be taken in


class Processes:
    """Looks at the entries in *count* processes; see :class:`indelible.ledger.check_crew.Crew`."""

    def __init__(self, join: Join, count: int) -> None:
        """Take what opens a shared view, and how many processes to start."""
        self._join = join
        self._count = count
        self._pool: ProcessPoolExecutor | None = None

    @asynccontextmanager
    async def at(self, snapshot: Snapshot) -> AsyncIterator[None]:
        """Start the processes; they see what *snapshot* sees, which stays open meanwhile."""
        # Not forked: a connection must not be in two processes.
        context = multiprocessing.get_context("spawn")
        name = await snapshot.share()
        with ProcessPoolExecutor(
            self._count, mp_context=context, initializer=_Worker.start, initargs=(self._join, name)
        ) as pool:
            self._pool = pool
            try:
                yield
            finally:
                self._pool = None
                pool.shutdown(cancel_futures=True)

    async def windows(self, log: StoredLog, ranges: Iterable[range]) -> AsyncIterator[Window]:
        """Yield what is found in each of *ranges*, in order."""
        if self._pool is None:
            raise RuntimeError("the processes run only inside at()")
        loop, coming = asyncio.get_running_loop(), iter(ranges)
        waiting: deque[asyncio.Future[Window]] = deque()
        try:
            while True:
                while len(waiting) < self._count * _AHEAD:
                    seqs = next(coming, None)
                    if seqs is None:
                        break
                    waiting.append(loop.run_in_executor(self._pool, _Worker.look, log, seqs))
                if not waiting:
                    return
                yield await waiting.popleft()
        finally:
            for each in waiting:
                each.cancel()


class _Worker:
    """What runs in each process."""

    loop: ClassVar[asyncio.AbstractEventLoop]
    snapshot: ClassVar[Snapshot]
    opened: ClassVar[AbstractAsyncContextManager[Snapshot]]
    types: ClassVar[dict[int, str]]
    check: ClassVar[tuple[StoredLog, WindowCheck] | None] = None

    @classmethod
    def start(cls, join: Join, name: str) -> None:
        """Open the shared view, for as long as the process lives."""
        cls.loop = asyncio.new_event_loop()
        cls.opened = join(name)
        cls.snapshot = cls.loop.run_until_complete(cls.opened.__aenter__())
        cls.types = cls.loop.run_until_complete(cls.snapshot.resource_types())

    @classmethod
    def look(cls, log: StoredLog, seqs: range) -> Window:
        """Look at a window. What was learned of the log's mentions is remembered."""
        if cls.check is None or cls.check[0] != log:
            cls.check = log, WindowCheck(cls.snapshot, log, cls.types)
        return cls.loop.run_until_complete(cls.check[1].check(seqs))

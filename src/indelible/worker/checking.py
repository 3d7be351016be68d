"""A check in several processes: each looks at windows of the logs, all at the same instant."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import ClassVar

from indelible.ledger.archive import Shared, Snapshot, StoredLog
from indelible.ledger.check_found import Window
from indelible.ledger.check_window import WindowCheck
from indelible.ledger.ports import LogNumber

Join = Callable[[Shared], AbstractAsyncContextManager[Snapshot]]
"""Opens, in another process, a view that is shared. It has to survive pickling."""

_AHEAD = 3  # windows of each process that are under way or waiting for it
_RARELY = 50_000
_MOST = 64  # windows that wait to be taken in: what was found in them, not their rows


class _Plan:
    """The windows of a log, in order: those that somebody looks at, and those that are to come.

    Attributes:
        following: the first of those that nobody looks at yet.
        here: whether this process began with the log, and not the others; None for nobody.
    """

    def __init__(self, log: StoredLog, ranges: Iterable[range]) -> None:
        self.log = log
        self._coming = iter(ranges)
        self.following = next(self._coming, None)
        self.waiting: deque[asyncio.Future[Window]] = deque()
        self.here: bool | None = None

    def take(self) -> range:
        """Return the first that nobody looks at, which somebody does from now on."""
        taken, self.following = self.following, next(self._coming, None)
        if taken is None:
            raise RuntimeError("somebody looks at each of them")
        return taken

    def end(self) -> None:
        """Let nobody look at any more."""
        self.following, self._coming = None, iter(())
        for each in self.waiting:
            each.cancel()


class Processes:
    """Looks at the entries in *count* processes; see :class:`indelible.ledger.check_crew.Crew`.

    This one is one of them: it looks at a window whenever the next one to be taken in is not ready,
    so that it has work while the others start, and never more than its share. What it looks at
    may be of a log whose turn is yet to come.
    """

    def __init__(self, join: Join, count: int) -> None:
        """Take what opens a shared view, and how many processes there are to be, two at least."""
        self._join = join
        self._others = max(1, count - 1)
        self._running: tuple[ProcessPoolExecutor, Snapshot, dict[int, str]] | None = None
        self._given: set[asyncio.Future[Window]] = set()
        self._expected: dict[LogNumber, _Plan] = {}
        self._last: dict[bool, _Plan | None] = {True: None, False: None}  # here, and elsewhere
        self._check: tuple[StoredLog, WindowCheck] | None = None  # of this process

    @asynccontextmanager
    async def at(self, snapshot: Snapshot) -> AsyncIterator[None]:
        """Start the processes; they see what *snapshot* sees, which stays open meanwhile."""
        # Not forked: a connection must not be in two processes.
        context = multiprocessing.get_context("spawn")
        shared = await snapshot.share()
        with ProcessPoolExecutor(
            self._others,
            mp_context=context,
            initializer=_Worker.start,
            initargs=(self._join, shared),
        ) as pool:
            # Ctrl-C is for this process, which lets the others go: they inherit the mask.
            before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
            try:
                pool.submit(int)  # starts them
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, before)
            self._running = pool, snapshot, await snapshot.resource_types()
            try:
                yield
            finally:
                self._running = self._check = None
                for plan in self._expected.values():
                    plan.end()
                self._expected.clear()
                self._last = {True: None, False: None}
                pool.shutdown(cancel_futures=True)

    def expect(self, log: StoredLog, ranges: Iterable[range]) -> None:
        """Know what is to come: small logs are looked at together."""
        self._expected[log.number] = _Plan(log, ranges)

    async def windows(self, log: StoredLog, ranges: Iterable[range]) -> AsyncIterator[Window]:
        """Yield what is found in each of *ranges*, in order."""
        plan = self._expected.pop(log.number, None) or _Plan(log, ranges)
        try:
            while True:
                self._give(plan)
                if plan.following is None and not plan.waiting:
                    return
                ready = bool(plan.waiting) and plan.waiting[0].done()
                if ready or not await self._look(plan):
                    yield await plan.waiting.popleft()
        finally:
            plan.end()

    def _give(self, plan: _Plan) -> None:
        """Give the others something to do."""
        pool, _, _ = self._at_work()
        loop = asyncio.get_running_loop()
        while len(self._given) < self._others * _AHEAD:
            of = self._next(plan, here=False)
            if of is None:
                return
            seqs = of.take()
            window = loop.run_in_executor(pool, _Worker.look, of.log, seqs)
            self._given.add(window)
            window.add_done_callback(self._given.discard)
            of.waiting.append(window)

    async def _look(self, plan: _Plan) -> bool:
        """Look at a window in this process; return whether there was any."""
        _, snapshot, types = self._at_work()
        of = self._next(plan, here=True)
        if of is None:
            return False
        seqs = of.take()
        if self._check is None or self._check[0] != of.log:
            self._check = of.log, WindowCheck(snapshot, of.log, types)
        window = asyncio.get_running_loop().create_future()
        of.waiting.append(window)
        window.set_result(await self._check[1].check(seqs))
        await asyncio.sleep(0)  # what others found arrives
        return True

    def _next(self, plan: _Plan, *, here: bool) -> _Plan | None:
        """Return the log to look at next, this one or one that is expected.

        Where there are several, this process and the others take one each: whoever looks at a log
        has to learn its mentions.
        """
        early = sum(len(each.waiting) for each in self._expected.values())
        plans = [*self._expected.values()] if early < _MOST else []
        if len(plan.waiting) < _MOST:
            plans.insert(0, plan)
        left = [each for each in plans if each.following is not None]
        own = [each for each in left if each.here in (None, here)]
        last = [each for each in left if each is self._last[here]]
        if plan.here is None and plan in left:
            last = [plan]  # or nobody would come to it
        found = next(iter((*last, *own, *left)), None)
        if found is not None:
            found.here = here if found.here is None else found.here
            self._last[here] = found
        return found

    def _at_work(self) -> tuple[ProcessPoolExecutor, Snapshot, dict[int, str]]:
        if self._running is None:
            raise RuntimeError("the processes run only inside at()")
        return self._running


def collect_rarely() -> None:
    """Have Python look for rings of garbage rarely, in a process that does nothing but check.

    There are next to none, and it would look for them in every batch of rows.
    """
    gc.freeze()
    gc.set_threshold(_RARELY)


class _Worker:
    """What runs in each process."""

    loop: ClassVar[asyncio.AbstractEventLoop]
    opening: ClassVar[AbstractAsyncContextManager[Snapshot]]
    snapshot: ClassVar[Snapshot | None] = None
    types: ClassVar[dict[int, str]]
    check: ClassVar[tuple[StoredLog, WindowCheck] | None] = None

    @classmethod
    def start(cls, join: Join, shared: Shared) -> None:
        """Take how to open the shared view; it stays open for as long as the process lives."""
        threading.Thread(target=_end_with_parent, daemon=True).start()
        collect_rarely()
        cls.loop = asyncio.new_event_loop()
        cls.opening = join(shared)

    @classmethod
    def look(cls, log: StoredLog, seqs: range) -> Window:
        """Look at a window. What was learned of the log's mentions is remembered."""
        # Opened by the first who needs it, not at the start: what goes wrong is then an error of
        # the check, and not the end of a process without a word.
        if cls.snapshot is None:
            snapshot = cls.loop.run_until_complete(cls.opening.__aenter__())
            cls.types = cls.loop.run_until_complete(snapshot.resource_types())
            cls.snapshot = snapshot
        if cls.check is None or cls.check[0] != log:
            cls.check = log, WindowCheck(cls.snapshot, log, cls.types)
        return cls.loop.run_until_complete(cls.check[1].check(seqs))


def _end_with_parent() -> None:
    """End when the process that started this one does, however that ends.

    Left alone it would wait for work for ever, and hold its view of the database open meanwhile.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)

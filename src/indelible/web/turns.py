"""Whose turn it is: so many at once, some that wait a little, and the rest is told so."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from indelible.errors import Crowding, Overloaded


class Turns:
    """Turns for callers, in the order in which they came.

    No caller has more than half of them, so that one who asks for much leaves room for others.
    What of a caller waits and runs together is bounded too.
    """

    def __init__(self, *, at_once: int = 4, waiting: int = 64, patience: float = 5.0) -> None:
        """Set how many run at once, how many may wait, and for how many seconds."""
        self._at_once = at_once
        self._share = max(1, at_once // 2)
        self._room = waiting
        self._patience = patience
        # A page of the console asks half a dozen things at once, and people have several open.
        self._most_of_one = max(12, 2 * at_once)
        self._running: Counter[str] = Counter()
        self._present: Counter[str] = Counter()
        self._queue: dict[asyncio.Future[None], str] = {}

    @property
    def running(self) -> int:
        """How many have their turn now."""
        return self._running.total()

    @property
    def waiting(self) -> int:
        """How many wait for theirs."""
        return len(self._queue)

    @asynccontextmanager
    async def turn(self, caller: str) -> AsyncIterator[None]:
        """Wait for a turn of *caller*; it is over at the end of the block.

        Raises:
            Crowding: enough of this caller's requests are there already.
            Overloaded: too many wait, or it took too long.
        """
        if self._present[caller] >= self._most_of_one:
            raise Crowding("You ask for too much at once. Wait for the answers that are under way.")
        self._present[caller] += 1
        try:
            await self._wait(caller)
            try:
                yield
            finally:
                _less(self._running, caller)
                self._hand_on()
        finally:
            _less(self._present, caller)

    async def _wait(self, caller: str) -> None:
        if self._fits(caller):
            self._running[caller] += 1
            return
        if len(self._queue) >= self._room:
            raise Overloaded(
                "Too many people are reading the log just now. Try again in a moment.",
                retry_after=max(1.0, self._patience / 2),
            )
        place = asyncio.get_running_loop().create_future()
        self._queue[place] = caller
        try:
            async with asyncio.timeout(self._patience):
                await place
        except BaseException as error:
            if self._queue.pop(place, None) is None:
                # The turn came in the very moment in which nobody waited for it any more.
                _less(self._running, caller)
                self._hand_on()
            if isinstance(error, TimeoutError):
                raise Overloaded(
                    "Others are reading the log, and it takes long. Try again in a moment, or "
                    "narrow the filter.",
                    retry_after=max(1.0, self._patience / 2),
                ) from error
            raise

    def _hand_on(self) -> None:
        for place, caller in list(self._queue.items()):
            if self._running.total() >= self._at_once:
                return
            if self._fits(caller):
                del self._queue[place]
                self._running[caller] += 1
                place.set_result(None)

    def _fits(self, caller: str) -> bool:
        return self.running < self._at_once and self._running[caller] < self._share


def _less(counts: Counter[str], caller: str) -> None:
    """Take one of *caller* away, and what is nothing altogether: callers come and go."""
    counts[caller] -= 1
    if not counts[caller]:
        del counts[caller]

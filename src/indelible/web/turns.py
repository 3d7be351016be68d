"""Whose turn it is: so many at once, some that wait a little, and the rest is told so."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from indelible.errors import Crowding, Overloaded

_REST = 2.0  # times as long as a turn was
_LOOK_SECONDS = 0.02


class Turns:
    """Turns for callers, in the order in which they came.

    No caller has more than half of them, so that one who asks for much leaves room for others.
    What of a caller waits and runs together is bounded too.

    While something more important is held up there is one turn at a time, and a rest after each,
    twice as long as it was: a third of one processor is left to turns, whatever they ask for.
    """

    def __init__(
        self,
        *,
        at_once: int = 4,
        waiting: int = 64,
        patience: float = 5.0,
        held_up: Callable[[], bool] = lambda: False,
    ) -> None:
        """Set the bounds.

        Args:
            at_once: how many run at once.
            waiting: how many may wait.
            patience: for how many seconds they do.
            held_up: whether something more important is held up just now.
        """
        self._at_once = at_once
        self._held_up = held_up
        self._rest_until = 0.0
        self._looking: asyncio.TimerHandle | None = None
        self._share = (at_once + 1) // 2
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
            began = time.monotonic()
            try:
                yield
            finally:
                _less(self._running, caller)
                self._rest(time.monotonic() - began)
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
        self._look_again()
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
            if self.running >= self._at_once:
                break
            if self._fits(caller):
                del self._queue[place]
                self._running[caller] += 1
                place.set_result(None)
        self._look_again()

    def _fits(self, caller: str) -> bool:
        if self._held_up() and (self.running or time.monotonic() < self._rest_until):
            return False
        return self.running < self._at_once and self._running[caller] < self._share

    def _rest(self, after: float) -> None:
        """Leave the processors to others for a while; nobody's patience is used up by it."""
        self._rest_until = time.monotonic() + min(_REST * after, self._patience / 2)

    def _look_again(self) -> None:
        """See to it that who waits for others, and not for a turn's end, is let in in time."""
        if self._queue and self.running < self._at_once and self._looking is None:
            loop = asyncio.get_running_loop()
            self._looking = loop.call_later(_LOOK_SECONDS, self._look)

    def _look(self) -> None:
        self._looking = None
        self._hand_on()


def _less(counts: Counter[str], caller: str) -> None:
    """Take one of *caller* away, and what is nothing altogether: callers come and go."""
    counts[caller] -= 1
    if not counts[caller]:
        del counts[caller]

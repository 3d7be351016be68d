"""The publisher at work: publishes at an interval, then has others vouch for what was published.

Publishing waits for nobody: witnesses and whoever else follows the root log are asked aside.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from indelible.errors import Contradicted, IndelibleError
from indelible.ledger.cosign import Cosigner, Outcome
from indelible.ledger.publish import Publisher
from indelible.ledger.root import RootCheckpoint, RootStore, WitnessState

_logger = structlog.get_logger(__name__)
_MOST_DELAY = 300.0
_GRACE = 15.0

Follow = Callable[[RootCheckpoint], Awaitable[None]]
"""Does something about the newest root checkpoint, once witnesses were asked; called again with it
when it raised an IndelibleError, and when nothing was published for long. Where it raises
Contradicted, nothing is published any more."""


class Observer(Protocol):
    """Whoever counts."""

    def published(self, *, leaves: int, size: int) -> None:
        """Note a turn that went well, whether or not it added leaves."""

    def asked(self, *, witness: str, state: str, accuses: bool) -> None:
        """Note what a witness answered."""

    def witnessed(self, *, size: int) -> None:
        """Note the size of the newest root checkpoint with a quorum of cosignatures."""


@dataclass(slots=True)
class _Duty:
    """Something that is done once for each checkpoint, again after a while, later when it fails.

    Attributes:
        size: of the checkpoint that it was last done for.
        done: when that was; *retry* is when it may be tried again. Monotonic seconds.
    """

    name: str
    do: Callable[[RootCheckpoint], Awaitable[bool]]
    size: int = -1
    done: float = 0
    retry: float = 0
    failures: int = field(default=0)

    def due(self, size: int, now: float, again_after: float) -> bool:
        """Return whether it is time."""
        return now >= self.retry and (size != self.size or now - self.done >= again_after)


class PublishingWorker:
    """Publishes every *every* seconds; asks witnesses again after *again_after* without news."""

    def __init__(
        self,
        publisher: Publisher,
        root: RootStore,
        cosigners: Sequence[Cosigner] = (),
        followers: Sequence[tuple[str, Follow]] = (),
        *,
        every: float,
        again_after: float,
        observer: Observer,
    ) -> None:
        """Take what publishes, whom to ask, and what else follows, by name."""
        self._publisher = publisher
        self._root = root
        self._every = every
        self._again_after = again_after
        self._observer = observer
        self._asking = [_Duty(each.name, self._asker(each)) for each in cosigners]
        self._following = [_Duty(name, self._follower(name, do)) for name, do in followers]
        self._states: dict[str, WitnessState] = {}
        self._behind: Sequence[str] = ()
        self._contradicted = False
        self._stopping = asyncio.Event()
        self._news = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Work while the block runs; at its end, a publication that is under way is finished.

        Whoever is being asked just then is not waited for: the next start asks again.
        """
        publishing = asyncio.create_task(self._repeat("publish", self._publish, self._stopping))
        vouching = asyncio.create_task(self._repeat("vouch", self._vouch, self._news))
        try:
            yield
        finally:
            self._stopping.set()
            vouching.cancel()
            _, late = await asyncio.wait([publishing], timeout=_GRACE)
            for task in late:
                task.cancel()
            await asyncio.gather(publishing, vouching, return_exceptions=True)

    async def _repeat(
        self, name: str, do: Callable[[], Awaitable[None]], wake: asyncio.Event
    ) -> None:
        failing = ""
        while not self._stopping.is_set():
            try:
                await do()
                failing = ""
            except IndelibleError as error:
                if failing != str(error):
                    _logger.warning("publisher_waits", step=name, reason=error.diagnostics())
                failing = str(error)
            except Exception:
                # Whatever it was, the next turn starts from what is stored.
                _logger.exception("publisher_failed", step=name)
            try:
                await asyncio.wait_for(wake.wait(), self._every)
                if wake is not self._stopping:
                    wake.clear()
            except TimeoutError:
                pass

    async def _publish(self) -> None:
        if self._contradicted:
            return  # each checkpoint more would sign the other history again
        published = await self._publisher.publish()
        self._observer.published(leaves=published.leaves, size=published.size)
        if published.leaves:
            self._news.set()
        behind = await self._root.behind()
        if behind and behind != self._behind:
            _logger.error(
                "log_went_back",
                logs=list(behind),
                meaning="These logs end before checkpoints of theirs that were published: the "
                "database was rolled back, or somebody cut them.",
            )
        self._behind = behind

    async def _vouch(self) -> None:
        newest = await self._root.newest()
        if newest is None:
            return
        asked = [self._see_to(duty, newest) for duty in self._asking]
        for answer in await asyncio.gather(*asked, return_exceptions=True):
            if isinstance(answer, BaseException):
                raise answer
        witnessed = await self._root.newest(witnessed=True)
        self._observer.witnessed(size=0 if witnessed is None else witnessed.size)
        for duty in self._following:
            await self._see_to(duty, newest)

    async def _see_to(self, duty: _Duty, newest: RootCheckpoint) -> None:
        now = time.monotonic()
        if not duty.due(newest.size, now, self._again_after):
            return
        if await duty.do(newest):
            duty.size, duty.done, duty.failures = newest.size, now, 0
        else:
            duty.failures += 1
            duty.retry = now + min(self._every * 2 ** min(duty.failures, 20), _MOST_DELAY)

    def _asker(self, cosigner: Cosigner) -> Callable[[RootCheckpoint], Awaitable[bool]]:
        async def ask(checkpoint: RootCheckpoint) -> bool:
            outcome = await cosigner.ask(checkpoint)
            self._tell(outcome)
            return outcome.state is WitnessState.COSIGNS

        return ask

    def _follower(self, name: str, follow: Follow) -> Callable[[RootCheckpoint], Awaitable[bool]]:
        async def attempt(checkpoint: RootCheckpoint) -> bool:
            try:
                await follow(checkpoint)
            except IndelibleError as error:
                self._contradicted |= isinstance(error, Contradicted)
                _logger.warning("publisher_waits", step=name, reason=error.diagnostics())
                return False
            return True

        return attempt

    def _tell(self, outcome: Outcome) -> None:
        state = outcome.state
        self._observer.asked(witness=outcome.witness, state=state.value, accuses=state.accuses)
        said = {"witness": outcome.witness, "size": outcome.size, "seen": outcome.seen}
        if state.accuses:
            _logger.error(
                "fork or roll-back seen by witness",
                **said,
                state=state.value,
                detail=outcome.detail,
                meaning="The witness has cosigned another history of the root log than the one in "
                "this database. Find out whether the database was restored or rewritten.",
            )
        elif state is not self._states.get(outcome.witness, WitnessState.COSIGNS):
            log = _logger.info if state is WitnessState.COSIGNS else _logger.warning
            log("witness_" + state.value, **said, detail=outcome.detail)
        self._states[outcome.witness] = state

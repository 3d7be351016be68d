"""The follower at work: brings the search index as far as the logs are, and says how far it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Protocol

import structlog

from indelible.core.scope import Scope
from indelible.errors import IndelibleError
from indelible.ledger.indexing import Follower, FollowingIndex, IndexState

_logger = structlog.get_logger(__name__)
_MOST_DELAY = 60.0
_GRACE = 15.0


class Observer(Protocol):
    """Whoever counts."""

    def followed(self, state: IndexState, *, stand_ins: int) -> None:
        """Note how the index stands, and how many questions the ledger answered in its place."""


class IndexingWorker:
    """Follows all the time; looks again after *every* seconds when nothing was left to do."""

    def __init__(
        self, follower: Follower, index: FollowingIndex, *, every: float, observer: Observer | None
    ) -> None:
        """Take what follows, what tells how far it is, how often to look, and who counts."""
        self._follower = follower
        self._index = index
        self._every = every
        self._observer = observer
        self._stopping = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Work while the block runs; at its end, a batch that is under way is finished."""
        task = asyncio.create_task(self._repeat())
        try:
            yield
        finally:
            # Not in the middle of an insert: it would go on while another follower begins.
            self._stopping.set()
            _, late = await asyncio.wait([task], timeout=_GRACE)
            for each in late:
                each.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _repeat(self) -> None:
        failures, said = 0, ""
        while not self._stopping.is_set():
            indexed: int | None = 0
            try:
                indexed = await self._follower.advance()
                failures, said = 0, ""
            except IndelibleError as error:
                failures += 1
                if said != str(error):
                    _logger.warning("index_waits", reason=error.diagnostics())
                said = str(error)
            except Exception:
                # Whatever it was, the next turn starts from what is stored.
                failures += 1
                _logger.exception("index_failed")
            if self._observer is not None:
                with suppress(IndelibleError):
                    state = await self._index.state(Scope.everything())
                    self._observer.followed(state, stand_ins=self._index.stand_ins)
            if not indexed:
                delay = min(self._every * 2 ** min(failures, 10), _MOST_DELAY)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), delay)

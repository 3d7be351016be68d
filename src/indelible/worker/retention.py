"""Retention at work: once a day, what is old enough is purged."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog

from indelible.errors import IndelibleError
from indelible.ledger.retention import Purger

_logger = structlog.get_logger(__name__)
_DAY = 86_400.0
_HOUR = 3_600.0


class RetentionWorker:
    """Purges at its start and then every *every* seconds; an hour later where that failed."""

    def __init__(self, purger: Purger, *, every: float = _DAY, again_after: float = _HOUR) -> None:
        """Take what purges, and how often."""
        self._purger = purger
        self._every = every
        self._again_after = again_after

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Work while the block runs. A purge that is under way at its end commits, or never was."""
        task = asyncio.create_task(self._repeat())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _repeat(self) -> None:
        while True:
            wait = self._every
            try:
                purged = await self._purger.run()
                entries = sum(len(due.seqs) for due, _ in purged)
                if entries:
                    logs = len({due.log for due, _ in purged})
                    _logger.info("purged", entries=entries, logs=logs)
            except IndelibleError as error:
                wait = self._again_after
                _logger.warning("purge_failed", reason=error.diagnostics())
            await asyncio.sleep(wait)

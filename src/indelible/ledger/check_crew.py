"""Who looks at the entries: this process alone, or several."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from indelible.ledger.archive import RowSource, Snapshot, StoredLog
from indelible.ledger.check_found import Window
from indelible.ledger.check_window import WindowCheck


class Crew(Protocol):
    """Looks at windows of logs."""

    def at(self, snapshot: Snapshot) -> AbstractAsyncContextManager[None]:
        """Be ready to look at what *snapshot* sees, while the block runs."""

    def expect(self, log: StoredLog, ranges: Iterable[range]) -> None:
        """Know what :meth:`windows` will be asked for: who has nothing else to do may begin."""

    def windows(self, log: StoredLog, ranges: Iterable[range]) -> AsyncIterator[Window]:
        """Yield what is found in each of *ranges*, in order.

        Where *log* was expected, these are the ranges that were expected of it.
        """


class Alone:
    """This process: it looks at a window while the next one is being read."""

    def __init__(self, source: RowSource) -> None:
        """Take where the rows are."""
        self._source = source

    @asynccontextmanager
    async def at(self, snapshot: Snapshot) -> AsyncIterator[None]:
        """Nothing to get ready: it reads the snapshot itself."""
        del snapshot
        yield

    def expect(self, log: StoredLog, ranges: Iterable[range]) -> None:
        """Begin with nothing: it has always something to do."""

    async def windows(self, log: StoredLog, ranges: Iterable[range]) -> AsyncIterator[Window]:
        """Yield what is found in each of *ranges*, in order."""
        check = WindowCheck(self._source, log, await self._source.resource_types())
        for seqs in ranges:
            yield await check.check(seqs)
            await asyncio.sleep(0)  # others have their turn

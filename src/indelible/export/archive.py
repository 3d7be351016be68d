"""Archives, streamed: all that makes one happens in a thread, or in processes that it waits for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Iterable
from datetime import UTC, datetime
from typing import Any

from indelible.export.container import Member, container


async def zipped(members: Iterable[Member]) -> AsyncGenerator[bytes, None]:
    """Yield the bytes of an archive of *members*.

    Nothing is read ahead of the reader, so that memory stays the same however long the archive is.
    When the generator is closed, no thread is left that reads.
    """
    loop = asyncio.get_running_loop()
    pieces = container(members, datetime.now(UTC))
    step: asyncio.Future[bytes | None] | None = None
    try:
        while True:
            step = loop.run_in_executor(None, lambda: next(pieces, None))
            # Shielded: whoever stops waiting does not stop the thread.
            piece = await asyncio.shield(step)
            if piece is None:
                return
            yield piece
    finally:
        if step is not None:
            await _to_the_end(_done(step))


async def _done(step: asyncio.Future[bytes | None]) -> None:
    await asyncio.wait([step])


async def _to_the_end(ending: Coroutine[Any, Any, None]) -> None:
    """Run *ending* however often whoever waits for it is cancelled meanwhile.

    The thread reads from a connection that its owner takes back right after.
    """
    task = asyncio.ensure_future(ending)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled

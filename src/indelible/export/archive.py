"""ZIP archives, streamed: reading, rendering and deflating all happen in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from isal import isal_zlib
from stream_zip import ZIP_64, stream_zip

_CHUNK = 256 * 1024
_WINDOW = -15  # raw deflate, as ZIP wants it
_MODE = 0o100600


@dataclass(frozen=True, slots=True)
class Member:
    """A file in the archive; *content* is not asked for anything before its turn."""

    name: str
    content: Iterator[bytes]


async def zipped(members: Iterable[Member]) -> AsyncGenerator[bytes, None]:
    """Yield the bytes of an archive of *members*.

    Nothing is read ahead of the reader, so that memory stays the same however long the archive is.
    When the generator is closed, no thread is left that reads.
    """
    loop = asyncio.get_running_loop()
    now = datetime.now(UTC)
    files = ((member.name, now, _MODE, ZIP_64, member.content) for member in members)
    pieces = iter(stream_zip(files, chunk_size=_CHUNK, get_compressobj=_deflater))
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


def _deflater() -> Any:
    # A stand-in for zlib's, several times as fast.
    return isal_zlib.compressobj(1, isal_zlib.DEFLATED, _WINDOW)

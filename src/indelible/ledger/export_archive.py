"""ZIP archives, streamed: rows come from the event loop, rendering and deflate run in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Callable,
    Coroutine,
    Iterable,
    Iterator,
    Sequence,
)
from concurrent.futures import Future
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
    """A file in the archive.

    Attributes:
        lines: renders chunks of rows as text, in a thread.
        rows: reads them, on the event loop.
    """

    name: str
    lines: Callable[[Iterable[Any]], Iterator[bytes]]
    rows: Callable[[], AsyncIterator[Sequence[Any]]]


async def zipped(members: Iterable[Member]) -> AsyncGenerator[bytes, None]:
    """Yield the bytes of an archive of *members*.

    Nothing is read ahead of the reader but a chunk or two, so that memory stays the same however
    long the archive is. Closing the generator ends the reading.
    """
    loop = asyncio.get_running_loop()
    feeds: list[_Feed] = []

    def files() -> Iterator[tuple[str, datetime, int, Any, Iterator[bytes]]]:
        for member in members:
            feed = _Feed(member.rows(), loop)
            feeds.append(feed)
            yield member.name, datetime.now(UTC), _MODE, ZIP_64, member.lines(feed)

    pieces = iter(stream_zip(files(), chunk_size=_CHUNK, get_compressobj=_deflater))
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
        await _to_the_end(_end(step, feeds))


async def _end(step: asyncio.Future[bytes | None] | None, feeds: Sequence[_Feed]) -> None:
    # A thread may still be in the middle of a piece, waiting for rows that this loop reads.
    if step is not None:
        await asyncio.wait([step])
    for feed in feeds:
        await feed.close()


async def _to_the_end(ending: Coroutine[Any, Any, None]) -> None:
    """Run *ending* however often whoever waits for it is cancelled meanwhile.

    It reads from a connection that its owner takes back right after: stopping it half-way would
    leave two users of one connection.
    """
    task = asyncio.ensure_future(ending)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            cancelled = error
    task.result()
    if cancelled is not None:
        raise cancelled


def _deflater() -> Any:
    # A stand-in for zlib's, several times as fast.
    return isal_zlib.compressobj(1, isal_zlib.DEFLATED, _WINDOW)


class _Feed:
    """An iterator for a thread over what the event loop reads, one chunk ahead."""

    def __init__(self, rows: AsyncIterator[Sequence[Any]], loop: asyncio.AbstractEventLoop) -> None:
        self._rows = rows
        self._loop = loop
        self._next: Future[Sequence[Any] | None] | None = None

    def __iter__(self) -> Iterator[Sequence[Any]]:
        self._next = self._read()
        while (chunk := self._next.result()) is not None:
            self._next = self._read()
            yield chunk

    def _read(self) -> Future[Sequence[Any] | None]:
        return asyncio.run_coroutine_threadsafe(self._advance(), self._loop)

    async def _advance(self) -> Sequence[Any] | None:
        return await anext(self._rows, None)

    async def close(self) -> None:
        """End the reading; what was being read is waited for, as it uses the connection."""
        if self._next is not None:
            await asyncio.wait([asyncio.wrap_future(self._next)])
        if isinstance(self._rows, AsyncGenerator):
            await self._rows.aclose()

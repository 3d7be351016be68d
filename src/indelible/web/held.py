"""A streamed answer that holds something open for as long as somebody takes it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack

import structlog
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

_logger = structlog.get_logger(__name__)


class Held(Response):
    """Streams chunks and closes what they come from, at the end or when the client has gone.

    Not Starlette's own stream: that one cancels whatever is in progress when the client goes away,
    again and again, and what is open here has to be closed in order.
    """

    def __init__(
        self,
        chunks: AsyncIterator[bytes],
        stack: AsyncExitStack,
        *,
        still: Callable[[], Awaitable[bool]],
        headers: Mapping[str, str],
        media_type: str,
        ask_every: float = 1.0,
        patience: float = 60.0,
    ) -> None:
        """Take the chunks, and what to close after them.

        Args:
            chunks: what is sent.
            stack: what is closed when it was sent, or will not be.
            still: whether whoever asked may still have the rest; asked every so often.
            headers: of the answer.
            media_type: of the chunks.
            ask_every: seconds.
            patience: seconds that a client may take for one chunk. What is open here is a
                transaction: who reads nothing must not keep it.
        """
        super().__init__(headers=headers, media_type=media_type)
        del self.headers["content-length"]
        self._chunks = chunks
        self._stack = stack
        self._still = still
        self._ask_every = ask_every
        self._patience = patience
        self._asked = time.monotonic()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send the chunks, until all are sent, nobody takes them, or they may not be had."""
        gone = asyncio.ensure_future(_gone(receive))
        try:
            async with self._stack:
                await send(
                    {
                        "type": "http.response.start",
                        "status": self.status_code,
                        "headers": self.raw_headers,
                    }
                )
                async for chunk in self._chunks:
                    # Broken off without its end: the browser shows a download that failed.
                    if gone.done() or not await self._may_go_on():
                        return
                    async with asyncio.timeout(self._patience):
                        await send({"type": "http.response.body", "body": chunk, "more_body": True})
                async with asyncio.timeout(self._patience):
                    await send({"type": "http.response.body", "body": b""})
        except TimeoutError:
            _logger.warning("a download was broken off: nobody took it")
        finally:
            gone.cancel()

    async def _may_go_on(self) -> bool:
        if time.monotonic() - self._asked < self._ask_every:
            return True
        self._asked = time.monotonic()
        return await self._still()


async def _gone(receive: Receive) -> None:
    """Return when the client is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass

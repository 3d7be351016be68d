"""A streamed answer that holds something open for as long as somebody takes it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack

from starlette.responses import Response
from starlette.types import Receive, Scope, Send


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
        headers: Mapping[str, str],
        media_type: str,
    ) -> None:
        """Take the chunks, and what to close after them."""
        super().__init__(headers=headers, media_type=media_type)
        del self.headers["content-length"]
        self._chunks = chunks
        self._stack = stack

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send the chunks, until all are sent or nobody takes them."""
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
                    if gone.done():
                        return
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
                await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()


async def _gone(receive: Receive) -> None:
    """Return when the client is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass

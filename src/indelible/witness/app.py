"""A witness as an ASGI application: one route that writes, two that read."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from indelible.core.add_checkpoint import MAX_REQUEST
from indelible.witness.service import Answer, WitnessService

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_TEXT = "text/plain; charset=utf-8"
_ABSENT = Answer(404, _TEXT, b"There is nothing here.\n")
_NOT_ALLOWED = Answer(405, _TEXT, b"Not with this method.\n")
_TOO_LARGE = Answer(413, _TEXT, b"The request is too large.\n")


class WitnessApp:
    """``POST /add-checkpoint``, ``GET /logs/<origin>/checkpoint`` and ``GET /``."""

    def __init__(self, service: WitnessService) -> None:
        """Take what decides."""
        self._service = service

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http":
            await _send(send, await self._answer(scope["method"], scope["path"], receive))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
        else:
            await _live(receive, send)

    async def _answer(self, method: str, path: str, receive: Receive) -> Answer:
        if path == "/add-checkpoint":
            if method != "POST":
                return _NOT_ALLOWED
            body = await _body(receive)
            if body is None:
                return _TOO_LARGE
            # In a thread that nobody cancels: who hangs up does not undo half of it.
            return await asyncio.to_thread(self._service.add_checkpoint, body)
        if path == "/":
            answer = self._service.about()
        elif path.startswith("/logs/") and path.endswith("/checkpoint"):
            answer = self._service.checkpoint(path[len("/logs/") : -len("/checkpoint")])
        else:
            return _ABSENT
        return answer if method in {"GET", "HEAD"} else _NOT_ALLOWED


async def _body(receive: Receive) -> bytes | None:
    """Return what was sent, or None where it is more than any request can be."""
    body = b""
    while True:
        message = await receive()
        part: bytes = message.get("body", b"")
        body += part
        if len(body) > MAX_REQUEST:
            return None
        if not message.get("more_body"):
            return body


async def _send(send: Send, answer: Answer) -> None:
    headers = [
        (b"content-type", answer.content_type.encode()),
        (b"content-length", str(len(answer.body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": int(answer.status), "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return

"""What is answered in a response's place where its activity could not be recorded (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]


async def refuse_before(send: Send, *, request_id: str) -> None:
    """Answer that the recorder is away and that nothing was done."""
    await _answer(
        send,
        request_id,
        {
            "type": "urn:indelible:recorder-unavailable",
            "title": "The audit log can't be reached",
            "status": 503,
            "detail": "This action has to be recorded and can't be now. Nothing was done.",
            "carriedOut": False,
        },
        retry_after=5,
    )


async def refuse_after(send: Send, *, request_id: str, status: int, unknown: bool) -> None:
    """Answer that the handler was done with *status* and the log may not say so.

    Args:
        send: the connection.
        request_id: to find it by.
        status: what the handler answered.
        unknown: whether it may have been recorded all the same.
    """
    done = status < 400
    whether = "it is not known whether it was recorded" if unknown else "it could not be recorded"
    happened = f"The action was carried out ({status})" if done else f"It failed ({status})"
    await _answer(
        send,
        request_id,
        {
            "type": "urn:indelible:not-recorded",
            "title": "Not recorded in the audit log",
            "status": 503,
            "detail": f"{happened}, but {whether}, so the answer is withheld. "
            + ("Look at what it changed before you repeat it." if done else "Try again."),
            "carriedOut": done,
            "handlerStatus": status,
        },
    )


async def _answer(
    send: Send, request_id: str, problem: dict[str, Any], *, retry_after: int | None = None
) -> None:
    body = json.dumps({**problem, "requestId": request_id}).encode()
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-request-id", request_id.encode()),
    ]
    if retry_after is not None:
        headers.append((b"retry-after", str(retry_after).encode()))
    await send({"type": "http.response.start", "status": problem["status"], "headers": headers})
    await send({"type": "http.response.body", "body": body})

"""What requests may carry: so much each, so much together, and in so much time."""

from __future__ import annotations

import asyncio

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

MAX_BODY = 16 * 1024 * 1024


class Bodies:
    """The bodies of all requests that are being answered."""

    def __init__(
        self, *, most: int = MAX_BODY, at_once: int = 4 * MAX_BODY, seconds: float = 30.0
    ) -> None:
        """Set the bounds.

        Args:
            most: bytes that one request may carry.
            at_once: bytes that all of them may hold.
            seconds: that a body may take to arrive.
        """
        self._most = most
        self._left = at_once
        self._seconds = seconds

    def of(self, receive: Receive) -> Body:
        """Return the body of a request that comes by *receive*."""
        return Body(self, receive, most=self._most, seconds=self._seconds)

    def take(self, size: int) -> None:
        """Make room for *size* bytes.

        Raises:
            HTTPException: 503, there is none.
        """
        if size > self._left:
            # As the framework's own: it takes anything else for a body that can't be parsed.
            raise HTTPException(
                503, "Too much is being sent just now. Try again in a moment.", {"Retry-After": "1"}
            )
        self._left -= size

    def give_back(self, size: int) -> None:
        """Take *size* bytes for gone."""
        self._left += size


class Body:
    """The body of one request."""

    __slots__ = ("_bodies", "_deadline", "_held", "_most", "_receive", "_seconds", "_whole")

    def __init__(self, bodies: Bodies, receive: Receive, *, most: int, seconds: float) -> None:
        """Take what it comes by, and its bounds."""
        self._bodies = bodies
        self._receive = receive
        self._most = most
        self._seconds = seconds
        self._deadline: float | None = None
        self._held = 0
        self._whole = False

    async def receive(self) -> Message:
        """Return the next message; fails as soon as a bound is passed, before more is kept.

        Raises:
            HTTPException: 413, it is too large; 408, it takes too long; 503, others fill the room.
        """
        if self._whole:
            return await self._receive()  # that the client has gone: it may take its time
        if self._deadline is None:
            self._deadline = asyncio.get_running_loop().time() + self._seconds
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError as error:
            raise HTTPException(408) from error
        self._whole = not message.get("more_body", False)
        size = len(message.get("body", b""))
        if self._held + size > self._most:
            raise HTTPException(413)
        self._bodies.take(size)
        self._held += size
        return message

    def forget(self) -> None:
        """Make room for others: the request is over."""
        self._bodies.give_back(self._held)
        self._held = 0

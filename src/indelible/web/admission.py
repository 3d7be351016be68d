"""Routes that take turns, so that reading leaves room for recording, which needs no turn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive

from indelible.web.auth import visitor_of
from indelible.web.services import services_of

_CLIENT_CLOSED = 499  # nobody gets to see it but who counts


class TakesTurns(APIRoute):
    """A route whose answers are read from the log: its GET waits for a turn.

    The turn is over when the answer is ready, not when it was taken: a slow client holds nobody
    up. Who goes away before that has no turn any more, and what was asked of the database is
    broken off.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what handles a request."""
        handle = super().get_route_handler()
        if self.methods is None or not self.methods <= {"GET", "HEAD"}:
            return handle

        async def in_turn(request: Request) -> Response:
            turns = services_of(request).turns
            try:
                async with _while_there(request.receive), turns.turn(await _caller(request)):
                    return await handle(request)
            except _Gone:
                return Response(status_code=_CLIENT_CLOSED)

        return in_turn


class _Gone(Exception):
    """The client does not wait for its answer any more."""


@asynccontextmanager
async def _while_there(receive: Receive) -> AsyncIterator[None]:
    """Break the block off when the client goes away; that raises _Gone."""
    task = asyncio.current_task()
    assert task is not None  # noqa: S101  # coroutines run in one
    gone = False

    async def watch() -> None:
        nonlocal gone
        with suppress(HTTPException):  # its body is too large, or late: nobody reads it here
            while (await receive())["type"] != "http.disconnect":
                pass
            gone = True
            task.cancel()

    watching = asyncio.create_task(watch())
    try:
        yield
    except asyncio.CancelledError:
        if gone and task.uncancel() == 0:
            raise _Gone from None
        raise
    finally:
        watching.cancel()


async def _caller(request: Request) -> str:
    """Return who asks: by name where somebody is known, else by address."""
    visitor = await visitor_of(request.scope)
    if visitor is None:
        return services_of(request).gate.client_ip(request.scope) or ""
    principal = visitor.principal
    return (principal.assumed_by or principal.actor).id

"""Downloads in flight: they end with the session that asked for them."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest

from indelible.web.auth import still_signed_in
from indelible.web.held import Held
from tests.web.conftest import PASSWORD, Platform


async def sent(still) -> tuple[list[bytes], bool, bool]:
    """Send five chunks; return what came, whether it was complete, and whether all was closed."""
    messages, closed = [], asyncio.Event()
    stack = AsyncExitStack()
    stack.callback(closed.set)

    async def chunks():
        for number in range(5):
            yield b"%d" % number

    async def receive():
        await asyncio.Event().wait()

    async def send(message):
        messages.append(message)

    held = Held(
        chunks(), stack, still=still, headers={}, media_type="application/zip", ask_every=0.0
    )
    await held({"type": "http"}, receive, send)
    bodies = messages[1:]
    complete = not bodies[-1].get("more_body", False)
    return [body["body"] for body in bodies if body["body"]], complete, closed.is_set()


async def test_to_the_end() -> None:
    """While the session lasts all is sent, and everything closed after it."""

    async def still() -> bool:
        return True

    assert await sent(still) == ([b"0", b"1", b"2", b"3", b"4"], True, True)


async def test_broken_off() -> None:
    """When the session is over nothing more is sent, not even an end; everything is closed."""
    answers = iter([True, True, False])

    async def still() -> bool:
        return next(answers)

    assert await sent(still) == ([b"0", b"1"], False, True)


async def test_nobody_takes_it() -> None:
    """Who reads nothing does not keep open what the answer comes from."""
    closed, never = asyncio.Event(), asyncio.Event()
    stack = AsyncExitStack()
    stack.callback(closed.set)

    async def chunks():
        while True:
            yield b"chunk"

    async def wait(*_) -> None:
        await never.wait()

    async def still() -> bool:
        return True

    async def send(message) -> None:
        if message["type"] == "http.response.body":
            await never.wait()

    held = Held(
        chunks(), stack, still=still, headers={}, media_type="application/zip", patience=0.05
    )
    await asyncio.wait_for(held({"type": "http"}, wait, send), 5)
    assert closed.is_set()


@pytest.mark.database
async def test_still_signed_in(platform: Platform) -> None:
    """Whether a session goes on is asked anew, whatever the request learned when it came."""
    browser = platform.client()
    answer = await browser.post(
        "/api/auth/sign-in", json={"email": "acme.viewer@platform.test", "password": PASSWORD}
    )
    cookie = f"indelible={browser.cookies['indelible']}"
    scope = {
        "type": "http",
        "app": platform.app,
        "headers": [(b"cookie", cookie.encode())],
        "scheme": "http",
        "client": ("203.0.113.7", 5000),
    }
    assert await still_signed_in(scope)
    revoked = await platform.people["acme.admin"].post(
        f"/api/sessions/{answer.json()['session']['id']}/revoke", json={"reason": "why not"}
    )
    assert revoked.status_code == 200, revoked.text
    assert not await still_signed_in(scope)

"""Heads of requests over a socket: bounded in bytes and in time, and served as ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import uvicorn

from indelible.web.request_head import MAX_HEAD, BoundedHeads
from tests.journeys.service import free_port


async def _app(scope, receive, send) -> None:
    size = 0
    while True:
        message = await receive()
        size += len(message.get("body", b""))
        if not message.get("more_body"):
            break
    answer = b"%d" % size
    headers = [(b"content-length", b"%d" % len(answer))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})


class Impatient(BoundedHeads):
    """Waits for a moment only."""

    def _wait(self) -> None:
        self._stop_waiting()
        self._late = self.loop.call_later(0.2, self._refuse)


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """Where an application is served that answers with the size of the body."""
    port = free_port()
    config = uvicorn.Config(_app, port=port, http=Impatient, lifespan="off", log_level="critical")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    async with asyncio.timeout(10):
        while not server.started:  # noqa: ASYNC110  # it has no event
            await asyncio.sleep(0.01)
    yield port
    server.should_exit = True
    await serving


async def answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    return int(head.split()[1]), await reader.readexactly(length)


async def test_requests_follow_each_other(port: int) -> None:
    """Many on one connection, with large bodies and long heads, in pieces and all at once."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for size in (0, 10, 300_000, 5):
        head = f"POST / HTTP/1.1\r\nhost: x\r\nx-long: {'a' * 30_000}\r\ncontent-length: {size}\r\n"
        for piece in (head[:100], head[100:], "\r\n", "b" * size):
            writer.write(piece.encode())
            await writer.drain()
        assert await asyncio.wait_for(answer(reader), 5) == (200, b"%d" % size)
    small = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"
    writer.write(small * 3)
    for _ in range(3):
        assert await asyncio.wait_for(answer(reader), 5) == (200, b"0")
    writer.close()


async def flood(port: int, line: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nx-first: ")
    for _ in range(100 * MAX_HEAD // len(line)):
        writer.write(line)
        await writer.drain()
        await asyncio.sleep(0)
        if reader.at_eof():
            raise ConnectionError
    writer.close()


@pytest.mark.parametrize("line", [b"x: " + b"a" * 1_000 + b"\r\n", b"a" * 1_000])
async def test_a_head_without_end_is_cut_off(port: int, line: bytes) -> None:
    """Whether it is one header or many, no more than twice the bound is kept."""
    with pytest.raises(ConnectionError):
        await flood(port, line)


async def test_a_head_that_does_not_end_is_not_waited_for(port: int) -> None:
    """Whoever connects and says nothing, or half a line, is told so and cut off."""
    for said in (b"", b"GET / HT"):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(said)
        status, _ = await asyncio.wait_for(answer(reader), 5)
        assert status == 400
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()


async def test_a_slow_body_is_not_its_business(port: int) -> None:
    """The time is for the head alone."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\na")
    await asyncio.sleep(0.5)
    writer.write(b"b")
    assert await asyncio.wait_for(answer(reader), 5) == (200, b"2")
    writer.close()

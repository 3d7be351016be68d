"""A plain HTTP/1.1 client that costs little: the load shares the machine with what it measures."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field


class Refused(Exception):
    """The server answered with another status than expected."""


@dataclass(slots=True)
class Connection:
    """One keep-alive connection."""

    port: int
    cookie: str = field(default="", init=False)
    _reader: asyncio.StreamReader | None = field(default=None, init=False)
    _writer: asyncio.StreamWriter | None = field(default=None, init=False)

    async def request(
        self, method: str, path: str, *, headers: dict[str, str], body: bytes = b""
    ) -> tuple[int, bytes]:
        """Send a request and return status and body of the answer; its cookie is kept."""
        if self._writer is None or self._reader is None:
            self._reader, self._writer = await asyncio.open_connection(
                "127.0.0.1", self.port, limit=1 << 24
            )
        head = [f"{method} {path} HTTP/1.1", f"host: 127.0.0.1:{self.port}"]
        head += [f"{name}: {value}" for name, value in headers.items()]
        head.append(f"content-length: {len(body)}")
        self._writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + body)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        lines = answer.decode("latin-1").split("\r\n")
        status = int(lines[0].split(" ", 2)[1])
        pairs = (line.split(": ", 1) for line in lines[1:] if ": " in line)
        fields = {name.lower(): value for name, value in pairs}
        if fields.get("transfer-encoding") == "chunked":
            return status, b"".join([part async for part in self._chunks()])
        self.cookie = fields.get("set-cookie", self.cookie).partition(";")[0]
        length = int(fields.get("content-length", 0))
        return status, await self._reader.readexactly(length)

    async def _chunks(self) -> AsyncIterator[bytes]:
        if self._reader is None:
            return
        while True:
            size = int(await self._reader.readline(), 16)
            data = await self._reader.readexactly(size + 2)
            if size == 0:
                return
            yield data[:-2]

    def close(self) -> None:
        """Hang up."""
        if self._writer is not None:
            self._writer.close()
            self._writer = self._reader = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """A request to send, and the statuses that are right."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""
    expect: tuple[int, ...] = (200, 201, 204)


async def fire(port: int, shots: Iterator[Shot], clients: int) -> tuple[list[float], float]:
    """Send *shots* over so many connections at once; each takes the next when it is answered.

    Returns:
        The seconds each took, and the seconds all took.
    """
    times: list[float] = []

    async def client(number: int) -> None:
        # Not all in one instant: the first process to wake would accept every connection.
        await asyncio.sleep(0.01 * number)
        connection = Connection(port)
        for shot in shots:
            began = time.perf_counter()
            status, body = await connection.request(
                shot.method, shot.path, headers=shot.headers, body=shot.body
            )
            times.append(time.perf_counter() - began)
            if status not in shot.expect:
                raise Refused(f"{shot.method} {shot.path}: {status} {body[:300]!r}")
        connection.close()

    began = time.perf_counter()
    await asyncio.gather(*(client(number) for number in range(clients)))
    return times, time.perf_counter() - began

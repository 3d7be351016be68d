"""Simulated devices: a TCP server that keeps each edge's configuration and is sometimes away.

One JSON object a line: ``{"edge", "configuration"}`` in, ``{"previous"}`` out.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from edge_platform import lifeline

MAX_LINE = 1 << 20
TIMEOUT = 3.0


class Unreachable(Exception):
    """The device did not answer."""


class Devices(NamedTuple):
    """Where the devices are."""

    host: str
    port: int

    async def push(self, edge: UUID, configuration: str) -> str:
        """Replace the device's configuration and return the one that it had before.

        Raises:
            Unreachable: no answer in time; the device may or may not have applied it.
        """
        message = json.dumps({"edge": str(edge), "configuration": configuration})
        try:
            async with asyncio.timeout(TIMEOUT):
                reader, writer = await asyncio.open_connection(*self, limit=MAX_LINE)
                with contextlib.closing(writer):
                    writer.write(message.encode() + b"\n")
                    answer = await reader.readline()
            return str(json.loads(answer)["previous"])
        except (OSError, ValueError) as error:
            raise Unreachable(f"The device of edge {edge} did not answer.") from error


class DeviceServer:
    """Plays all devices; keeps what they were told in *folder*, one file each."""

    def __init__(self, folder: Path, *, loss: float = 0.0, delay: float = 0.0) -> None:
        """Lose the share *loss* of connections; take up to *delay* seconds over the others."""
        self._folder = folder
        self._loss = loss
        self._delay = delay
        folder.mkdir(parents=True, exist_ok=True)

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> asyncio.Server:
        """Listen; port 0 takes a free one."""
        return await asyncio.start_server(self._answer, host, port, limit=MAX_LINE)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer), contextlib.suppress(ConnectionError, ValueError):
            message = json.loads(await reader.readline())
            await asyncio.sleep(random.uniform(0, self._delay))
            if random.random() < self._loss:
                return
            previous = self._apply(UUID(message["edge"]), message["configuration"])
            writer.write(json.dumps({"previous": previous}).encode() + b"\n")
            await writer.drain()

    def _apply(self, edge: UUID, configuration: str) -> str:
        file = self._folder / f"{edge}.conf"
        previous = file.read_text(encoding="utf-8") if file.exists() else ""
        draft = file.with_suffix(".draft")
        draft.write_text(configuration, encoding="utf-8")
        draft.replace(file)
        return previous


async def _serve(folder: Path, port: int, loss: float, delay: float) -> None:
    server = await DeviceServer(folder, loss=loss, delay=delay).start(port=port)
    async with server:
        await server.serve_forever()


def main() -> None:
    """Play the devices until told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--loss", type=float, default=0.04, help="share of lost connections")
    parser.add_argument("--delay", type=float, default=0.05, help="longest delay, seconds")
    arguments = parser.parse_args()
    lifeline.hold()
    folder = Path(os.environ.get("DATA", "./var")) / "devices"
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(folder, arguments.port, arguments.loss, arguments.delay))


if __name__ == "__main__":
    main()

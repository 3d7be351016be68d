"""The service under measurement, in processes of its own, as an operator starts it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from indelible.bootstrap import open_services
from indelible.config.settings import load_settings
from indelible.identity.model import COMMAND_LINE
from indelible.storage.postgres.embedded import EmbeddedServer
from indelible.storage.postgres.schema import migrate

_INDELIBLE = Path(sys.executable).with_name("indelible")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def embedded(data: Path) -> Iterator[str]:
    """Run the embedded PostgreSQL on *data* and yield its URL."""
    server = EmbeddedServer(data)
    try:
        with server:
            migrate(server.url)
            yield server.url
    finally:
        server.remove()


@contextmanager
def running(data: Path, command: list[str], port: int, **environment: str) -> Iterator[None]:
    """Run a server until the block ends; it must answer ``/healthz``."""
    known = {k: v for k, v in os.environ.items() if not k.startswith("INDELIBLE_")}
    env = {
        **known,
        "INDELIBLE_DATA": str(data),
        "INDELIBLE_SUPER_ADMIN_SECOND_FACTOR": "false",
        "DATA": str(data),
        "PORT": str(port),
    }
    with (data / f"server-{port}.log").open("wb") as log:
        process = subprocess.Popen(command, env=env | environment, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
                    break
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def serve(port: int, workers: int) -> list[str]:
    """Return the command that serves Indelible alone."""
    return [str(_INDELIBLE), "serve", "--port", str(port), "--workers", str(workers)]


def make_keys(data: Path, url: str, count: int) -> list[str]:
    """Make so many tenants and return an API key of each."""

    async def make() -> list[str]:
        keys = []
        async with open_services(load_settings(data=data), url) as services:
            identity = services.identity
            for number in range(count):
                tenant = await identity.tenants.create(
                    name=f"Tenant {number:04}", actor=COMMAND_LINE
                )
                key = await identity.keys.create(tenant=tenant, name="bench", actor=COMMAND_LINE)
                keys.append(key.text)
        return keys

    return asyncio.run(make())

"""Indelible as its operator runs it: the command line, in processes of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
import psycopg
import sqlalchemy as sa

from indelible.storage.postgres.embedded import EmbeddedServer

_INDELIBLE = Path(sys.executable).with_name("indelible")
_START_SECONDS = 90.0


def free_port() -> int:
    """Return a port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Service:
    """``indelible serve`` on a data folder; a context manager that starts and stops it."""

    def __init__(self, data: Path, *, workers: int = 1, **settings: str) -> None:
        """Take the data folder and settings by their environment variables."""
        self.data = data
        self.port = free_port()
        self._workers = workers
        self._process: subprocess.Popen[bytes] | None = None
        self._environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("INDELIBLE_")},
            "INDELIBLE_DATA": str(data),
            "INDELIBLE_SUPER_ADMIN_SECOND_FACTOR": "false",
            **settings,
        }

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Address of the service."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The number of its process, while it runs."""
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        """What the service has printed."""
        return (self.data / "service.log").read_text(encoding="utf-8", errors="replace")

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.data.mkdir(parents=True, exist_ok=True)
        with (self.data / "service.log").open("ab") as log:
            self._process = subprocess.Popen(
                [_INDELIBLE, "serve", "--port", str(self.port), "--workers", str(self._workers)],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise AssertionError(f"the service ended: {self.log}")
            try:
                if httpx.get(f"{self.url}/healthz", timeout=2).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        self.stop()
        raise AssertionError(f"the service did not answer: {self.log}")

    def stop(self) -> None:
        """Ask it to stop and wait."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(timeout=60)

    def kill(self) -> None:
        """End it as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def remove(self) -> None:
        """Stop it and delete its database, which as root does not lie in the data folder."""
        self.stop()
        EmbeddedServer(self.data).remove()

    def command(self, *arguments: str, status: int = 0) -> str:
        """Run ``indelible`` with *arguments* on the same data and return what it printed."""
        done = subprocess.run(
            [_INDELIBLE, *arguments],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == status, f"{arguments}: {done.stdout}\n{done.stderr}"
        return done.stdout

    @contextmanager
    def database(self) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        """Connect to its embedded database as the superuser, running or not."""
        with EmbeddedServer(self.data) as server:
            plain = sa.make_url(server.url).set(drivername="postgresql")
            with psycopg.connect(plain.render_as_string(hide_password=False)) as connection:
                yield connection


def an_activity(number: int) -> dict[str, object]:
    """An activity as a reporter sends it."""
    return {
        "key": f"activity-{number}",
        "actor": {"type": "user", "id": f"u{number % 5}", "email": f"u{number % 5}@example.com"},
        "action": "update",
        "resource": {"type": "edge", "id": f"edge-{number % 9}", "name": f"Edge {number % 9}"},
        "status": "success",
        "client": {"ip": "198.51.100.4", "userAgent": "reporter/1"},
        "payload": {"number": number},
    }


def send(
    client: httpx.Client, key: str, activities: list[dict[str, object]]
) -> list[dict[str, object]]:
    """Report activities and return their receipts."""
    answer = client.post(
        "/api/activity",
        content=json.dumps({"activities": activities}),
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    answer.raise_for_status()
    receipts: list[dict[str, object]] = answer.json()["receipts"]
    return receipts

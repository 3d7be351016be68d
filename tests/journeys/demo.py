"""The demo as a newcomer starts it, in processes of its own, for journeys through it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
import psutil
import psycopg
import sqlalchemy as sa

from indelible.storage.postgres.binaries import SERVICE_HOME
from indelible.storage.postgres.embedded import EmbeddedServer
from tests.journeys.service import free_port

_EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
_INDELIBLE = Path(sys.executable).with_name("indelible")
_START_SECONDS = 90.0
# Under the figure of an impatient reader, above that of a loaded machine.
_STOP_SECONDS = 20.0


class Demo:
    """``python -m edge_platform.demo`` on a data folder; a context manager that starts and stops it."""

    def __init__(self, data: Path, *, rate: float) -> None:
        """Take the data folder and how many actions a second the simulated administrators do."""
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.printed = data.parent / "printed.log"
        self._environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("INDELIBLE_", "EDGE_"))},
            "PORT": str(self.port),
            "DATA": str(data),
            "INDELIBLE_DATA": str(data),
            "RATE": str(rate),
            "PYTHONPATH": os.pathsep.join([str(_EXAMPLES), os.environ.get("PYTHONPATH", "")]),
        }

    def __enter__(self) -> Self:
        """Start it; return when it has said that it runs."""
        with self.printed.open("wb") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "edge_platform.demo"],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )
        deadline = time.monotonic() + _START_SECONDS
        while "Ctrl-C" not in self.printed.read_text():
            assert self._process.poll() is None, self.printed.read_text()
            assert time.monotonic() < deadline, self.printed.read_text()
            time.sleep(0.1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        """Press Ctrl-C; nothing of it may be left behind, PostgreSQL neither."""
        self.resume()
        started = psutil.Process(self._process.pid).children(recursive=True)
        self._process.send_signal(signal.SIGINT)
        try:
            assert self._process.wait(_STOP_SECONDS) == 0, self.printed.read_text()
            _, alive = psutil.wait_procs(started, timeout=3)
            assert alive == []
            assert not (self.cluster / "data" / "postmaster.pid").exists()
        finally:
            EmbeddedServer(self.data).remove()

    @property
    def cluster(self) -> Path:
        """Folder of PostgreSQL's data and log: below the data folder, or as root a service user's."""
        home = self.data / "postgresql"
        name = home / "cluster"
        return SERVICE_HOME / "clusters" / name.read_text() if name.exists() else home

    def logs(self) -> dict[Path, bytes]:
        """Everything that anything has printed, PostgreSQL too."""
        files = [self.printed, *(self.data / "logs").iterdir(), self.cluster / "server.log"]
        return {file: file.read_bytes() for file in files}

    def account(self, role: str, tenant: str | None = None) -> dict[str, Any]:
        """The first account with this role, of this tenant if one is named."""
        accounts = json.loads((self.data / "demo-accounts.json").read_text())
        return next(a for a in accounts if a["role"] == role and tenant in (None, a["tenant"]))

    def sign_in(self, account: dict[str, Any]) -> httpx.Client:
        """A program's session, ready to change things."""
        client = httpx.Client(base_url=self.url, timeout=20)
        body = {"email": account["email"], "password": account["password"]}
        answer = client.post("/api/auth/sign-in", json=body)
        assert answer.status_code == 200, answer.text
        client.headers["X-CSRF-Token"] = answer.json()["csrf"]
        return client

    def command(self, *arguments: str) -> str:
        """Run ``indelible`` on the same data and return what it printed."""
        done = subprocess.run(
            [_INDELIBLE, *arguments],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout}\n{done.stderr}"
        return done.stdout.strip()

    def pause(self) -> None:
        """Let the simulated administrators stand still."""
        for simulator in self._simulators():
            simulator.suspend()

    def resume(self) -> None:
        """Let them go on."""
        for simulator in self._simulators():
            simulator.resume()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """The simulated administrators work inside this block."""
        self.resume()
        try:
            yield
        finally:
            self.pause()

    @contextmanager
    def database(self) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        """Its database, as the superuser."""
        with EmbeddedServer(self.data) as server:
            plain = sa.make_url(server.url).set(drivername="postgresql")
            with psycopg.connect(plain.render_as_string(hide_password=False)) as connection:
                yield connection

    def _simulators(self) -> list[psutil.Process]:
        children = psutil.Process(self._process.pid).children()
        return [child for child in children if "edge_platform.simulator" in child.cmdline()]

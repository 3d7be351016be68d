"""The demo as a reader starts it: one command, Ctrl-C, once more."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from indelible.core.activity import BUILT_IN_RESOURCE_TYPES, Action
from indelible.storage.postgres.binaries import SERVICE_HOME

from .conftest import EXAMPLES

pytestmark = pytest.mark.database


class Demo:
    """A running demo."""

    def __init__(self, data: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.data = data
        self.printed = data.parent / f"printed-{self.port}"
        env = {**os.environ, "PORT": str(self.port), "DATA": str(data), "RATE": "30"}
        env |= {"PYTHONPATH": str(EXAMPLES)}
        command = [sys.executable, "-m", "edge_platform.demo"]
        with self.printed.open("wb") as out:
            self.process = subprocess.Popen(command, env=env, stdout=out, stderr=out)
        self.until(lambda: "Ctrl-C" in self.text())

    def text(self) -> str:
        return self.printed.read_text()

    def until(self, true: Any, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not true():
            assert self.process.poll() is None, self.text()
            assert time.monotonic() < deadline, self.text()
            time.sleep(0.1)

    def accounts(self) -> list[dict[str, Any]]:
        return list(json.loads((self.data / "demo-accounts.json").read_text()))

    def signed_in(self) -> httpx.Client:
        account = self.accounts()[0]
        http = httpx.Client(base_url=self.url, timeout=10)
        body = {"email": account["email"], "password": account["password"]}
        assert http.post("/api/auth/sign-in", json=body).status_code == 200
        return http

    def processes(self) -> list[psutil.Process]:
        """Everything the demo started, PostgreSQL too."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def stop(self, how: signal.Signals) -> float:
        """Send a signal and return how many seconds it took to end."""
        began = time.monotonic()
        self.process.send_signal(how)
        assert self.process.wait(30) == 0, self.text()
        return time.monotonic() - began


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data folder that the starts of this module share."""
    data = tmp_path_factory.mktemp("demo") / "var"
    yield data
    cluster = data / "postgresql" / "cluster"
    if cluster.exists():
        # As root the data is with the service user; nobody would ever find it again.
        shutil.rmtree(SERVICE_HOME / "clusters" / cluster.read_text().strip())


@contextlib.contextmanager
def running(data: Path) -> Iterator[Demo]:
    demo = Demo(data)
    try:
        yield demo
    finally:
        if demo.process.poll() is None:
            demo.stop(signal.SIGTERM)


def test_one_command_fills_the_page_and_ctrl_c_ends_it(data: Path) -> None:
    """All actions and resource types come about, some fail; Ctrl-C leaves no process behind."""
    with running(data) as demo:
        file = data / "demo-accounts.json"
        assert file.stat().st_mode & 0o777 == 0o600
        assert data.stat().st_mode & 0o777 == 0o700
        for account in demo.accounts():
            assert set(account) == {"email", "password", "role", "tenant"}
            assert account["password"] in demo.text()
        assert httpx.get(demo.url).headers["location"] == "/admin/audit-log"
        http = demo.signed_in()

        def left(**filters: str) -> bool:
            return bool(http.get("/api/activity", params=filters).json()["total"])

        for action in Action:
            demo.until(lambda action=action: left(action=action, status="success"))
        for kind in BUILT_IN_RESOURCE_TYPES:
            demo.until(lambda kind=kind: left(resource_type=kind, status="success"))
        demo.until(lambda: left(status="failure"))
        rows = http.get("/api/activity", params={"limit": 200}).json()["items"]
        assert len({row["client"]["ip"] for row in rows if row["client"]}) > 1
        started = demo.processes()
        assert len(started) > 3
        assert demo.stop(signal.SIGINT) < 10
        psutil.wait_procs(started, timeout=2)
        assert not [each for each in started if each.is_running()]


def test_the_next_start_goes_on(data: Path) -> None:
    """Same accounts, same log; a killed server is started again and says so; a taken port too."""
    before = json.loads((data / "demo-accounts.json").read_text())
    with running(data) as demo:
        assert demo.accounts() == before
        total = demo.signed_in().get("/api/activity").json()["total"]
        assert total > 50
        server = next(each for each in demo.processes() if "edge_platform.server" in each.cmdline())
        server.kill()
        demo.until(lambda: "platform ended (signal 9" in demo.text())
        demo.until(lambda: _answers(demo.url))
        assert demo.signed_in().get("/api/activity").json()["total"] > total
        env = {**os.environ, "PORT": str(demo.port), "PYTHONPATH": str(EXAMPLES)}
        env["DATA"] = str(data.parent / "other")
        command = [sys.executable, "-m", "edge_platform.demo"]
        second = subprocess.run(
            command, check=False, env=env, capture_output=True, text=True, timeout=30
        )
        assert second.returncode == 1
        assert f"Port {demo.port} can't be used" in second.stdout
        assert demo.stop(signal.SIGTERM) < 10


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz").is_success
    except httpx.TransportError:
        return False

"""The wheel with its extras runs the service by itself: no Node, no source tree."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from indelible.storage.postgres.binaries import SERVICE_HOME
from indelible.storage.postgres.embedded import EmbeddedServer
from tests.packaging.environment import Environment

pytestmark = [pytest.mark.packaging, pytest.mark.database]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Service:
    """``indelible serve``, from the wheel."""

    def __init__(self, environment: Environment, data: Path) -> None:
        self.data = data
        self.port = free_port()
        self.process = subprocess.Popen(
            [environment.bin / "indelible", "serve", "--port", str(self.port)],
            cwd=environment.bin, env=environment.variables(INDELIBLE_DATA=str(data)),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def get(self, path: str) -> httpx.Response:
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=10)

    def wait(self) -> None:
        """Return when it answers."""
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(self.process.communicate()[0])
            try:
                if self.get("/healthz").is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError("it does not answer")

    def stop(self, how: signal.Signals = signal.SIGINT) -> str:
        """Tell it to end, and return what it printed."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.communicate(timeout=60)[0]


def cluster_of(data: Path) -> Path:
    """Return the folder of the embedded PostgreSQL: elsewhere where root may not run it."""
    name = data / "postgresql" / "cluster"
    return SERVICE_HOME / "clusters" / name.read_text() if name.exists() else name.parent


@pytest.fixture
def service(
    full: Environment, console: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """The service on an empty data folder, answering."""
    service = Service(full, tmp_path_factory.mktemp("serve"))
    try:
        service.wait()
        yield service
    finally:
        service.stop()
        EmbeddedServer(service.data).remove()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_serve(service: Service, how: signal.Signals) -> None:
    """It answers, shows the console, and ends on Ctrl-C and when told to, PostgreSQL too."""
    assert service.get("/healthz").json()["database"] is True
    page = service.get("/admin/audit-log")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    script = re.search(r'<script[^>]+src="(/admin/assets/[^"]+\.js)"', page.text)
    assert script is not None
    assert service.get(script[1]).status_code == 200
    assert service.get("/api/activity").status_code == 401
    assert (service.data / "signing.key").stat().st_mode & 0o777 == 0o600
    printed = service.stop(how)
    assert service.process.returncode == 0, printed
    assert "Traceback" not in printed
    # Nobody uses the database any more, and it went down: this refuses otherwise.
    cluster = cluster_of(service.data)
    assert (cluster / "data" / "PG_VERSION").is_file()
    assert not (cluster / "data" / "postmaster.pid").exists()

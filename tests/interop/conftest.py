"""A log that is served over HTTP, and the verifier in Go that reads it."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvicorn

from indelible.bootstrap import open_services
from indelible.config.settings import load_settings
from indelible.core.activity import TenantId
from indelible.core.scope import Scope
from indelible.identity.model import COMMAND_LINE, Tenant
from indelible.web.app import create_app
from indelible.web.services import Services
from tests.ledger.conftest import an_activity

SOURCE = Path(__file__).with_name("go")
BATCH = 4_000


@pytest.fixture(scope="session")
def go_verifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The verifier, compiled; tests skip, saying why, where that can't be done."""
    go = shutil.which("go") or shutil.which("go", path="/usr/local/go/bin")
    if go is None:
        pytest.skip("no independent verifier: Go is not installed")
    program = tmp_path_factory.mktemp("interop") / "interop"
    built = subprocess.run(
        [go, "build", "-o", program, "."],
        cwd=SOURCE,
        env={**os.environ, "GOFLAGS": "-mod=readonly"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if built.returncode and "main.go:" not in built.stderr:
        pytest.skip(f"no independent verifier: {built.stderr.strip().splitlines()[-1]}")
    assert not built.returncode, built.stderr
    return program


class Served:
    """A running service with one tenant, whose log others read over HTTP."""

    def __init__(self, services: Services, tenant: Tenant, key: str) -> None:
        self.services = services
        self.tenant = tenant
        self.key = key
        self.url = ""

    @property
    def log(self) -> str:
        """Address of the tenant's log."""
        return f"{self.url}/logs/{self.tenant.id}"

    async def fill(self, size: int) -> None:
        """Append until the log has *size* entries."""
        async with self.services.logs.open(TenantId(self.tenant.id), Scope.everything()) as tree:
            left = size - await tree.size()
        while left > 0:
            count = min(left, BATCH)
            batch = [an_activity(tenant=TenantId(self.tenant.id)) for _ in range(count)]
            await self.services.recorder.record(batch)
            left -= count

    async def digest(self) -> str:
        """SHA-256 over the bytes of all entries, as the database has them."""
        digest = hashlib.sha256()
        async with self.services.logs.open(TenantId(self.tenant.id), Scope.everything()) as tree:
            for first in range(0, size := await tree.size(), BATCH):
                for data in await tree.entries(range(first, min(first + BATCH, size))):
                    digest.update(data or b"")
        return digest.hexdigest()

    async def checked(self, program: Path, *arguments: object) -> tuple[int, str, str]:
        """Run the verifier as the tenant's service; return its status and what it printed."""
        process = await asyncio.create_subprocess_exec(
            program,
            *map(str, arguments),
            env={**os.environ, "AUTHORIZATION": f"Bearer {self.key}"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        said, complaint = await process.communicate()
        return process.returncode or 0, said.decode(), complaint.decode()

    async def agreed(self, program: Path, *arguments: object) -> dict[str, object]:
        """Run the verifier, which must find nothing wrong; return what it found."""
        status, said, complaint = await self.checked(program, *arguments)
        assert status == 0, complaint
        found: dict[str, object] = json.loads(said)
        return found


@pytest.fixture
async def served(database_url: str, tmp_path: Path) -> AsyncIterator[Served]:
    """A service that listens on a port of this machine."""
    settings = load_settings(data=tmp_path, database_pool=8, publish_seconds=0.2)
    async with open_services(settings, database_url, publish=True) as services:
        tenant = await services.identity.tenants.create("acme", actor=COMMAND_LINE)
        key = await services.identity.keys.create(tenant=tenant, name="reads", actor=COMMAND_LINE)
        served = Served(services, tenant, key.text)
        async with _listening(services) as served.url:
            yield served


@asynccontextmanager
async def _listening(services: Services) -> AsyncIterator[str]:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Services]:
        yield services

    app = create_app(opened)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", access_log=False))
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  # uvicorn says it no other way
        await asyncio.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await running

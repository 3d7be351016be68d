"""Page, count, search and export over a million entries of 50 tenants."""

from __future__ import annotations

import asyncio
import itertools
import json
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import psutil

from benchmarks.activities import activities
from benchmarks.figures import Figures
from benchmarks.load import Connection
from benchmarks.service import embedded, free_port, running, serve
from indelible.bootstrap import open_services
from indelible.config.settings import load_settings
from indelible.core.activity import Activity, TenantId
from indelible.identity.access import Role
from indelible.identity.model import COMMAND_LINE, Tenant

ENTRIES = 1_000_000
TENANTS = 50
BATCH = 2_000
ROUNDS = 12
EMAIL, PASSWORD = "root@bench.example", "a long password for a benchmark"  # minutes


def measure(figures: Figures, *, entries: int = ENTRIES) -> None:
    """Fill the logs, then ask over HTTP what the page asks."""
    with tempfile.TemporaryDirectory(prefix="indelible-bench-") as folder:
        data = Path(folder)
        with embedded(data) as url:
            tenant, middle = asyncio.run(_fill(data, url, entries))
            port = free_port()
            with running(data, serve(port, 1), port):
                asyncio.run(_ask(figures, port, tenant, middle))
                asyncio.run(_export(figures, port, entries))


async def _fill(data: Path, url: str, entries: int) -> tuple[str, datetime]:
    """Append *entries* and return the id of a tenant, and the time in the middle of it all."""
    middle = datetime.now(UTC)
    async with open_services(load_settings(data=data), url) as services:
        identity = services.identity
        await identity.users.create(
            email=EMAIL, name="Root", role=Role.SUPER_ADMIN, tenant=None, password=PASSWORD,
            actor=COMMAND_LINE,
        )  # fmt: skip
        tenants = [
            await identity.tenants.create(name=f"Tenant {number:03}", actor=COMMAND_LINE)
            for number in range(TENANTS)
        ]
        source = (msgspec.convert(each, Activity) for each in activities())
        for number in range(entries // BATCH):
            batch = list(itertools.islice(source, BATCH))
            await services.recorder.record(_of(batch, tenants[number % TENANTS]))
            if number == entries // BATCH // 2:
                middle = datetime.now(UTC)
    return tenants[0].id, middle


def _of(batch: Sequence[Activity], tenant: Tenant) -> list[Activity]:
    return [msgspec.structs.replace(each, tenant=TenantId(tenant.id)) for each in batch]


async def _ask(figures: Figures, port: int, tenant: str, middle: datetime) -> None:
    cookie = await _sign_in(port)
    since = middle.strftime("%Y-%m-%dT%H:%M:%SZ")
    questions = {
        "no_filter": "",
        "one_tenant": f"tenant={tenant}",
        "action": "action=revoke",
        "failures_none_match": "status=failure",
        "half_the_time_and_action": f"from={since}&action=delete",
        "search_common_text": "search=log",
        "search_rare_text": "search=roleName",
        "search_no_match": "search=zzzzzz",
        "one_tenant_search": f"tenant={tenant}&search=json",
        "user": "user=AIDA0000",
    }
    for name, query in questions.items():
        times = []
        for number in range(ROUNDS):
            # A page size of its own each time, so that no answer can have been kept.
            path = f"/api/activity?limit={20 + number % 3}&{query}".rstrip("&")
            times.append(await _timed(port, path, cookie))
        figures.note(f"page_and_count_1m_{name}_first_ms", times[0] * 1000)
        figures.note_times(f"page_and_count_1m_{name}", times[1:])
    times = [await _timed(port, "/api/activity/histogram", cookie) for _ in range(ROUNDS)]
    figures.note("histogram_1m_first_ms", times[0] * 1000)
    figures.note_times("histogram_1m", times[1:])


async def _export(figures: Figures, port: int, entries: int) -> None:
    server = next(
        each
        for each in psutil.process_iter(["cmdline"])
        if f"--port {port}" in " ".join(each.info["cmdline"] or [])
    )
    idle = peak = server.memory_info().rss
    cookie = await _sign_in(port)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"GET /api/activity/export HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncookie: {cookie}"
    writer.write(f"{head}\r\nconnection: close\r\n\r\n".encode())
    began = time.perf_counter()
    received = 0
    while part := await reader.read(1 << 20):
        received += len(part)
        peak = max(peak, server.memory_info().rss)
    seconds = time.perf_counter() - began
    writer.close()
    figures.note("export_rows_per_s", entries / seconds)
    figures.note("export_1m_rows_s", seconds * 1_000_000 / entries)
    figures.note("export_peak_memory_above_idle_mib", (peak - idle) / 2**20)
    figures.note("export_zip_mib", received / 2**20)


async def _sign_in(port: int) -> str:
    connection = Connection(port)
    body = json.dumps({"email": EMAIL, "password": PASSWORD}).encode()
    status, answer = await connection.request(
        "POST", "/api/auth/sign-in", headers={"content-type": "application/json"}, body=body
    )
    connection.close()
    if status != 200:
        raise SystemExit(f"sign-in: {status} {answer!r}")
    return connection.cookie


async def _timed(port: int, path: str, cookie: str) -> float:
    connection = Connection(port)
    began = time.perf_counter()
    status, answer = await connection.request("GET", path, headers={"cookie": cookie})
    seconds = time.perf_counter() - began
    connection.close()
    if status != 200:
        raise SystemExit(f"{path}: {status} {answer!r}")
    return seconds

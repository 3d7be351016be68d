"""Export of everything over HTTP: how fast, in how much memory, and what is left for appends.

Memory is that of the server and of the processes that it starts.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import multiprocessing
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Event
from pathlib import Path

import msgspec
import psutil

from benchmarks.activities import activities, batches
from benchmarks.figures import Figures
from benchmarks.load import Connection, Shot, fire
from benchmarks.service import embedded, free_port, make_keys, running, serve
from indelible.bootstrap import open_services
from indelible.config.settings import load_settings
from indelible.core.activity import Activity, TenantId
from indelible.identity.access import Role
from indelible.identity.model import COMMAND_LINE

ENTRIES = 1_000_000
TENANTS = 50
BATCH = 2_000
ROUNDS = 3
SECONDS = 5.0
CLIENTS = 16
LOOK = 0.5  # seconds: looking at memory takes ten milliseconds of what is measured
APPENDED = 500
EMAIL, PASSWORD = "root@bench.example", "a long password for a benchmark"  # minutes


def measure(figures: Figures, *, entries: int = ENTRIES) -> None:
    """Fill the logs and export them."""
    with tempfile.TemporaryDirectory(prefix="indelible-bench-") as folder:
        data = Path(folder)
        with embedded(data) as url:
            asyncio.run(_fill(data, url, entries))
            port = free_port()
            keys = make_keys(data, url, TENANTS)
            with running(data, serve(port, 1), port):
                export(figures, port, email=EMAIL, password=PASSWORD)
                share(figures, port, keys, email=EMAIL, password=PASSWORD)


def export(
    figures: Figures, port: int, *, email: str, password: str, query: str = "", name: str = "export"
) -> None:
    """Export what a Super Admin of the service on *port* sees, all of it or what *query* asks."""
    server = _server(port)
    idle = _memory(server)
    done = asyncio.run(_export(port, email, password, server, query))
    figures.note(f"{name}_rows_per_s", done.rows / done.seconds)
    figures.note(f"{name}_1m_rows_s", done.seconds * 1_000_000 / done.rows)
    figures.note(f"{name}_peak_memory_above_idle_mib", (done.peak - idle) / 2**20)
    figures.note(f"{name}_zip_mib", done.received / 2**20)


def share(figures: Figures, port: int, keys: list[str], *, email: str, password: str) -> None:
    """Append as fast as can be, by turns alone and beside an export of everything."""
    bodies = list(itertools.islice(batches(APPENDED), 200))
    _append(port, keys, bodies)  # warm up
    alone = beside = 0.0
    for _ in range(ROUNDS):
        alone += _append(port, keys, bodies)
        with _exporting(port, email, password):
            beside += _append(port, keys, bodies)
    figures.note("export_append_share", beside / alone)


class _Done(msgspec.Struct):
    rows: int = 0
    received: int = 0
    seconds: float = 0.0
    peak: int = 0


async def _export(
    port: int,
    email: str,
    password: str,
    server: psutil.Process | None,
    query: str = "",
    begun: Event | None = None,
) -> _Done:
    cookie = await sign_in(port, email, password)
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    head = f"GET /api/activity/export?{query} HTTP/1.1\r\nhost: 127.0.0.1:{port}"
    writer.write(f"{head}\r\ncookie: {cookie}\r\nconnection: close\r\n\r\n".encode())
    done, began, looked = _Done(), time.perf_counter(), 0.0
    answer = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    done.rows = int(answer.partition("x-row-count: ")[2].partition("\r\n")[0])
    while part := await reader.read(1 << 20):
        done.received += len(part)
        if begun is not None:
            begun.set()
        if server is not None and time.perf_counter() - looked > LOOK:
            done.peak, looked = max(done.peak, _memory(server)), time.perf_counter()
    done.seconds = time.perf_counter() - began
    writer.close()
    return done


def _append(port: int, keys: list[str], bodies: list[bytes]) -> float:
    """Return how many entries a second are appended."""
    ends = time.perf_counter() + SECONDS

    def shots() -> Iterator[Shot]:
        for key, body in zip(itertools.cycle(keys), itertools.cycle(bodies), strict=False):
            if time.perf_counter() > ends:
                return
            headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
            yield Shot(method="POST", path="/api/activity", headers=headers, body=body)

    times, seconds = asyncio.run(fire(port, shots(), CLIENTS))
    return len(times) * APPENDED / seconds


@contextmanager
def _exporting(port: int, email: str, password: str) -> Iterator[None]:
    """Export in another process, again and again, while the block runs."""
    context = multiprocessing.get_context("spawn")
    begun = context.Event()
    process = context.Process(target=_keep_exporting, args=(port, email, password, begun))
    process.start()
    begun.wait(60)
    try:
        yield
    finally:
        process.terminate()
        process.join()


def _keep_exporting(port: int, email: str, password: str, begun: Event) -> None:
    while True:
        asyncio.run(_export(port, email, password, None, begun=begun))


async def _fill(data: Path, url: str, entries: int) -> None:
    async with open_services(load_settings(data=data), url) as services:
        identity = services.identity
        await identity.users.create(
            email=EMAIL, name="Root", role=Role.SUPER_ADMIN, tenant=None, password=PASSWORD,
            actor=COMMAND_LINE,
        )  # fmt: skip
        tenants = [
            TenantId((await identity.tenants.create(name=f"Log {number}", actor=COMMAND_LINE)).id)
            for number in range(TENANTS)
        ]
        source = (msgspec.convert(each, Activity) for each in activities())
        for number in range(entries // BATCH):
            tenant = tenants[number % TENANTS]
            batch = itertools.islice(source, BATCH)
            await services.recorder.record(
                [msgspec.structs.replace(each, tenant=tenant) for each in batch]
            )


async def sign_in(port: int, email: str, password: str) -> str:
    """Return the cookie of a new session."""
    connection = Connection(port)
    body = json.dumps({"email": email, "password": password}).encode()
    status, answer = await connection.request(
        "POST", "/api/auth/sign-in", headers={"content-type": "application/json"}, body=body
    )
    connection.close()
    if status != 200:
        raise SystemExit(f"sign-in: {status} {answer!r}")
    return connection.cookie


def _server(port: int) -> psutil.Process:
    return next(
        each
        for each in psutil.process_iter(["cmdline"])
        if f"--port {port}" in " ".join(each.info["cmdline"] or [])
    )


def _memory(server: psutil.Process) -> int:
    """Return what *server* and its children hold; what they share is counted once."""
    total = 0
    for process in (server, *server.children(recursive=True)):
        try:
            total += process.memory_full_info().pss
        except psutil.NoSuchProcess:
            continue
    return total

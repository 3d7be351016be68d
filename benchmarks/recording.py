"""What recording costs the example platform: the same requests with it and without."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figures
from benchmarks.load import Connection, Shot, fire
from benchmarks.service import embedded, free_port, running
from edge_platform.demo import prepare
from indelible.config.settings import load_settings

REQUESTS = {1: 1_000, 64: 6_000}


def measure(figures: Figures) -> None:
    """Update an edge over and over, from 1 client and from 64."""
    rates: dict[tuple[bool, int], float] = {}
    medians: dict[tuple[bool, int], float] = {}
    for recorded in (False, True):
        label = "recorded" if recorded else "unrecorded"
        with tempfile.TemporaryDirectory(prefix="indelible-bench-") as folder:
            data = Path(folder)
            with embedded(data) as url:
                accounts = asyncio.run(prepare(load_settings(data=data), url))
                account = next(each for each in accounts if each.role == "admin")
                port = free_port()
                command = [sys.executable, "-m", "benchmarks.platform"]
                with running(
                    data, command, port, EDGE_DATABASE_URL=url, RECORDED=str(int(recorded))
                ):
                    headers, edge = asyncio.run(_signed_in(port, account.email, account.password))
                    asyncio.run(fire(port, _updates(edge, headers, 300), 16))  # warm up
                    for clients, count in REQUESTS.items():
                        shots = _updates(edge, headers, count)
                        times, seconds = asyncio.run(fire(port, shots, clients))
                        rates[recorded, clients] = count / seconds
                        medians[recorded, clients] = sorted(times)[count // 2]
                        figures.note(f"{label}_requests_{clients}_clients_per_s", count / seconds)
                        figures.note_times(f"{label}_request_{clients}_clients", times)
    added = (medians[True, 1] - medians[False, 1]) * 1000
    figures.note("recording_added_latency_1_client_p50_ms", added)
    share = rates[True, 64] / rates[False, 64]
    figures.note("recording_share_of_rate_64_clients", share)


async def _signed_in(port: int, email: str, password: str) -> tuple[dict[str, str], str]:
    """Return the headers of a session, and the path of an edge to update."""
    connection = Connection(port)
    json_type = {"content-type": "application/json"}
    body = json.dumps({"email": email, "password": password}).encode()
    status, answer = await connection.request(
        "POST", "/api/auth/sign-in", headers=json_type, body=body
    )
    if status != 200:
        raise SystemExit(f"sign-in: {status} {answer!r}")
    csrf = str(json.loads(answer)["csrf"])
    headers = {**json_type, "cookie": connection.cookie, "x-csrf-token": csrf}
    edge = {"name": "bench-edge", "site": "Lab"}
    status, answer = await connection.request(
        "POST", "/api/v1/edges", headers=headers, body=json.dumps(edge).encode()
    )
    if status != 201:
        raise SystemExit(f"edge: {status} {answer!r}")
    connection.close()
    return headers, f"/api/v1/edges/{json.loads(answer)['id']}"


def _updates(path: str, headers: dict[str, str], count: int) -> Iterator[Shot]:
    for number in range(count):
        body = json.dumps({"name": "bench-edge", "site": f"Lab {number}"}).encode()
        yield Shot(method="PUT", path=path, headers=headers, body=body)

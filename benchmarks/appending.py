"""Durable appends over HTTP: batches of 500 for 50 tenants, by 1, 2 and 4 server processes."""

from __future__ import annotations

import asyncio
import itertools
import tempfile
from pathlib import Path

import psycopg
import sqlalchemy as sa

from benchmarks.activities import batches
from benchmarks.figures import Figures
from benchmarks.load import Shot, fire
from benchmarks.service import embedded, free_port, make_keys, running, serve

TENANTS = 50
BATCH = 500


ENTRIES = 150_000
WORKERS = 2  # of the figure that is named after no number of processes
OTHERS = (1, 4)
CLIENTS = 16
WARM_UP = 10  # batches


def measure(figures: Figures) -> None:
    """Append and note rate, latency and size."""
    with tempfile.TemporaryDirectory(prefix="indelible-bench-") as folder:
        data = Path(folder)
        with embedded(data) as url:
            keys = make_keys(data, url, TENANTS)
            # Encoded before the clock starts: the load must not compete with the server.
            bodies = list(itertools.islice(batches(BATCH), ENTRIES // BATCH))
            before = _bytes(url)
            times, seconds = _served(data, keys, bodies, WORKERS)
            stored = ENTRIES + WARM_UP * BATCH
            figures.note("append_bytes_an_entry", (_bytes(url) - before) / stored)
            figures.note("append_batches_of_500_entries_per_s", ENTRIES / seconds)
            figures.note_times("append_batch_of_500", times)
            for workers in OTHERS:
                some = bodies[: len(bodies) // 2]
                _, seconds = _served(data, keys, some, workers)
                rate = len(some) * BATCH / seconds
                figures.note(f"append_by_{workers}_processes_entries_per_s", rate)


def _served(
    data: Path, keys: list[str], bodies: list[bytes], workers: int
) -> tuple[list[float], float]:
    """Send *bodies* to so many server processes; a few of them before the clock starts."""
    port = free_port()
    with running(data, serve(port, workers), port):
        _fire(port, keys, bodies[:WARM_UP])
        return _fire(port, keys, bodies)


def _fire(port: int, keys: list[str], bodies: list[bytes]) -> tuple[list[float], float]:
    shots = (
        Shot(
            method="POST",
            path="/api/activity",
            headers={"authorization": f"Bearer {key}", "content-type": "application/json"},
            body=body,
        )
        for key, body in zip(itertools.cycle(keys), bodies, strict=False)
    )
    return asyncio.run(fire(port, shots, CLIENTS))


def _bytes(url: str) -> int:
    plain = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as connection:
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    return int(row[0]) if row else 0

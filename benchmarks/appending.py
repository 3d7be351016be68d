"""Durable appends over HTTP: batches of 500 for 50 tenants, and what an entry takes on disk."""

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


def measure(
    figures: Figures, *, entries: int = 150_000, workers: int = 2, clients: int = 16
) -> None:
    """Append *entries* and note rate, latency and size."""
    with tempfile.TemporaryDirectory(prefix="indelible-bench-") as folder:
        data = Path(folder)
        with embedded(data) as url:
            keys = make_keys(data, url, TENANTS)
            port = free_port()
            with running(data, serve(port, workers), port):
                # Encoded before the clock starts: the load must not compete with the server.
                bodies = list(itertools.islice(batches(BATCH), entries // BATCH))
                _fire(port, keys, bodies[:10], clients)  # warm up
                before = _bytes(url)
                times, seconds = _fire(port, keys, bodies, clients)
                after = _bytes(url)
    figures.note("append_batches_of_500_entries_per_s", entries / seconds)
    figures.note_times("append_batch_of_500", times)
    figures.note("append_bytes_an_entry", (after - before) / entries)


def _fire(
    port: int, keys: list[str], bodies: list[bytes], clients: int
) -> tuple[list[float], float]:
    shots = (
        Shot(
            method="POST",
            path="/api/activity",
            headers={"authorization": f"Bearer {key}", "content-type": "application/json"},
            body=body,
        )
        for key, body in zip(itertools.cycle(keys), bodies, strict=False)
    )
    return asyncio.run(fire(port, shots, clients))


def _bytes(url: str) -> int:
    plain = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as connection:
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    return int(row[0]) if row else 0

"""Evidence, an export and the full check in the filled log; others take logs of their own."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime

import psycopg

from benchmarks.exporting import export
from benchmarks.figures import Figures
from benchmarks.filled import KEPT, PASSWORD, Filled, filled, plain
from benchmarks.service import free_port, running, serve
from indelible.bootstrap import join_archive, open_archive, open_services
from indelible.config.settings import load_settings
from indelible.core.activity import EntryId
from indelible.core.evidence_file import spell
from indelible.core.scope import Scope
from indelible.ledger.check import check
from indelible.worker.checking import Processes

PROOFS = 500
EXPORTED = 1_000_000


def measure(figures: Figures) -> None:
    """Prove entries drawn by lot, export the newest million, and check everything."""
    with filled() as log:
        _export(figures, log)
        times = asyncio.run(_prove(log, _drawn(log)))
        figures.note_times("proof_at_size", times)
        figures.note("check_at_size_entries_per_s", asyncio.run(_check(log)))


def _export(figures: Figures, log: Filled) -> None:
    load = log.workload
    newest = load.end - (load.end - load.start) * min(EXPORTED, log.entries) // log.entries
    since = f"from={datetime.fromtimestamp(newest // 10**9, UTC):%Y-%m-%dT%H:%M:%SZ}"
    port = free_port()
    with running(log.data, serve(port, 1), port, INDELIBLE_RETENTION_DAYS=str(KEPT.days)):
        export(
            figures,
            port,
            email=load.admins[0],
            password=PASSWORD,
            query=since,
            name="export_at_size",
        )


def _drawn(log: Filled) -> Sequence[EntryId]:
    """Return ids of entries, from large logs more often than from small ones."""
    draw = random.Random(1)
    with psycopg.connect(plain(log.url)) as connection:
        heads = connection.execute("SELECT log, size FROM heads WHERE size > 0").fetchall()
        logs = draw.choices(heads, [size for _, size in heads], k=PROOFS)
        pairs = [(number, draw.randrange(size)) for number, size in logs]
        rows = connection.execute(
            "SELECT e.id::text FROM unnest(%s::int[], %s::bigint[]) AS drawn (log, seq) "
            "JOIN entries e ON e.log = drawn.log AND e.seq = drawn.seq",
            [[number for number, _ in pairs], [seq for _, seq in pairs]],
        ).fetchall()
    return [EntryId(id_) for (id_,) in rows]


async def _prove(log: Filled, ids: Sequence[EntryId]) -> list[float]:
    times = []
    async with open_services(load_settings(data=log.data), log.url) as services:
        for id_ in ids:
            began = time.perf_counter()
            _, evidence = await services.prover.prove(id_, Scope.everything())
            spell(evidence)
            times.append(time.perf_counter() - began)
    return times


async def _check(log: Filled) -> float:
    crew = Processes(join_archive, os.cpu_count() or 1)
    async with open_archive(load_settings(data=log.data), log.url) as (archive, trusted):
        began = time.perf_counter()
        report = await check(archive, trusted, crew=crew)
        seconds = time.perf_counter() - began
    if not report.holds:
        raise SystemExit(f"the check found {report.findings[0]}")
    return report.entries / seconds

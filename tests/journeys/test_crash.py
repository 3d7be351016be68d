"""The server killed in the middle of load: what was acknowledged is there, once."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import httpx
import pytest

from tests.journeys.service import Service, an_activity, send

pytestmark = pytest.mark.database

# `make campaign` and whoever doubts: CRASHES=20.
CRASHES = int(os.environ.get("CRASHES", "3"))
CLIENTS = 4


class Reporter(threading.Thread):
    """Reports without pause until told to stop, and remembers what was acknowledged."""

    def __init__(self, service: Service, key: str, number: int) -> None:
        super().__init__(daemon=True)
        self.service, self.key, self.number = service, key, number
        self.acknowledged: dict[str, tuple[int, str]] = {}
        self.stopped = threading.Event()

    def run(self) -> None:
        sent = 0
        while not self.stopped.is_set():
            with httpx.Client(base_url=self.service.url, timeout=10) as client:
                try:
                    while not self.stopped.is_set():
                        batch = [
                            an_activity(self.number * 10_000_000 + sent + place)
                            for place in range(1 + sent % 7)
                        ]
                        for activity, receipt in zip(
                            batch, send(client, self.key, batch), strict=True
                        ):
                            place = (int(str(receipt["seq"])), str(receipt["id"]))
                            self.acknowledged[str(activity["key"])] = place
                        sent += len(batch)
                except (httpx.TransportError, httpx.HTTPStatusError):
                    # Killed under us. The batch is sent again: its keys keep it from doubling.
                    time.sleep(0.05)


def test_killed_under_load_nothing_acknowledged_is_lost(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """After each kill -9 the next start is clean; at the end every acknowledged entry is there once."""
    service = Service(tmp_path / "data")
    request.addfinalizer(service.remove)
    with service:
        tenant = service.command("tenants", "create", "Crash Inc").split()[0]
        key = service.command("keys", "create", "--tenant", tenant).strip()
    reporters = [Reporter(service, key, number) for number in range(CLIENTS)]
    for reporter in reporters:
        reporter.start()
    for crash in range(CRASHES):
        service.start()
        time.sleep(0.6 + 0.37 * (crash % 5))
        service.kill()
    service.start()
    time.sleep(1)
    for reporter in reporters:
        reporter.stopped.set()
    for reporter in reporters:
        reporter.join(timeout=20)
    service.command("check")  # exits with 1 where anything does not hold
    service.stop()
    acknowledged = {key: place for r in reporters for key, place in r.acknowledged.items()}
    assert len(acknowledged) > 20 * CRASHES
    with service.database() as database:
        rows = database.execute(
            "SELECT e.seq, e.id::text FROM entries e JOIN logs l ON l.id = e.log "
            "WHERE l.tenant IS NOT NULL"
        ).fetchall()
    stored = dict(rows)
    assert len(rows) == len(stored)
    assert sorted(stored) == list(range(len(stored)))
    lost = [key for key, (seq, id_) in acknowledged.items() if stored.get(seq) != id_]
    assert lost == []
    assert len(set(acknowledged.values())) == len(acknowledged)

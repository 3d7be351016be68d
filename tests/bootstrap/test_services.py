"""What the joined parts are told from outside."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog

from indelible.bootstrap import open_services
from indelible.bootstrap.services import clock_watch
from indelible.config.settings import load_settings
from indelible.core.activity import Action, Activity, Actor, Resource

pytestmark = pytest.mark.database


async def test_entries_get_their_times_from_the_clock(tmp_path: Path, database_url: str) -> None:
    """A clock of somebody's choice is what the log goes by."""
    then = datetime(2025, 2, 3, 4, 5, 6, tzinfo=UTC)
    clock = int(then.timestamp()) * 10**9
    settings = load_settings(data=tmp_path)
    activity = Activity(
        actor=Actor(id="u-1"), action=Action.CREATE, resource=Resource(type="edge", id="e-1")
    )
    async with open_services(settings, database_url, clock=lambda: clock) as services:
        (receipt,) = await services.recorder.record([activity])
    assert receipt.time == "2025-02-03T04:05:06.000000Z"


def test_clocks_that_go_apart_are_told_of_once() -> None:
    """The service's log names a machine whose clock is not the database's, not every few seconds."""
    watch = clock_watch()
    with structlog.testing.capture_logs() as lines:
        for ahead in (0.2, -0.4, 61.04, 61.05, 0.1, -7.0):
            watch(ahead)
    assert [(line["event"], line["ahead_seconds"]) for line in lines] == [
        ("clocks_apart", 61.0),
        ("clocks_apart", -7.0),
    ]

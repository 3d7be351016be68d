"""What the joined parts are told from outside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
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


async def test_nodes_with_clocks_apart_write_one_log(tmp_path: Path, database_url: str) -> None:
    """Seqs have no gap and times never run backwards, whichever node's clock is ahead."""
    now = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
    settings = load_settings(data=tmp_path)

    def clock(ahead: timedelta) -> Callable[[], int]:
        return lambda: int((now + ahead).timestamp()) * 10**9

    def activity(number: int) -> Activity:
        return Activity(
            actor=Actor(id="u-1"),
            action=Action.CREATE,
            resource=Resource(type="edge", id=f"e-{number}"),
            key=f"key-{number}",
        )

    receipts = []
    async with (
        open_services(settings, database_url, clock=clock(timedelta(hours=1))) as fast,
        open_services(settings, database_url, clock=clock(timedelta())) as slow,
    ):
        for number, node in enumerate([fast, slow, fast, slow]):
            receipts += await node.recorder.record([activity(number)])
        # A key that one node has seen is known to the other.
        [again] = await slow.recorder.record([activity(2)])
    assert again.seq == receipts[2].seq
    first = receipts[0].seq
    assert [each.seq for each in receipts] == list(range(first, first + 4))
    assert [each.time for each in receipts] == [
        f"2026-02-03T05:05:06.{number:06}Z" for number in range(4)
    ]


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

"""Room for entries that wait: bounded in all and for each reporter."""

from __future__ import annotations

import pytest

from indelible.errors import Crowding, Overloaded
from indelible.ledger.room import Room, Taken


def room() -> Room:
    return Room(entries=80, size=8_000)


def test_a_reporter_gets_half() -> None:
    """One that reports faster than can be recorded is told so; another one is not."""
    full = room()
    full.take(Taken("a", 40, 400))
    with pytest.raises(Crowding):
        full.take(Taken("a", 1, 10))
    full.take(Taken("b", 1, 10))
    full.leave(Taken("a", 40, 400))
    full.take(Taken("a", 1, 10))
    assert full.entries == 2


def test_what_the_platform_does_itself_is_recorded_under_a_flood() -> None:
    """An eighth is left when reporters have filled the rest."""
    full = room()
    full.take(Taken("a", 40, 400))
    full.take(Taken("b", 30, 300))
    with pytest.raises(Overloaded):
        full.take(Taken("c", 1, 10))
    full.take(Taken("", 10, 100))
    with pytest.raises(Overloaded):
        full.take(Taken("", 1, 10))


def test_bytes_count_too() -> None:
    """Few entries with large details fill the room as well."""
    full = room()
    full.take(Taken("a", 1, 5_000))
    with pytest.raises(Overloaded):
        full.take(Taken("b", 1, 5_000))


def test_whatever_one_request_may_carry_is_taken_where_nothing_waits() -> None:
    """Else it could never be recorded."""
    full = room()
    full.take(Taken("a", 200, 50_000))
    full.leave(Taken("a", 200, 50_000))
    assert full.entries == 0

"""Ids are UUIDs of version 7, sorted by time, in one spelling."""

from __future__ import annotations

from uuid import RFC_4122, UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.core.entry_id import (
    MAX_COUNTER,
    entry_id,
    floor_id,
    format_id,
    parse_id,
    time_of,
)
from indelible.errors import Invalid

NOW = 1_767_225_600_123_456  # 2026-01-01T00:00:00.123456Z
times = st.integers(0, 2**48 * 1000 - 1)
counters = st.integers(0, MAX_COUNTER)
random48 = st.binary(min_size=6, max_size=6)


def test_frozen() -> None:
    """The layout of an id never changes."""
    made = entry_id(NOW, 5, b"\xff" * 6)
    assert format_id(made) == "019b76da-a87b-774b-8005-ffffffffffff"
    assert format_id(floor_id(NOW)) == "019b76da-a87b-774b-8000-000000000000"


@given(times, counters, random48)
def test_anybody_reads_it(time_us: int, counter: int, random: bytes) -> None:
    """Another library takes it for a UUID of version 7, in the same spelling."""
    made = entry_id(time_us, counter, random)
    other = UUID(bytes=made)
    assert other.version == 7
    assert other.variant == RFC_4122
    assert str(other) == format_id(made)
    assert parse_id(str(other)) == made
    assert time_of(made) == time_us


@given(st.tuples(times, counters, random48), st.tuples(times, counters, random48))
def test_order_is_of_time_and_counter(
    first: tuple[int, int, bytes], second: tuple[int, int, bytes]
) -> None:
    """Ids, as bytes and as text, sort by microsecond, then by counter."""
    if first[:2] < second[:2]:
        assert entry_id(*first) < entry_id(*second)
        assert format_id(entry_id(*first)) < format_id(entry_id(*second))


@given(times, counters, random48)
def test_floor_bounds_a_microsecond(time_us: int, counter: int, random: bytes) -> None:
    """All ids of a microsecond lie between its floor and the next one's."""
    made = entry_id(time_us, counter, random)
    assert floor_id(time_us) <= made
    if time_us + 1 < 2**48 * 1000:
        assert made < floor_id(time_us + 1)


@pytest.mark.parametrize(
    ("time_us", "counter", "random"),
    [
        (-1, 0, bytes(6)),
        (2**48 * 1000, 0, bytes(6)),
        (NOW, -1, bytes(6)),
        (NOW, MAX_COUNTER + 1, bytes(6)),
        (NOW, 0, bytes(5)),
        (NOW, 0, bytes(7)),
    ],
)
def test_out_of_range(time_us: int, counter: int, random: bytes) -> None:
    """What has no room in an id is refused, never cut."""
    with pytest.raises(Invalid):
        entry_id(time_us, counter, random)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "019b76da-a87b-774b-8005-fffffffffff",
        "019B76DA-A87B-774B-8005-FFFFFFFFFFFF",
        "019b76da-a87b-774b-8005-ffffffffffff\n",
        "019b76daa87b774b8005ffffffffffff",
        "{019b76da-a87b-774b-8005-ffffffffffff}",
        "019b76da-a87b-474b-8005-ffffffffffff",
        "019b76da-a87b-774b-c005-ffffffffffff",
        "019b76da-a87b-774b-8005-fffffffffff١",
    ],
)
def test_one_spelling(text: str) -> None:
    """Any other spelling of an id, or another kind of UUID, is refused."""
    with pytest.raises(Invalid):
        parse_id(text)

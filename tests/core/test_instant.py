"""Times have one spelling and lose no microsecond."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.core.instant import format_time, microseconds, parse_time
from indelible.errors import Invalid


def test_frozen() -> None:
    """The spelling always has six decimals and a Z."""
    assert format_time(0) == "1970-01-01T00:00:00.000000Z"
    assert format_time(1_767_225_600_000_001) == "2026-01-01T00:00:00.000001Z"


@given(st.integers(-62_135_596_800_000_000, 253_402_300_799_999_999))
def test_round_trip(time_us: int) -> None:
    """Every microsecond of the years 1 to 9999 comes back."""
    assert parse_time(format_time(time_us)) == time_us


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))])))
def test_aware_datetimes(time: datetime) -> None:
    """A datetime in any zone is the same point in time."""
    try:
        time.astimezone(UTC)
    except OverflowError:
        return
    spelled = time.astimezone(UTC).strftime("%m-%dT%H:%M:%S.%f")
    assert format_time(microseconds(time))[5:] == spelled + "Z"


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00.000Z",
        "2026-01-01T00:00:00.000000",
        "2026-01-01T00:00:00.000000+00:00",
        "2026-01-01 00:00:00.000000Z",
        "2026-01-01t00:00:00.000000z",
        "2026-01-01T00:00:00.000000Z\n",
        "2026-02-30T00:00:00.000000Z",
        "2026-01-01T24:00:00.000000Z",
        "2026-12-31T23:59:60.000000Z",
        "0000-01-01T00:00:00.000000Z",
        "٢026-01-01T00:00:00.000000Z",
    ],
)
def test_one_spelling(text: str) -> None:
    """Another spelling, or a time that does not exist, is refused."""
    with pytest.raises(Invalid):
        parse_time(text)

"""Points in time, as microseconds since 1970 and as the one spelling that entries use."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from indelible.errors import Invalid

PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z\Z"
"""RFC 3339, UTC, always six decimals; whether there is such a day is checked by parsing."""

_SPELLING = re.compile(PATTERN)
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  # UTC by definition; naive, so no offset is printed
_MICROSECOND = timedelta(microseconds=1)


def format_time(time_us: int) -> str:
    """Return ``2026-01-01T00:00:00.000000Z`` for microseconds since 1970."""
    return (_EPOCH + timedelta(microseconds=time_us)).isoformat(timespec="microseconds") + "Z"


def parse_time(text: str) -> int:
    """Return the microseconds since 1970 of what :func:`format_time` wrote.

    Raises:
        Invalid: *text* is spelled in any other way, or there is no such point in time.
    """
    if _SPELLING.match(text) is None:
        raise Invalid(f"not a time in UTC with microseconds: {text!r}")
    try:
        return (datetime.fromisoformat(text[:-1]) - _EPOCH) // _MICROSECOND
    except ValueError as error:
        raise Invalid(f"no such time: {text!r}") from error


def microseconds(time: datetime) -> int:
    """Return the microseconds since 1970 of an aware datetime, exactly."""
    return (time.astimezone(UTC).replace(tzinfo=None) - _EPOCH) // _MICROSECOND

"""Instants as people and programs write them in a URL."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from indelible.errors import Invalid

# RFC 3339, section 5.6; a space where the offset's plus was is a plus that nobody encoded.
_INSTANT = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(\.\d{1,9})?([Zz]|[+\- ]\d{2}:\d{2})", re.ASCII
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_WORDS = (
    "Must be a date (2026-11-23) or an RFC 3339 instant (2026-11-23T14:05:00Z, or with an offset)."
)


def beginning(text: str, zone: ZoneInfo, *, field: str) -> datetime:
    """Return the instant *text* names; of a date, its first one in *zone*.

    Raises:
        Invalid: it is neither a date nor an instant.
    """
    if _DATE.fullmatch(text):
        return _midnight(_date(text, field), zone)
    return _instant(text, field)


def end(text: str, zone: ZoneInfo, *, field: str) -> datetime:
    """Return the instant *text* names; of a date, the first one in *zone* that is after it.

    A day has 23 or 25 hours where clocks are changed, so it ends where the next one begins.

    Raises:
        Invalid: it is neither a date nor an instant.
    """
    if _DATE.fullmatch(text):
        day = _date(text, field)
        if day == date.max:
            return _LAST
        return _midnight(day + timedelta(days=1), zone)
    return _instant(text, field)


def _date(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(f"There is no such day. {_WORDS}", field=field) from error


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    # Where a day has no midnight, fold=0 takes the offset before the change: its first instant.
    try:
        return datetime.combine(day, time.min, zone).astimezone(UTC)
    except OverflowError:
        return _FIRST if day.year == 1 else _LAST


def _instant(text: str, field: str) -> datetime:
    match = _INSTANT.fullmatch(text)
    if match is None:
        raise Invalid(_WORDS, field=field)
    day, clock, fraction, offset = match.groups()
    # Nothing in the log is finer than a microsecond.
    fraction = f".{fraction[1:7]:0<6}" if fraction else ""
    offset = "+00:00" if offset in "Zz" else offset.replace(" ", "+")
    try:
        return datetime.fromisoformat(f"{day}T{clock}{fraction}{offset}").astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Invalid(f"There is no such instant. {_WORDS}", field=field) from error

"""Counts over time: how wide the buckets are."""

from __future__ import annotations

MAX_BUCKETS = 500

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_NICE = (
    *(1, 2, 5, 10, 15, 30),
    *(n * _MINUTE for n in (1, 2, 5, 10, 15, 30)),
    *(n * _HOUR for n in (1, 2, 3, 6, 12)),
    *(n * _DAY for n in (1, 2, 7, 14, 30, 90, 180, 365)),
)


def width_for(first: int, last: int, buckets: int) -> int:
    """Return the smallest nice width, in seconds, at which *buckets* cover *first* to *last*.

    Buckets begin at multiples of their width since 1970.
    """
    for width in _NICE:
        if last // width - first // width < buckets:
            return width
    years = _NICE[-1]
    while last // years - first // years >= buckets:
        years += _NICE[-1]
    return years

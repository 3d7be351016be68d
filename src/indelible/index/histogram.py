"""Counts over time: which buckets, and how many entries fall into each."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import UTC, datetime, timedelta

from indelible.core.entry_id import floor_id
from indelible.index.conditions import Conditions
from indelible.index.counting import NEWS, few, values_of
from indelible.index.finding import FEW
from indelible.index.memory import Memory
from indelible.index.reader import Reader
from indelible.ledger.search import Bucket, Histogram

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_NICE = (
    *(1, 2, 5, 10, 15, 30),
    *(n * _MINUTE for n in (1, 2, 5, 10, 15, 30)),
    *(n * _HOUR for n in (1, 2, 3, 6, 12)),
    *(n * _DAY for n in (1, 2, 7, 14, 30, 90, 180, 365)),
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Counts = dict[int, tuple[int, int]]
"""Start of a bucket, seconds since 1970 -> successes and failures."""

# width_bucket() finds the bucket of an id by halving; ids carry the time.
_COUNTS = """
SELECT width_bucket(e.id, %(edges)s::uuid[]), e.failed, count(*)
{entries} WHERE {where} GROUP BY 1, 2
"""


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


async def count_over_time(
    reader: Reader,
    wanted: Conditions,
    question: Hashable,
    memory: Memory[Counts],
    *,
    total: int,
    first: int,
    last: int,
    buckets: int,
) -> Histogram:
    """Return counts of *total* entries in contiguous buckets.

    The first bucket holds the second *first*, the last one the second *last*; both are since 1970.
    """
    width = width_for(first, last, buckets)
    starts = range(first // width * width, last + 1, width)
    question = (question, width)
    known = memory.recall(question)
    news = known.since(wanted.logs) if known else None
    if known is None or news is None or not few(news):
        where = wanted.where if total <= FEW else wanted.where_of_many
        counts = await _counted(reader, wanted, where, starts, "FROM entries e", {})
    elif news:
        counts = await _counted(reader, wanted, wanted.where, starts, NEWS, values_of(news))
        for start, (success, failure) in known.counted.items():
            newer = counts.get(start, (0, 0))
            counts[start] = (success + newer[0], failure + newer[1])
    else:
        counts = known.counted
    memory.remember(question, counts, wanted.logs)
    return Histogram(
        bucket_seconds=width,
        buckets=[
            Bucket(start=_EPOCH + timedelta(seconds=start), success=found[0], failure=found[1])
            for start in starts
            for found in (counts.get(start, (0, 0)),)
        ],
    )


async def _counted(
    reader: Reader,
    wanted: Conditions,
    where: str,
    starts: range,
    entries: str,
    values: dict[str, list[int]],
) -> Counts:
    query = _COUNTS.format(entries=entries, where=where)
    edges = [floor_id(start * 1_000_000).hex() for start in starts]
    counts: Counts = {}
    for place, failed, number in await reader.all(query, wanted.having({**values, "edges": edges})):
        start = starts[max(0, place - 1)]
        success, failure = counts.get(start, (0, 0))
        counts[start] = (success, failure + number) if failed else (success + number, failure)
    return counts

"""Which segments there are of a log, and which of its entries are in none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from indelible.index.reader import Reader

_SEGMENTS = """
SELECT log, first, size, named FROM search_segments
WHERE log = ANY(%(logs)s::int[]) ORDER BY log, first
"""


class Segment(NamedTuple):
    """Where a segment lies.

    Attributes:
        first: seq of its first entry.
        size: how many entries it has.
        named: what people and resources in it are called is kept with it.
    """

    log: int
    first: int
    size: int
    named: bool

    @property
    def stop(self) -> int:
        """The seq behind its last entry."""
        return self.first + self.size


async def read_layout(reader: Reader, logs: Sequence[int]) -> Mapping[int, Sequence[Segment]]:
    """Return the segments of *logs*, oldest first."""
    layout: defaultdict[int, list[Segment]] = defaultdict(list)
    rows: Sequence[Any] = await reader.all(_SEGMENTS, {"logs": list(logs)}) if logs else ()
    for row in rows:
        layout[row[0]].append(Segment(*row))
    return layout


def gaps(segments: Sequence[Segment], within: range) -> list[range]:
    """Return what of *within*, a stretch of a log, is in none of its *segments*."""
    found = []
    reached = within.start
    for segment in segments:
        if segment.stop <= reached:
            continue
        if segment.first >= within.stop:
            break
        if segment.first > reached:
            found.append(range(reached, segment.first))
        reached = segment.stop
    if reached < within.stop:
        found.append(range(reached, within.stop))
    return found

"""Where in each log a moment lies: between which two samples of time first, then exactly."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from indelible.core.entry_id import floor_id
from indelible.index.postgres.kept import Kept
from indelible.index.postgres.layout import Segment
from indelible.index.postgres.runs import Numbers
from indelible.index.postgres.segment import SAMPLED, read_times, samples_in
from indelible.index.reader import Reader, array
from indelible.index.sight import Log, Search, places_of

_MIB = 1 << 20
_EDGE_BYTES = 300
_TIME_BYTES = 4
_SAMPLES = """
SELECT parts.number, segments.samples
FROM unnest(%(numbers)s::int[], %(logs)s::int[], %(firsts)s::bigint[])
    AS parts (number, log, first)
JOIN search_segments AS segments
    ON segments.log = parts.log AND segments.first = parts.first
"""
_TIMES = f"""
SELECT parts.number,
    substring(segments.times FROM parts.skipped + 1 FOR {SAMPLED * _TIME_BYTES})
FROM unnest(%(numbers)s::int[], %(logs)s::int[], %(firsts)s::bigint[], %(skipped)s::int[])
    AS parts (number, log, first, skipped)
JOIN search_segments AS segments
    ON segments.log = parts.log AND segments.first = parts.first
"""  # noqa: S608  # ours


class Calendar:
    """What was read of the times of segments before, and where seconds were found to begin."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self.samples: Kept[Numbers] = Kept(8 * _MIB)
        self.edges: Kept[int] = Kept(4 * _MIB)


class _Edge(NamedTuple):
    """A second that begins in a log between two seqs, both included."""

    log: Log
    number: int
    second: int
    segment: Segment | None
    low: int
    high: int


class Marks:
    """Entries of a log whose time is known, in order.

    Attributes:
        segments: the segments that they are of, oldest first.
        seqs: which entries.
        seconds: when each was recorded, since 1970.
    """

    def __init__(self, log: Log, segments: Sequence[Segment], samples: Sequence[Numbers]) -> None:
        """Take a log, its segments and of each segment the samples."""
        self.segments = segments
        places = [
            np.append(np.arange(each.first, each.stop, SAMPLED), each.stop - 1) for each in segments
        ]
        last, second = max(0, log.size - 1), log.time // 1_000_000
        self.seqs = np.concatenate([np.empty(0, np.int64), *places, [last]])
        # What somebody set back would make halving go astray.
        self.seconds = np.maximum.accumulate(
            np.concatenate([np.empty(0, np.int64), *samples, [second]])
        )
        self._size = log.size

    def span(self, seconds: npt.ArrayLike) -> tuple[Numbers, Numbers]:
        """Return the least and the greatest seq that the first entry of each second may have."""
        places = np.searchsorted(self.seconds, seconds, "left")
        after = np.append(self.seqs, self._size)[places]
        before = np.insert(self.seqs + 1, 0, 0)[places]
        return np.minimum(before, after), after


class Moments:
    """Finds moments in the logs of a snapshot."""

    def __init__(
        self,
        reader: Reader,
        logs: Sequence[Log],
        layout: Mapping[int, Sequence[Segment]],
        calendar: Calendar,
    ) -> None:
        """Take the snapshot, its logs, their segments and what is known of them."""
        self._reader = reader
        self._logs = logs
        self._layout = layout
        self._calendar = calendar
        self.marks: dict[int, Marks] = {}

    async def learn(self) -> None:
        """Have the samples of all segments at hand."""
        kept = self._calendar.samples
        known: dict[Segment, Numbers] = {}
        missing = []
        for segments in self._layout.values():
            for segment in segments:
                found = kept.get(segment[:3])
                if found is None:
                    missing.append(segment)
                else:
                    known[segment] = found
        if missing:
            values = {
                "numbers": list(range(len(missing))),
                "logs": [segment.log for segment in missing],
                "firsts": [segment.first for segment in missing],
            }
            for number, samples in await self._reader.all(_SAMPLES, values):
                segment = missing[number]
                known[segment] = read_times(samples, samples_in(segment.size))
                kept.put(segment[:3], known[segment], 500 + known[segment].nbytes)
        for log in self._logs:
            segments = self._layout.get(log.number, ())
            samples = [known[each] for each in segments]
            self.marks[log.number] = Marks(log, segments, samples)

    async def of_id(self, bound: bytes, second: int) -> dict[int, int]:
        """Return, for each log, how many of its entries have ids less than *bound*.

        Args:
            bound: 16 bytes.
            second: the one that they carry.
        """
        searches = []
        for log in self._logs:
            lows, highs = self.marks[log.number].span([second, second + 1])
            searches.append(Search(log.number, bound, int(lows[0]), int(highs[1])))
        return {log: place for (log, _), place in (await places_of(self._reader, searches)).items()}

    async def of_seconds(self, seconds: Sequence[int]) -> Mapping[int, Numbers]:
        """Return, for each log, the seqs of the first entries at or after each of *seconds*."""
        found: dict[int, Numbers] = {}
        inside: list[_Edge] = []
        searches: list[_Edge] = []
        for log in self._logs:
            marks = self.marks[log.number]
            lows, highs = marks.span(seconds)
            found[log.number] = lows.copy()
            for number in np.flatnonzero(lows < highs).tolist():
                second = seconds[number]
                known = self._calendar.edges.get((log.number, second))
                if known is not None:
                    found[log.number][number] = known
                    continue
                low, high = int(lows[number]), int(highs[number])
                segment = _segment(marks.segments, low - 1, high)
                edge = _Edge(log, number, second, segment, low, high)
                (inside if segment else searches).append(edge)
        bounds = {edge: floor_id(edge.second * 1_000_000) for edge in searches}
        places = await places_of(
            self._reader,
            [Search(each.log.number, bounds[each], each.low, each.high) for each in searches],
        )
        resolved = [(edge, places[edge.log.number, bounds[edge]]) for edge in searches]
        for edge, place in [*resolved, *await self._inside(inside)]:
            found[edge.log.number][edge.number] = place
            if place < edge.log.size:  # else the second may not be over
                name = (edge.log.number, edge.second)
                self._calendar.edges.put(name, place, _EDGE_BYTES)
        return found

    async def _inside(self, edges: Sequence[_Edge]) -> list[tuple[_Edge, int]]:
        """Return the place of each edge that lies within a segment."""
        if not edges:
            return []
        parts = [(edge, edge.segment, edge.low - 1) for edge in edges if edge.segment is not None]
        starts = [(first - segment.first) // SAMPLED * SAMPLED for _, segment, first in parts]
        values = {
            "numbers": array(range(len(parts))),
            "logs": array(segment.log for _, segment, _ in parts),
            "firsts": array(segment.first for _, segment, _ in parts),
            "skipped": array(start * _TIME_BYTES for start in starts),
        }
        found = []
        for number, times in await self._reader.all(_TIMES, values):
            edge, segment, _ = parts[number]
            seconds = read_times(times, min(SAMPLED, segment.size - starts[number]))
            here = int(np.searchsorted(seconds, edge.second, "left"))
            found.append((edge, min(segment.first + starts[number] + here, edge.high)))
        return found


def _segment(segments: Sequence[Segment], first: int, last: int) -> Segment | None:
    """Return the segment with both these seqs, None if there is none."""
    place = bisect_right(segments, first, key=lambda segment: segment.first) - 1
    if place >= 0 and last < segments[place].stop:
        return segments[place]
    return None

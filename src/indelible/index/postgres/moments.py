"""Where in each log a moment lies: between which two samples of time first, then exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from indelible.core.entry_id import floor_id
from indelible.index.postgres.kept import Kept
from indelible.index.postgres.layout import Segment
from indelible.index.postgres.runs import Numbers
from indelible.index.postgres.segment import SAMPLED, read_times
from indelible.index.reader import Reader
from indelible.index.sight import Log, Search, places_of

LATEST = 1 << 62
"""A second after all that anybody recorded."""

_MIB = 1 << 20
_EDGE_BYTES = 150
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
        self.samples: Kept[Numbers] = Kept(16 * _MIB)
        self.edges: Kept[int] = Kept(8 * _MIB)


class _Marks:
    """Entries of a log whose time is known, in order."""

    def __init__(self, segments: Sequence[Segment], samples: Sequence[Numbers]) -> None:
        self.segments = segments
        places = [
            np.append(np.arange(each.first, each.stop, SAMPLED), each.stop - 1) for each in segments
        ]
        self.seqs = np.concatenate([np.empty(0, np.int64), *places])
        self.seconds = np.concatenate([np.empty(0, np.int64), *samples])


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
        self._marks: dict[int, _Marks] = {}

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
                known[segment] = read_times(samples)
                kept.put(segment[:3], known[segment], 200 + known[segment].nbytes)
        for log in self._logs:
            segments = self._layout.get(log.number, ())
            self._marks[log.number] = _Marks(segments, [known[each] for each in segments])

    def around(self, log: int, seqs: Numbers) -> tuple[Numbers, Numbers]:
        """Return seconds between which each of *seqs* was recorded, both included."""
        marks = self._marks[log]
        before = np.searchsorted(marks.seqs, seqs, "right")
        seconds = np.concatenate(([0], marks.seconds, [LATEST]))
        return seconds[before], seconds[before + 1]

    def span(self, log: int, size: int, second: int) -> tuple[int, int]:
        """Return the least and the greatest seq that a log's first entry of *second* may have."""
        marks = self._marks[log]
        place = int(np.searchsorted(marks.seconds, second, "left"))
        low = int(marks.seqs[place - 1]) + 1 if place else 0
        high = int(marks.seqs[place]) if place < len(marks.seqs) else size
        return min(low, high), high

    def latest(self, log: int) -> int:
        """Return the last second that is known of a log; 0 where none is."""
        seconds = self._marks[log].seconds
        return int(seconds[-1]) if len(seconds) else 0

    async def of_id(self, bound: bytes, second: int) -> Mapping[int, int]:
        """Return, for each log, how many of its entries have ids less than *bound*.

        Args:
            bound: 16 bytes.
            second: the one that they carry.
        """
        searches = []
        for log in self._logs:
            low, _ = self.span(log.number, log.size, second)
            _, high = self.span(log.number, log.size, second + 1)
            searches.append(Search(log.number, bound, low, high))
        return {log: place for (log, _), place in (await places_of(self._reader, searches)).items()}

    async def of_seconds(self, seconds: Sequence[int]) -> Mapping[int, Numbers]:
        """Return, for each log, the seqs of the first entries at or after each of *seconds*."""
        found = {log.number: np.zeros(len(seconds), np.int64) for log in self._logs}
        edges = self._calendar.edges
        inside: list[tuple[int, int, Segment, int, int]] = []
        searches: dict[Search, tuple[int, int]] = {}
        for log in self._logs:
            mine = found[log.number]
            for number, second in enumerate(seconds):
                known = edges.get((log.number, second))
                if known is not None:
                    mine[number] = known
                    continue
                low, high = self.span(log.number, log.size, second)
                mine[number] = low
                if low == high:
                    self._keep(log, second, low)
                    continue
                segment = self._segment(log.number, low - 1, high)
                if segment is not None:
                    inside.append((log.number, number, segment, low, high))
                else:
                    bound = floor_id(second * 1_000_000)
                    searches[Search(log.number, bound, low, high)] = (log.number, number)
        logs = {log.number: log for log in self._logs}
        for log_number, number, place in await self._inside(inside, seconds):
            found[log_number][number] = place
            self._keep(logs[log_number], seconds[number], place)
        places = await places_of(self._reader, list(searches)) if searches else {}
        for search, (log_number, number) in searches.items():
            found[log_number][number] = places[search.log, search.bound]
        return found

    def _keep(self, log: Log, second: int, place: int) -> None:
        if place < log.size:  # else it may yet be recorded
            self._calendar.edges.put((log.number, second), place, _EDGE_BYTES)

    def _segment(self, log: int, first: int, last: int) -> Segment | None:
        """Return the segment with both these seqs, None if there is none."""
        segments = self._marks[log].segments
        place = int(np.searchsorted([each.first for each in segments], first, "right")) - 1
        if place >= 0 and first >= segments[place].first and last < segments[place].stop:
            return segments[place]
        return None

    async def _inside(
        self, inside: Sequence[tuple[int, int, Segment, int, int]], seconds: Sequence[int]
    ) -> list[tuple[int, int, int]]:
        """Return log, number and place of each second that begins within a segment."""
        if not inside:
            return []
        starts = [
            (low - 1 - segment.first) // SAMPLED * SAMPLED for _, _, segment, low, _ in inside
        ]
        values = {
            "numbers": list(range(len(inside))),
            "logs": [each[0] for each in inside],
            "firsts": [each[2].first for each in inside],
            "skipped": [start * _TIME_BYTES for start in starts],
        }
        found = []
        for place, times in await self._reader.all(_TIMES, values):
            log, number, segment, _, high = inside[place]
            here = int(np.searchsorted(read_times(times), seconds[number], "left"))
            found.append((log, number, min(segment.first + starts[place] + here, high)))
        return found

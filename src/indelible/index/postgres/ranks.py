"""Where, over several logs, the newest so many hits begin.

Within a log hits are in the order of time already; of two logs only ids tell which is newer. So of
each log a window is kept in which the line may run, and narrowed: first by the times that are known
anyway, then by the ids of hits that are spread over it. However unevenly entries came, each round
leaves a fraction.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from indelible.index.postgres.ground import Ground, Hits
from indelible.index.postgres.moments import Marks
from indelible.index.postgres.runs import Numbers
from indelible.index.reader import Reader, array

NEAR = 100
"""A line is near enough with so few hits between it and what is known to be newer."""

_ROUNDS = 8
_SAMPLES = 12  # for each log whose window has any hits: a round leaves about a sixth
_MOST_SAMPLES = 512
_SLACKS = (64, 1_024, 16_384)  # ranks of marks are known about, of those that are chosen exactly

_IDS = """
SELECT entries.log, entries.seq, entries.id
FROM unnest(%(logs)s::int[], %(seqs)s::bigint[]) AS wanted (log, seq)
JOIN entries ON entries.log = wanted.log AND entries.seq = wanted.seq
"""


class Line:
    """Between the newest so many hits and all others: a window of ranks in each log.

    Attributes:
        logs: their numbers.
        low: of each log, the rank, among all hits, up to which all are older; not included.
        high: likewise, from which on all are newer.
        left: how many hits in the windows are newer.
    """

    def __init__(self, hits: Hits, ground: Ground, position: int) -> None:
        """Take the hits and how many are on the newer side; know of none yet which they are."""
        self.logs = np.array([*ground.spans], np.int64)
        self._hits, self._ground, self._position = hits, ground, position
        self._starts = self.low = hits.below([span.start for span in ground.spans.values()])
        self._ends = self.high = hits.below([span.stop for span in ground.spans.values()])
        self.left = position

    def narrow_by_time(self, marks: Mapping[int, Marks]) -> None:
        """Narrow the windows by the times that are known."""
        since, until, newer = self._blocks(marks)
        for slack in _SLACKS:
            # From here on there are at least, or at most, so many.
            low = _second(since, newer, self._position + slack, at_least=True)
            high = _second(until, newer, self._position - slack, at_least=False)
            spans = [
                self._ground.at(log, [marks[log].span(low)[0], marks[log].span(high)[1]])
                for log in self.logs.tolist()
            ]
            lows, highs = self._hits.below(np.array(spans, np.int64).reshape(-1, 2).T)
            if (self._ends - highs).sum() <= self._position <= (self._ends - lows).sum():
                self._narrow(lows, highs)
                return

    async def narrow_by_ids(self, reader: Reader) -> None:
        """Narrow the windows by ids, until the line is near."""
        for _ in range(_ROUNDS):
            before = self._doubt()
            if self.left <= NEAR or not before:
                return
            await self._narrow_by_samples(reader)
            if self._doubt() == before:
                return

    def behind(self, most: int) -> Mapping[int, Numbers]:
        """Return the newest bits of each log that are not known to be on the newer side.

        Newest first, and of each as many as :attr:`left` and *most* together.
        """
        first = np.maximum(self._starts, self.high - self.left - most)
        return {
            int(log): self._hits.ranked(int(start), int(stop))[::-1]
            for log, start, stop in zip(self.logs, first, self.high, strict=True)
        }

    def _doubt(self) -> int:
        return int((self.high - self.low).sum())

    def _blocks(self, marks: Mapping[int, Marks]) -> tuple[Numbers, Numbers, Numbers]:
        """Return stretches of logs: since and until which second, and about how many hits."""
        since, until, newer = [], [], []
        for log, start, end in zip(self.logs.tolist(), self._starts, self._ends, strict=True):
            seconds = marks[log].seconds
            ranks = self._hits.about(self._ground.at(log, marks[log].seqs))
            since.append(np.insert(seconds, 0, 0))
            until.append(np.append(seconds, seconds[-1]))
            newer.append(np.diff(np.concatenate([[start], ranks, [end]])).astype(np.int64))
        return np.concatenate(since), np.concatenate(until), np.concatenate(newer)

    async def _narrow_by_samples(self, reader: Reader) -> None:
        which, ranks = self._spread()
        bits = self._hits.of_ranks(ranks)
        logs, seqs = self._ground.entries(bits)
        asked = {"logs": array(logs.tolist()), "seqs": array(seqs.tolist())}
        ids = {(log, seq): id_.bytes for log, seq, id_ in await reader.all(_IDS, asked)}
        found = [ids.get(place, b"") for place in zip(logs.tolist(), seqs.tolist(), strict=True)]
        there = np.flatnonzero([bool(each) for each in found])  # somebody may have taken one away
        self._narrow_by(which[there], ranks[there], [found[each] for each in there])

    def _spread(self) -> tuple[Numbers, Numbers]:
        """Return ranks, spread evenly over the windows, and of each the number of its log."""
        sizes = self.high - self.low
        wanted = min(_SAMPLES * int(np.count_nonzero(sizes)), _MOST_SAMPLES)
        counts = np.minimum(sizes, -(-sizes * wanted // max(1, sizes.sum())))
        which = np.repeat(np.arange(len(sizes)), counts)
        place = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
        return which, self.low[which] + (2 * place + 1) * sizes[which] // (2 * counts[which])

    def _narrow_by(self, which: Numbers, ranks: Numbers, ids: list[bytes]) -> None:
        """Narrow the windows by hits whose ids are known, log by log and in order."""
        if not ids:
            return
        unknown = self.high - self.low
        unknown[which] = 0
        first = np.append(True, which[1:] != which[:-1])
        last = np.append(first[1:], True)
        older = np.where(first, self.low[which] - 1, np.append(0, ranks[:-1]))
        newer = np.where(last, self.high[which], np.append(ranks[1:], 0))
        order = np.array(sorted(range(len(ids)), key=ids.__getitem__, reverse=True))
        # With each further hit, from the newest on: so many are surely newer, or may be.
        least = np.cumsum((newer - ranks)[order])
        most = np.cumsum((ranks - older)[order]) + unknown.sum()
        most += (self.high[which] - ranks - 1)[last].sum()
        lows, highs = self.low.copy(), self.high.copy()
        beyond = order[: np.searchsorted(most, self.left, "right")]
        np.minimum.at(highs, which[beyond], ranks[beyond])
        behind = order[np.searchsorted(least, self.left, "left") + 1 :]
        np.maximum.at(lows, which[behind], ranks[behind] + 1)
        self._narrow(lows, highs)

    def _narrow(self, lows: Numbers, highs: Numbers) -> None:
        self.low, self.high = np.maximum(self.low, lows), np.minimum(self.high, highs)
        self.left = self._position - int((self._ends - self.high).sum())


def _second(seconds: Numbers, newer: Numbers, wanted: int, *, at_least: bool) -> int:
    """Return the second from which on there are at least, or at most, *wanted* hits.

    It is as late, or as early, as the *seconds* allow; 0 where there are not as many at all.
    """
    order = np.argsort(-seconds, kind="stable")
    sums, descending = np.cumsum(newer[order]), seconds[order]
    if at_least:
        place = int(np.searchsorted(sums, wanted, "left"))
        return int(descending[place]) if place < len(sums) else 0
    place = int(np.searchsorted(sums, wanted, "right"))
    return int(descending[place]) + 1 if place < len(sums) else int(descending[-1])

"""A filter in a scope, at one instant: which entries pass, and where they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np

from indelible.core.entry_id import floor_id, time_of
from indelible.core.instant import microseconds
from indelible.index.postgres.fields import Fields
from indelible.index.postgres.ground import Ground, Hits
from indelible.index.postgres.kept import Kept
from indelible.index.postgres.layout import read_layout
from indelible.index.postgres.moments import Calendar, Moments
from indelible.index.postgres.passing import narrows, passing
from indelible.index.postgres.runs import Numbers
from indelible.index.postgres.segment import Bits, Kind
from indelible.index.postgres.words import Lexicon
from indelible.index.reader import Reader
from indelible.index.sight import Log, logs_in_sight
from indelible.ledger.search import Filter

_BITS_KEPT = 32 << 20  # bytes

# Ids of entries that are known by log and seq.
_IDS = """
SELECT wanted.number, entries.id
FROM unnest(%(numbers)s::int[], %(logs)s::int[], %(seqs)s::bigint[]) AS wanted (number, log, seq)
JOIN entries ON entries.log = wanted.log AND entries.seq = wanted.seq
"""


class Learned:
    """What this process keeps of earlier questions; all of it has a bound."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self.bits: Kept[Bits] = Kept(_BITS_KEPT)
        self.lexicon = Lexicon()
        self.calendar = Calendar()


class Question:
    """See :func:`pose`."""

    def __init__(
        self, reader: Reader, logs: Sequence[Log], moments: Moments, fields: Fields, hits: Hits
    ) -> None:
        """Take what :func:`pose` found."""
        self.reader = reader
        self.logs = logs
        self.moments = moments
        self.ground: Ground = fields.ground
        self.hits = hits
        self._fields = fields

    @property
    def total(self) -> int:
        """How many entries pass."""
        return self.hits.total

    def unfiltered(self) -> Question:
        """Return the question for whatever was recorded in the same logs and time."""
        everything = Hits(self.ground.everything())
        return Question(self.reader, self.logs, self.moments, self._fields, everything)

    async def failures(self) -> Hits:
        """Return those that pass and failed."""
        failed = await self._fields.values(Kind.FAILED, [1])
        return Hits(self.hits.bits & failed)

    async def cut(self, bound: bytes) -> dict[int, int]:
        """Return, for each log, the bit where entries with ids of at least *bound* begin."""
        places = await self.moments.of_id(bound, time_of(bound) // 1_000_000)
        return {log: self.ground.bit(log, seq) for log, seq in places.items()}

    def below(self, cut: Mapping[int, int]) -> int:
        """Return how many hits are before the *cut* of their logs."""
        starts = self.hits.below([span.start for span in self.ground.spans.values()])
        return int((self.hits.below([cut[log] for log in self.ground.spans]) - starts).sum())

    async def older(self, cut: Mapping[int, int] | None, skipped: int, most: int) -> list[bytes]:
        """Return the ids of the newest hits before *cut*, newest first, some of them *skipped*."""
        found = []
        for log, span in self.ground.spans.items():
            stop = span.stop if cut is None else cut[log]
            found.append(self.hits.last(range(span.start, stop), skipped + most))
        return await self._sorted(found, skipped, most, newest=True)

    async def newer(self, cut: Mapping[int, int], most: int) -> list[bytes]:
        """Return the ids of the oldest hits from *cut* on, oldest first."""
        found = [
            self.hits.first(range(cut[log], span.stop), most)
            for log, span in self.ground.spans.items()
        ]
        return await self._sorted(found, 0, most, newest=False)

    async def at(self, position: int, most: int) -> list[bytes]:
        """Return the ids of the hits from rank *position* on, newest first."""
        if len(self.logs) < 2:
            rank = self.total - position
            found = self.hits.ranked(max(0, rank - most), rank)[::-1]
            return await self._sorted([found], 0, most, newest=True)
        if position >= self.total - most:
            cut = {log: span.start for log, span in self.ground.spans.items()}
            return (await self.newer(cut, self.total - position))[::-1]
        # A second such that no more than so many hits can have been recorded since.
        low, high = 0, max(self.moments.latest(log.number) for log in self.logs) + 1
        while low < high:
            middle = (low + high) // 2
            if self._since(middle, certain=False) <= position:
                high = middle
            else:
                low = middle + 1
        cut = self._cut_at(low, certain=True)
        return await self.older(cut, position - (self.total - self.below(cut)), most)

    async def at_end(self, *, newest: bool) -> int:
        """Return the second in which the newest or the oldest of the hits was recorded."""
        if newest:
            (id_,) = await self.at(0, 1)
        else:
            cut = {log: span.start for log, span in self.ground.spans.items()}
            (id_,) = await self.newer(cut, 1)
        return time_of(id_) // 1_000_000

    async def over_time(self, starts: Sequence[int]) -> tuple[Numbers, Numbers]:
        """Return how many hits, and how many failures, there are from each second to the next.

        The last stretch has no end.
        """
        places = await self.moments.of_seconds(starts)
        failures = await self.failures()
        counts, failed = np.zeros((2, len(starts)), np.int64)
        for log, span in self.ground.spans.items():
            bits = [self.ground.bit(log, seq) for seq in places[log].tolist()] + [span.stop]
            counts += np.diff(self.hits.below(bits))
            failed += np.diff(failures.below(bits))
        return counts, failed

    def _since(self, second: int, *, certain: bool) -> int:
        return self.total - self.below(self._cut_at(second, certain=certain))

    def _cut_at(self, second: int, *, certain: bool) -> dict[int, int]:
        """Return a bit for each log: behind it all is as late as *second*, if that is *certain*.

        Otherwise all that may be.
        """
        cut = {}
        for log in self.logs:
            low, high = self.moments.span(log.number, log.size, second)
            cut[log.number] = self.ground.bit(log.number, high if certain else low)
        return cut

    async def _sorted(
        self, found: Sequence[Numbers], skipped: int, most: int, *, newest: bool
    ) -> list[bytes]:
        """Return the ids of the first of *found*, in the order of time, some of them *skipped*."""
        if len(self.logs) > 1:
            bits, skipped = self._narrowed(found, skipped, most, newest=newest)
        else:
            bits = np.concatenate([np.empty(0, np.int64), *found])[skipped : skipped + most]
            skipped = 0
        logs, seqs = self.ground.entries(bits)
        values = {
            "numbers": list(range(len(bits))), "logs": logs.tolist(), "seqs": seqs.tolist(),
        }  # fmt: skip
        rows = await self.reader.all(_IDS, values) if len(bits) else ()
        ids = sorted((id_.bytes for _, id_ in rows), reverse=newest)
        return ids[skipped : skipped + most]

    def _narrowed(
        self, found: Sequence[Numbers], skipped: int, most: int, *, newest: bool
    ) -> tuple[Numbers, int]:
        """Leave out what can't be among the wanted; return the rest, and how many to skip of it."""
        bits = np.concatenate([np.empty(0, np.int64), *found])
        if len(bits) <= most:
            return bits, skipped
        early, late = self._times(found)
        if newest:
            # In the order of time backwards, what is latest comes first.
            early, late = -late, -early
        # Whoever is surely later than so many others is none of the wanted...
        last = np.partition(late, min(skipped + most, len(late)) - 1)
        keep = early <= last[min(skipped + most, len(late)) - 1]
        # ...and neither is who is surely earlier than all but so few.
        if skipped:
            sooner = np.partition(early, skipped - 1)[skipped - 1]
            surely = late < sooner
            keep &= ~surely
            skipped -= int(surely.sum())
        return bits[keep], skipped

    def _times(self, found: Sequence[Numbers]) -> tuple[Numbers, Numbers]:
        pairs = []
        for log, bits in zip(self.ground.spans, found, strict=True):
            if len(bits):
                _, seqs = self.ground.entries(bits)
                pairs.append(self.moments.around(log, seqs))
        return (
            np.concatenate([early for early, _ in pairs]),
            np.concatenate([late for _, late in pairs]),
        )


async def pose(reader: Reader, where: Filter, learned: Learned) -> Question:
    """Find out which of the entries that *reader* sees pass *where*."""
    logs = await logs_in_sight(reader, where.tenant)
    layout = await read_layout(reader, [log.number for log in logs])
    moments = Moments(reader, logs, layout, learned.calendar)
    await moments.learn()
    stretches = await _stretches(moments, logs, where.from_, where.to)
    narrowed = narrows(where)
    if narrowed:
        # Of purged entries nothing is known that could be asked for.
        stretches = {
            log.number: range(max(log.purged, stretches[log.number].start),
                              max(log.purged, stretches[log.number].stop))
            for log in logs
        }  # fmt: skip
    ground = Ground(stretches, layout)
    fields = Fields(reader, ground, learned.bits)
    bits = ground.everything()
    if narrowed and ground.size:
        bits &= await passing(fields, where, lexicon=learned.lexicon, logs=logs, layout=layout)
    return Question(reader, logs, moments, fields, Hits(bits))


async def _stretches(
    moments: Moments, logs: Sequence[Log], from_: datetime | None, to: datetime | None
) -> Mapping[int, range]:
    """Return the seqs of each log that were recorded from *from_* and before *to*."""
    starts = {log.number: 0 for log in logs}
    stops = {log.number: log.size for log in logs}
    # Nothing was recorded before 1970.
    if from_ is not None and (start := microseconds(from_)) > 0:
        starts = {**starts, **await moments.of_id(floor_id(start), start // 1_000_000)}
    if to is not None:
        stop = max(0, microseconds(to))
        stops = {**stops, **await moments.of_id(floor_id(stop), stop // 1_000_000)}
    return {
        log.number: range(starts[log.number], max(starts[log.number], stops[log.number]))
        for log in logs
    }

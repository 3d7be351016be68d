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
from indelible.index.postgres.ranks import Line
from indelible.index.postgres.runs import Numbers
from indelible.index.postgres.segment import Bits, Kind
from indelible.index.postgres.words import Lexicon
from indelible.index.reader import Reader, array
from indelible.index.sight import Log, logs_in_sight
from indelible.ledger.search import Filter

_BITS_KEPT = 32 << 20  # bytes

# Ids of entries that are known by log and seq.
_IDS = """
SELECT entries.log, entries.id
FROM unnest(%(logs)s::int[], %(seqs)s::bigint[]) AS wanted (log, seq)
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

    def _unfiltered(self) -> Question:
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
        return {log: int(self.ground.at(log, seq)) for log, seq in places.items()}

    def below(self, cut: Mapping[int, int]) -> int:
        """Return how many hits are before the *cut* of their logs."""
        starts = self.hits.below([span.start for span in self.ground.spans.values()])
        return int((self.hits.below([cut[log] for log in self.ground.spans]) - starts).sum())

    async def older(self, cut: Mapping[int, int] | None, skipped: int, most: int) -> list[bytes]:
        """Return the ids of the newest hits before *cut*, newest first, some of them *skipped*."""
        found = {}
        for log, span in self.ground.spans.items():
            stop = span.stop if cut is None else cut[log]
            found[log] = self.hits.last(range(span.start, stop), skipped + most)
        return await self._sorted(found, skipped, most, newest=True)

    async def newer(self, cut: Mapping[int, int], most: int) -> list[bytes]:
        """Return the ids of the oldest hits from *cut* on, oldest first."""
        found = {
            log: self.hits.first(range(cut[log], span.stop), most)
            for log, span in self.ground.spans.items()
        }
        return await self._sorted(found, 0, most, newest=False)

    async def at(self, position: int, most: int) -> list[bytes]:
        """Return the ids of the hits from rank *position* on, newest first."""
        if len(self.logs) < 2:
            rank = self.total - position
            found = self.hits.ranked(max(0, rank - most), rank)[::-1]
            return await self._sorted(
                {log.number: found for log in self.logs}, 0, most, newest=True
            )
        if position == 0:
            return await self.older(None, 0, most)
        if position >= self.total - most:
            cut = {log: span.start for log, span in self.ground.spans.items()}
            return (await self.newer(cut, self.total - position))[::-1]
        line = Line(self.hits, self.ground, position)
        line.narrow_by_time(self.moments.marks)
        await line.narrow_by_ids(self.reader)
        return await self._sorted(line.behind(most), line.left, most, newest=True)

    async def at_end(self, *, newest: bool, of_all: bool) -> int:
        """Return the second of the newest or the oldest hit, or *of_all* in question."""
        if of_all:
            return await self._unfiltered().at_end(newest=newest, of_all=False)
        if newest:
            ids = await self.at(0, 1)
        else:
            cut = {log: span.start for log, span in self.ground.spans.items()}
            ids = await self.newer(cut, 1)
        if not ids:  # somebody took that row away
            known = [self.moments.marks[log.number].seconds for log in self.logs if log.size]
            return int(np.concatenate(known).max() if newest else np.concatenate(known).min())
        return time_of(ids[0]) // 1_000_000

    async def over_time(self, starts: Sequence[int]) -> tuple[Numbers, Numbers, Numbers]:
        """Return how many hits, failures and purged ones there are from each second to the next.

        The last stretch has no end.
        """
        places = await self.moments.of_seconds(starts)
        failures = await self.failures()
        counts, failed, purged = np.zeros((3, len(starts)), np.int64)
        for log in self.logs:
            span = self.ground.spans[log.number]
            bits = np.append(self.ground.at(log.number, places[log.number]), span.stop)
            counts += np.diff(self.hits.below(bits))
            failed += np.diff(failures.below(bits))
            if log.purged:
                kept = int(self.ground.at(log.number, log.purged))
                purged += np.diff(self.hits.below(np.minimum(bits, kept)))
        return counts, failed, purged

    async def _sorted(
        self, found: Mapping[int, Numbers], skipped: int, most: int, *, newest: bool
    ) -> list[bytes]:
        """Return the ids of the first of *found*, in the order of time, some of them *skipped*.

        Within a log *found* is in that order already. How many each log contributes is guessed by
        the times that are known; one more of each shows whether the guess was good.
        """
        wanted = skipped + most
        more = self._guessed(found, wanted, newest=newest)
        taken = dict.fromkeys(found, 0)
        ids: dict[int, list[bytes]] = {log: [] for log in found}
        best: list[bytes] = []
        while more:
            new = [bits[taken[log] : more.get(log, 0)] for log, bits in found.items()]
            taken |= more
            for log, id_ in await self._ids(np.concatenate(new)):
                ids[log].append(id_)
            for known in ids.values():
                known.sort(reverse=newest)
            best = sorted((id_ for known in ids.values() for id_ in known), reverse=newest)
            last = best[wanted - 1] if len(best) >= wanted else None
            more = {
                log: min(2 * taken[log] + 8, len(bits))
                for log, bits in found.items()
                if taken[log] < len(bits)
                and (last is None or not ids[log] or (ids[log][-1] > last) == newest)
            }
        return best[skipped:wanted]

    async def _ids(self, bits: Numbers) -> list[tuple[int, bytes]]:
        """Return log and id of entries."""
        if not len(bits):
            return []
        logs, seqs = self.ground.entries(bits)
        rows = await self.reader.all(_IDS, {"logs": array(logs), "seqs": array(seqs)})
        return [(log, id_.bytes) for log, id_ in rows]

    def _guessed(
        self, found: Mapping[int, Numbers], wanted: int, *, newest: bool
    ) -> dict[int, int]:
        """Return how many of each log are among the first so many, as far as known; and one."""
        if len(found) < 2:  # then it is no guess
            return {log: min(wanted, len(bits)) for log, bits in found.items()}
        numbers, times = [], []
        for log, bits in found.items():
            _, seqs = self.ground.entries(bits)
            marks = self.moments.marks[log]
            times.append(np.interp(seqs, marks.seqs, marks.seconds))
            numbers.append(np.full(len(bits), log))
        order = np.argsort(np.concatenate(times) * (-1 if newest else 1), kind="stable")[:wanted]
        logs, counts = np.unique(np.concatenate(numbers)[order], return_counts=True)
        guessed = dict(zip(logs.tolist(), counts.tolist(), strict=True))
        return {log: min(guessed.get(log, 0) + 1, len(bits)) for log, bits in found.items()}


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

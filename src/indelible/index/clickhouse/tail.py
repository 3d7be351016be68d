"""Entries that are committed and not indexed yet: read from PostgreSQL, so that none is missing."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence

from indelible.core.entry_id import time_of
from indelible.errors import Unindexed
from indelible.index.clickhouse.conditions import Conditions
from indelible.index.clickhouse.news import NEWS, values_of
from indelible.index.reader import Reader
from indelible.index.sight import Log

LONGEST = 10_000
"""So many entries are joined to an answer; when more are missing, PostgreSQL answers alone."""

_PASSING = f"""
SELECT e.id, CASE WHEN e.action < 0 THEN 2 WHEN e.failed THEN 1 ELSE 0 END {NEWS}
LEFT JOIN people ON people.id = e.person
LEFT JOIN resources ON resources.id = e.resource
LEFT JOIN clients ON clients.id = e.client
LEFT JOIN resource_types ON resource_types.id = e.resource_type
WHERE {{where}} ORDER BY e.id
"""  # ours
_OLDEST = f"SELECT extract(epoch FROM clock_timestamp() - min(e.time)) {NEWS}"  # noqa: S608  # ours


def missing(logs: Sequence[Log], indexed: Sequence[Log]) -> Mapping[int, range]:
    """Return the stretch of each log that is not indexed; logs without one are left out."""
    stretches = {
        log.number: range(known.size, log.size) for log, known in zip(logs, indexed, strict=True)
    }
    return {number: stretch for number, stretch in stretches.items() if stretch}


async def seconds_behind(reader: Reader, stretches: Mapping[int, range]) -> float:
    """Return how long ago the oldest entry of *stretches* was recorded."""
    if not stretches:
        return 0.0
    firsts = {number: range(seqs.start, seqs.start + 1) for number, seqs in stretches.items()}
    return max(0.0, float(await reader.scalar(_OLDEST, values_of(firsts)) or 0))


class Tail:
    """Ids of the entries that pass and are not indexed, oldest first."""

    def __init__(self, ids: Sequence[bytes], outcomes: Sequence[int]) -> None:
        """Take the ids, and how each ended: 0 success, 1 failure, 2 purged."""
        self.ids = ids
        self._outcomes = outcomes

    @classmethod
    async def read(cls, reader: Reader, stretches: Mapping[int, range], wanted: Conditions) -> Tail:
        """Read *stretches* and keep what passes.

        Raises:
            Unindexed: they are too long for that.
        """
        if not stretches:
            return cls((), ())
        if sum(map(len, stretches.values())) > LONGEST:
            raise Unindexed("The search index is far behind.")
        query = _PASSING.format(where=wanted.tail)
        rows = await reader.all(query, {**wanted.tail_values, **values_of(stretches)})
        return cls([id_.bytes for id_, _ in rows], [outcome for _, outcome in rows])

    def __len__(self) -> int:
        return len(self.ids)

    def older(self, than: bytes | None, limit: int) -> list[bytes]:
        """Return the newest ids that are older than *than*, newest first."""
        end = len(self.ids) if than is None else bisect_left(self.ids, than)
        return list(self.ids[max(0, end - limit) : end][::-1])

    def newer(self, than: bytes, limit: int) -> list[bytes]:
        """Return the oldest ids that are newer than *than*, oldest first."""
        start = bisect_right(self.ids, than)
        return list(self.ids[start : start + limit])

    def below(self, than: bytes) -> int:
        """Return how many are older than *than*."""
        return bisect_left(self.ids, than)

    def over_time(self, width: int) -> Mapping[int, Sequence[int]]:
        """Return how many of each outcome, by start of a bucket of *width* seconds."""
        counts: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
        for id_, outcome in zip(self.ids, self._outcomes, strict=True):
            counts[time_of(id_) // 1_000_000 // width * width][outcome] += 1
        return counts

"""Where the newest so many of several logs begin, against a list of all of them."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.core.entry_id import entry_id
from indelible.index.postgres import ranks
from indelible.index.postgres.ground import Ground, Hits
from indelible.index.postgres.layout import Segment
from indelible.index.postgres.moments import Marks
from indelible.index.postgres.ranks import NEAR, Line
from indelible.index.postgres.segment import SAMPLED, packed
from indelible.index.reader import Reader
from indelible.index.sight import Log

START = 1_760_000_000
SECOND = 1_000_000
MOST = 20  # rows of a page


class Logs(Reader):
    """Some logs, whose ids can be asked for.

    Attributes:
        ids: of each log, in order.
        gone: rows that somebody took away.
        asked: how many rows were asked for.
    """

    def __init__(self, times: Mapping[int, Sequence[int]], lots: random.Random) -> None:
        """Take microseconds since 1970, ascending, by log."""
        self.ids = {
            log: sorted(entry_id(time, at % 9_999, lots.randbytes(6)) for at, time in enumerate(of))
            for log, of in times.items()
        }
        self.gone: set[tuple[int, int]] = set()
        self.asked = 0
        layout = {log: _segments(log, len(of), lots) for log, of in times.items()}
        self.ground = Ground({log: range(len(of)) for log, of in times.items()}, layout)
        self.marks = {log: _marks(log, times[log], segments) for log, segments in layout.items()}

    async def all(self, query: str, values: Mapping[str, Any] | None = None) -> list[Any]:
        """Return the ids of entries."""
        assert query == ranks._IDS
        assert values is not None
        places = list(zip(*(map(int, each[1:-1].split(",")) for each in values.values())))  # noqa: B905  # both are as long
        self.asked += len(places)
        there = [place for place in places if place not in self.gone]
        return [(log, seq, UUID(bytes=self.ids[log][seq])) for log, seq in reversed(there)]

    def hits(self, share: float, lots: random.Random) -> tuple[Hits, list[bytes]]:
        """Return some of the entries, and their ids, newest first."""
        bits = np.zeros(self.ground.size * 8, np.bool_)
        passing = []
        for log, ids in self.ids.items():
            for seq, id_ in enumerate(ids):
                if lots.random() < share:
                    bits[int(self.ground.at(log, seq))] = True
                    passing.append(id_)
        return Hits(packed(bits)), sorted(passing, reverse=True)

    def ids_of(self, bits: np.ndarray[Any, Any]) -> list[bytes]:
        """Return the ids of entries, in order."""
        logs, seqs = self.ground.entries(bits)
        return [self.ids[log][seq] for log, seq in zip(logs.tolist(), seqs.tolist(), strict=True)]


def _segments(log: int, size: int, lots: random.Random) -> list[Segment]:
    """Return segments of a log, the newest entries in none of them."""
    found, first = [], 0
    while first < size - 300:
        segment = Segment(log, first, min(lots.choice((256, 700, 2_048)), size - first), named=True)
        found.append(segment)
        first = segment.stop
    return found[: len(found) * 3 // 4 + 1]


def _marks(log: int, times: Sequence[int], segments: Sequence[Segment]) -> Marks:
    samples = []
    for each in segments:
        places = [*range(each.first, each.stop, SAMPLED), each.stop - 1]
        samples.append(np.array([times[place] // SECOND for place in places], np.int64))
    last = times[-1] if times else START * SECOND
    return Marks(Log(log, "", None, len(times), 0, 0, last), segments, samples)


def _even(size: int, lots: random.Random) -> list[int]:
    """Spread over a month."""
    return sorted(START * SECOND + lots.randrange(30 * 86_400 * SECOND) for _ in range(size))


def _bursts(size: int, lots: random.Random) -> list[int]:
    """In a few seconds of a year: what was brought over from elsewhere."""
    seconds = [START + lots.choice((0, 1, 40, 200_000, 30_000_000)) for _ in range(size)]
    return sorted(second * SECOND + lots.randrange(SECOND) for second in seconds)


def _at_once(size: int, lots: random.Random) -> list[int]:
    """In the same second."""
    return sorted(START * SECOND + lots.randrange(SECOND) for _ in range(size))


COURSES = (_even, _bursts, _at_once)


def find(logs: Logs, hits: Hits, position: int) -> Line:
    """Return the line behind the newest so many."""
    line = Line(hits, logs.ground, position)
    line.narrow_by_time(logs.marks)
    asyncio.run(line.narrow_by_ids(logs))
    return line


@given(st.integers(0, 10_000), st.lists(st.integers(0, 900), min_size=2, max_size=6), st.data())
def test_page(seed: int, sizes: list[int], data: st.DataObject) -> None:
    """However entries came: what is said to be newer is, and the rest is in the right order."""
    lots = random.Random(seed)
    logs = Logs({3 * at: lots.choice(COURSES)(size, lots) for at, size in enumerate(sizes)}, lots)
    hits, expected = logs.hits(data.draw(st.sampled_from((1.0, 0.5, 0.02))), lots)
    if not expected:
        return
    position = data.draw(st.integers(0, len(expected)))
    if data.draw(st.booleans()):
        logs.gone = {(log, seq) for log, ids in logs.ids.items() for seq in range(0, len(ids), 3)}
    line = find(logs, hits, position)
    behind = [id_ for bits in line.behind(MOST).values() for id_ in logs.ids_of(bits)]
    assert 0 <= line.left <= position
    page = sorted(behind, reverse=True)[line.left : line.left + MOST]
    assert page == expected[position : position + MOST]


@pytest.mark.parametrize("course", COURSES)
def test_cost(course: Any) -> None:
    """It comes near in a few rounds, in logs of very unequal size, wherever the line is."""
    lots = random.Random(5)
    sizes = [40_000, *(lots.randrange(10, 3_000) for _ in range(30))]
    logs = Logs({log: course(size, lots) for log, size in enumerate(sizes)}, lots)
    hits, expected = logs.hits(0.9, lots)
    for position in (1_000, 20_000, len(expected) // 2, len(expected) - 1_000):
        logs.asked = 0
        assert find(logs, hits, position).left <= NEAR
        assert logs.asked < 6 * (ranks._MOST_SAMPLES + len(sizes))

"""Bits that stand for entries, against lists of entries."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.index.postgres import ground as module
from indelible.index.postgres.ground import Ground, Hits
from indelible.index.postgres.layout import Segment, gaps
from indelible.index.postgres.segment import Bits, packed

MOST = 21  # entries of a part that is in no segment
BYTE = 8


@pytest.fixture(autouse=True, scope="module")
def small_parts() -> object:
    """Have long stretches cut where a test can reach it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MOST", MOST)
        yield


class Laid(NamedTuple):
    """What a ground is made of."""

    stretches: Mapping[int, range]
    layout: Mapping[int, Sequence[Segment]]

    @property
    def entries(self) -> list[tuple[int, int]]:
        """Whatever is in question, log by log, in order."""
        return [(log, seq) for log, seqs in self.stretches.items() for seq in seqs]


@st.composite
def laid(draw: st.DrawFn) -> Laid:
    """Draw logs in any order, with segments anywhere in them, and what is in question of each."""
    stretches, layout = {}, {}
    for log in draw(st.lists(st.integers(1, 9), unique=True, max_size=4)):
        segments, reached = [], 0
        for gap, size in draw(
            st.lists(st.tuples(st.sampled_from((0, 0, 1, 7, 50)), st.integers(1, 40)), max_size=4)
        ):
            segments.append(Segment(log, reached + gap, size, named=True))
            reached = segments[-1].stop
        if segments:
            layout[log] = segments
        ends = st.integers(0, reached + 60)
        start, stop = sorted((draw(ends), draw(ends)))
        stretches[log] = range(start, stop)
    return Laid(stretches, layout)


def set_bits(bits: Bits) -> list[int]:
    """Return the places of the bits that are set."""
    return np.flatnonzero(np.unpackbits(bits, bitorder="little")).tolist()


def entries_of(ground: Ground, bits: Bits) -> list[tuple[int, int]]:
    """Return log and seq of the bits that are set."""
    logs, seqs = ground.entries(np.array(set_bits(bits), np.int64))
    return list(zip(logs.tolist(), seqs.tolist(), strict=True))


@given(laid())
def test_parts(drawn: Laid) -> None:
    """Parts of a log follow each other from whole byte to whole byte, and cover what is asked."""
    ground = Ground(*drawn)
    reached = 0
    for part in ground.parts:
        assert part.base == reached
        assert part.base % BYTE == 0
        assert 0 < part.size <= (MOST if part.segment is None else 40)
        reached = part.bytes.stop * BYTE
    assert reached <= ground.size * BYTE
    for log, stretch in drawn.stretches.items():
        seqs = [seq for part in ground.parts_of(log) for seq in part.seqs]
        assert seqs == list(range(seqs[0], seqs[-1] + 1)) if seqs else not stretch
        assert set(stretch) <= set(seqs)
        assert all(part.segment is None or part.seqs == range(*_ends(part.segment))
                   for part in ground.parts_of(log))  # fmt: skip
    assert ground.bare == [part for part in ground.parts if part.segment is None]


def _ends(segment: Segment) -> tuple[int, int]:
    return segment.first, segment.stop


@given(laid())
def test_everything(drawn: Laid) -> None:
    """There is a bit for each entry in question and for nothing else, in order."""
    ground = Ground(*drawn)
    assert entries_of(ground, ground.everything()) == drawn.entries
    assert entries_of(ground, ground.nothing()) == []


@given(laid(), st.integers(-5, 300))
def test_at(drawn: Laid, seq: int) -> None:
    """The bit of an entry is found, and of others a place with all older ones before it."""
    ground = Ground(*drawn)
    places = set_bits(ground.everything())
    for log, stretch in drawn.stretches.items():
        place = int(ground.at(log, seq))
        span = ground.spans[log]
        assert span.start <= place <= span.stop
        older = sum(span.start <= each < place for each in places)
        assert older == sum(each < seq for each in stretch)
        assert ground.at(log, list(stretch)).tolist() == [p for p in places if p in span]


@given(laid(), st.lists(st.tuples(st.integers(1, 10), st.integers(-3, 300)), max_size=60))
def test_bits_of(drawn: Laid, asked: Sequence[tuple[int, int]]) -> None:
    """Entries that are in question get their bit, however often and in whatever order they come."""
    ground = Ground(*drawn)
    asked = [*asked, *drawn.entries[::3], *drawn.entries[::-6]]
    rows = np.array(asked, np.int64).reshape(-1, 2)
    found = entries_of(ground, ground.bits_of(rows[:, 0], rows[:, 1]))
    assert found == [entry for entry in drawn.entries if entry in set(asked)]


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), max_size=6),
    st.integers(0, 80),
    st.integers(0, 80),
)
def test_gaps(drawn: Sequence[tuple[int, int]], one: int, other: int) -> None:
    """Gaps are what no segment has, in order and as long as can be."""
    segments, reached = [], 0
    for gap, size in drawn:
        segments.append(Segment(1, reached + gap, size, named=False))
        reached = segments[-1].stop
    within = range(min(one, other), max(one, other))
    found = gaps(segments, within)
    taken = {seq for each in segments for seq in range(each.first, each.stop)}
    assert [seq for gap in found for seq in gap] == [seq for seq in within if seq not in taken]
    assert all(found)
    assert all(gap.stop < after.start for gap, after in itertools.pairwise(found))


CHUNKS = st.lists(
    st.sampled_from((0.0, 0.001, 0.3, 0.97, 1.0)), max_size=5
)  # how many bits are set, of each chunk


@st.composite
def hits(draw: st.DrawFn) -> tuple[Hits, list[int]]:
    """Draw bits, some chunks of them empty or full."""
    lots = np.random.default_rng(draw(st.integers(0, 1_000)))
    chunks = [lots.random(module._CHUNK * BYTE) < share for share in draw(CHUNKS)]
    bits = packed(np.concatenate([np.empty(0, np.bool_), *chunks]))
    return Hits(bits), set_bits(bits)


@given(hits(), st.data())
def test_below(drawn: tuple[Hits, list[int]], data: st.DataObject) -> None:
    """How many are before a place is counted to the bit; roughly, to the chunk."""
    found, places = drawn
    end = len(found.bits) * BYTE
    asked = sorted({0, end, *data.draw(st.lists(st.integers(0, end), max_size=20))})
    exact = [sum(place < each for place in places) for each in asked]
    assert found.total == len(places)
    assert found.below(asked).tolist() == exact
    assert int(found.below(asked[-1])) == exact[-1]
    for each, number, about in zip(
        asked, exact, found.about(np.array(asked)).tolist(), strict=True
    ):
        chunk = each - each % (module._CHUNK * BYTE)
        within = sum(chunk <= place < chunk + module._CHUNK * BYTE for place in places)
        assert abs(about - number) <= within
        assert each != chunk or about == number


@given(hits(), st.data(), st.integers(0, 30))
def test_chosen(drawn: tuple[Hits, list[int]], data: st.DataObject, most: int) -> None:
    """The first, the last and those of some ranks are the ones that a list has."""
    found, places = drawn
    ends = st.integers(0, len(found.bits) * BYTE)
    start, stop = sorted((data.draw(ends), data.draw(ends)))
    within = [place for place in places if start <= place < stop]
    assert found.first(range(start, stop), most).tolist() == within[:most]
    assert found.last(range(start, stop), most).tolist() == within[::-1][:most]
    ranks = st.integers(0, len(places) + 5)
    low, high = data.draw(ranks), data.draw(ranks)
    assert found.ranked(low, min(high, len(places))).tolist() == places[low:high]
    assert found.of_ranks(np.arange(len(places))).tolist() == places


def test_no_log() -> None:
    """Where there is no log, there is nothing, and asking for it is no error."""
    ground = Ground({}, {})
    found = Hits(ground.everything())
    assert (found.total, ground.parts, ground.spans) == (0, [], {})
    assert found.below([0]).tolist() == [0]
    assert found.ranked(0, 5).tolist() == []
    assert ground.bits_of(np.array([1]), np.array([1])).tolist() == []

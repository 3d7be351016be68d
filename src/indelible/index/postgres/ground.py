"""The entries that a question is about, laid out in one row of bits: log by log, in order of seq.

Parts of a log follow each other: its segments, and stretches that are in none. Each begins at a
whole byte, so that what is stored of it can be copied to its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from indelible.index.postgres.layout import Segment, gaps
from indelible.index.postgres.runs import Numbers
from indelible.index.postgres.segment import MOST, Bits, packed

_CHUNK = 64
"""Of so many bytes of bits, how many are set is counted once."""


class Part(NamedTuple):
    """A segment, or a stretch of a log that is in none.

    Attributes:
        first: seq of its first entry.
        base: its first bit.
        segment: None where it is in none.
    """

    log: int
    first: int
    size: int
    base: int
    segment: Segment | None

    @property
    def seqs(self) -> range:
        """The seqs of its entries."""
        return range(self.first, self.first + self.size)

    @property
    def bytes(self) -> slice:
        """Where its bits lie."""
        return slice(self.base // 8, (self.base + self.size + 7) // 8)


class Ground:
    """Stretches of logs, as bits.

    Attributes:
        parts: in the order of their bits.
        size: how many bytes the bits take, filled up to whole chunks.
        spans: of each log, its bits; empty where nothing of it is in question.
    """

    def __init__(
        self, stretches: Mapping[int, range], layout: Mapping[int, Sequence[Segment]]
    ) -> None:
        """Take the seqs of each log that are in question, and where segments lie."""
        self._stretches = stretches
        self.parts: list[Part] = []
        self.spans: dict[int, range] = {}
        self._of: dict[int, range] = {}  # of each log, its parts
        base = 0
        for log, stretch in stretches.items():
            start, number = base, len(self.parts)
            for first, size, segment in _cut(stretch, layout.get(log, ())):
                self.parts.append(Part(log, first, size, base, segment))
                base += (size + 7) // 8 * 8
            self.spans[log] = range(start, base)
            self._of[log] = range(number, len(self.parts))
        self.size = -(-base // 8 // _CHUNK) * _CHUNK
        self._bases = np.array([part.base for part in self.parts], np.int64)
        self._firsts = np.array([part.first for part in self.parts], np.int64)
        self._sizes = np.array([part.size for part in self.parts], np.int64)
        self._logs = np.array([part.log for part in self.parts], np.int64)

    @property
    def bare(self) -> Sequence[Part]:
        """The parts that are in no segment."""
        return [part for part in self.parts if part.segment is None]

    def nothing(self) -> Bits:
        """Return no bit set."""
        return np.zeros(self.size, np.uint8)

    def everything(self) -> Bits:
        """Return a bit for each entry in question."""
        bits = np.full(self.size, 0xFF, np.uint8)
        bits[self.parts[-1].bytes.stop if self.parts else 0 :] = 0
        for part in self.parts:
            stretch = self._stretches[part.log]
            start, stop = stretch.start - part.first, stretch.stop - part.first
            if start > 0 or stop < part.size or part.size % 8:
                inside = np.zeros(part.size, np.bool_)
                inside[max(0, start) : max(0, stop)] = True
                bits[part.bytes] = packed(inside)
        return bits

    def parts_of(self, log: int) -> Sequence[Part]:
        """Return the parts of a log."""
        return [self.parts[number] for number in self._of[log]]

    def at(self, log: int, seqs: npt.ArrayLike) -> Numbers:
        """Return the bits of entries; of those before or behind what is in question, its end."""
        wanted = np.asarray(seqs, np.int64)
        numbers = self._of[log]
        if not numbers:
            return np.full(wanted.shape, self.spans[log].start, np.int64)
        firsts = self._firsts[numbers.start : numbers.stop]
        places = numbers.start + np.maximum(np.searchsorted(firsts, wanted, "right") - 1, 0)
        inside = np.clip(wanted - self._firsts[places], 0, self._sizes[places])
        return np.asarray(self._bases[places] + inside)

    def bits_of(self, logs: Numbers, seqs: Numbers) -> Bits:
        """Return a bit for each of these entries that is in question."""
        bits = self.nothing()
        for log in np.unique(logs).tolist():
            numbers = self._of.get(log, range(0))
            if not numbers:
                continue
            mine = seqs[logs == log]
            stretch = self._stretches[log]
            mine = mine[(mine >= stretch.start) & (mine < stretch.stop)]
            firsts = self._firsts[numbers.start : numbers.stop]
            places = numbers.start + np.searchsorted(firsts, mine, "right") - 1
            chosen = self._bases[places] + mine - self._firsts[places]
            np.bitwise_or.at(bits, chosen >> 3, (1 << (chosen & 7)).astype(np.uint8))
        return bits

    def entries(self, bits: Numbers) -> tuple[Numbers, Numbers]:
        """Return log and seq of each of these bits."""
        places = self.places(bits)
        return self._logs[places], self._firsts[places] + bits - self._bases[places]

    def places(self, bits: Numbers) -> Numbers:
        """Return the number of the part that each of these bits lies in."""
        return np.searchsorted(self._bases, bits, "right") - 1


def _cut(stretch: range, segments: Sequence[Segment]) -> Sequence[tuple[int, int, Segment | None]]:
    """Return first, size and segment of what *stretch* touches, in order."""
    cut: list[tuple[int, int, Segment | None]] = [
        (segment.first, segment.size, segment)
        for segment in segments
        if segment.first < stretch.stop and segment.stop > stretch.start
    ]
    if stretch:
        for gap in gaps(segments, stretch):
            starts = range(gap.start, gap.stop, MOST)
            cut += [(start, min(MOST, gap.stop - start), None) for start in starts]
    return sorted(cut, key=lambda each: each[0])


class Hits:
    """Entries that pass, found by their place among all of them.

    Attributes:
        bits: a bit for each entry of the ground.
    """

    def __init__(self, bits: Bits) -> None:
        """Take the bits, in whole chunks."""
        self.bits = bits
        self._below = np.zeros(len(bits) // _CHUNK + 1, np.int64)
        counts = np.bitwise_count(bits.view(np.uint64)).reshape(-1, _CHUNK // 8)
        np.cumsum(counts.sum(1, dtype=np.int64), out=self._below[1:])

    @property
    def total(self) -> int:
        """How many there are."""
        return int(self._below[-1])

    def below(self, places: npt.ArrayLike) -> Numbers:
        """Return, for each of *places*, how many are before that bit."""
        wanted = np.asarray(places, np.int64)
        if not len(self.bits):
            return np.zeros_like(wanted)
        whole, rest = np.divmod(wanted, 8)
        chunks = whole // _CHUNK
        # Of the chunk that a place lies in: the bytes before it, and of its own byte some bits.
        bytes_ = chunks[..., None] * _CHUNK + np.arange(_CHUNK)
        last = len(self.bits) - 1
        before = np.bitwise_count(self.bits[np.minimum(bytes_, last)]) * (bytes_ < whole[..., None])
        own = self.bits[np.minimum(whole, last)] & ((1 << rest) - 1).astype(np.uint8)
        counts = self._below[chunks] + before.sum(-1, dtype=np.int64) + np.bitwise_count(own)
        return np.asarray(counts, np.int64)

    def about(self, places: Numbers) -> npt.NDArray[np.float64]:
        """Return about how many are before each of *places*: as if spread evenly in a chunk."""
        return np.interp(places / (_CHUNK * 8), np.arange(len(self._below)), self._below)

    def last(self, within: range, most: int) -> Numbers:
        """Return the last of *within*, at most so many, last first."""
        start, stop = self.below([within.start, within.stop]).tolist()
        return self.ranked(max(start, stop - most), stop)[::-1]

    def first(self, within: range, most: int) -> Numbers:
        """Return the first of *within*, at most so many, in order."""
        start, stop = self.below([within.start, within.stop]).tolist()
        return self.ranked(start, min(stop, start + most))

    def of_ranks(self, ranks: Numbers) -> Numbers:
        """Return those with *ranks*, from 0, which must be ranks of some."""
        chunks = np.searchsorted(self._below, ranks, "right") - 1
        bits = np.unpackbits(self.bits.reshape(-1, _CHUNK)[chunks], axis=1, bitorder="little")
        reached = np.cumsum(bits, axis=1, dtype=np.int16) > (ranks - self._below[chunks])[:, None]
        return np.asarray(chunks * _CHUNK * 8 + reached.argmax(1), np.int64)

    def ranked(self, start: int, stop: int) -> Numbers:
        """Return those whose rank, from 0, is from *start* up to *stop*, in order."""
        if start >= stop:
            return np.empty(0, np.int64)
        low = int(np.searchsorted(self._below, start, "right")) - 1
        high = int(np.searchsorted(self._below, stop, "left"))
        chunks = self.bits[low * _CHUNK : high * _CHUNK]
        found = np.flatnonzero(np.unpackbits(chunks, bitorder="little"))
        before = int(self._below[low])
        return found[start - before : stop - before] + low * _CHUNK * 8

"""What a segment keeps, read back: bitmaps, columns, times, names, and where seconds begin."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.index.postgres.kept import Kept
from indelible.index.postgres.layout import Segment
from indelible.index.postgres.moments import Marks
from indelible.index.postgres.names import Names
from indelible.index.postgres.runs import Numbers, Run
from indelible.index.postgres.segment import (
    MOST,
    SAMPLED,
    Kind,
    Mentioned,
    bitmaps_of,
    columns_of,
    read_column,
    read_times,
    samples_in,
    samples_of,
    times_of,
)
from indelible.index.sight import Log

SIZES = st.integers(1, 40) | st.sampled_from((SAMPLED - 1, SAMPLED, SAMPLED + 1, 3 * SAMPLED))
LATEST = 0xFFFF_FFFF


@st.composite
def runs(draw: st.DrawFn) -> Run:
    """Draw a run of entries; now and then one was purged or taken away."""
    size = draw(SIZES)
    lots = np.random.default_rng(draw(st.integers(0, 1_000)))
    return Run(
        log=3,
        first=draw(st.sampled_from((0, 1, 70_000))),
        seconds=np.sort(lots.choice([0, 5, 1_760_000_000, LATEST], size)),
        action=lots.integers(-1, 8, size),
        failed=lots.integers(0, 2, size) * draw(st.integers(0, 1)),
        resource_type=lots.integers(0, 4, size),
        person=lots.choice([0, 1, 2**40], size),
        resource=lots.integers(0, draw(st.sampled_from((1, 300, 2**62))), size),
        client=lots.integers(0, 3, size),
    )


@given(runs())
def test_bitmaps(run: Run) -> None:
    """Each value that occurs has one bitmap, in which the entries with it have a bit."""
    values = {Kind.ACTION: run.action, Kind.FAILED: run.failed,
              Kind.RESOURCE_TYPE: run.resource_type}  # fmt: skip
    bitmaps = {(each.field, each.value): each.bits for each in bitmaps_of(run)}
    for (field, value), bits in bitmaps.items():
        assert len(bits) == (run.size + 7) // 8
        set_ = np.unpackbits(np.frombuffer(bits, np.uint8), bitorder="little")
        assert np.flatnonzero(set_).tolist() == np.flatnonzero(values[field] == value).tolist()
    occurring = {(f, v) for f, numbers in values.items() for v in set(numbers.tolist())}
    # No type, and no failure, is nothing that is asked for by a bitmap.
    assert bitmaps.keys() == {(f, v) for f, v in occurring if v or f is Kind.ACTION}


@given(runs())
def test_columns(run: Run) -> None:
    """A column says of every entry whom or what it mentions; what is mentioned stands once."""
    mentioned = {Mentioned.PERSON: run.person, Mentioned.RESOURCE: run.resource,
                 Mentioned.CLIENT: run.client}  # fmt: skip
    columns = list(columns_of(run))
    assert {column.field for column in columns} == mentioned.keys()
    for field, ids, codes in columns:
        known, places = read_column(ids, codes, run.size)
        assert known[places].tolist() == mentioned[field].tolist()
        assert known.tolist() == sorted(set(mentioned[field].tolist()))


def test_longest() -> None:
    """The longest segment may mention something else in every entry."""
    nothing = np.zeros(MOST, np.int64)
    run = Run(1, 0, nothing, nothing, nothing, nothing, *[np.arange(MOST) * 2**40] * 3)
    for _, ids, codes in columns_of(run):
        known, places = read_column(ids, codes, run.size)
        assert np.array_equal(known[places], run.person)


@given(runs())
def test_times(run: Run) -> None:
    """All times come back, and of the samples each 256th and the last."""
    assert read_times(times_of(run), run.size).tolist() == run.seconds.tolist()
    samples = read_times(samples_of(run), samples_in(run.size)).tolist()
    assert samples == [*run.seconds[::SAMPLED].tolist(), run.seconds[-1]]


def test_no_such_time() -> None:
    """A time that somebody set beyond what fits is the last that fits, not one long ago."""
    none = np.zeros(2, np.int64)
    run = Run(1, 0, np.array([-5, LATEST + 5]), *[none] * 6)
    assert read_times(times_of(run), run.size).tolist() == [0, LATEST]


LETTERS = st.text(st.sampled_from("aäbß\u20ac\U0001f600"), max_size=4)


@given(st.lists(st.tuples(st.integers(1, 6), LETTERS), max_size=9), LETTERS.filter(len))
def test_names(named: Sequence[tuple[int, str]], text: str) -> None:
    """Rows with a text in a name are found, never one by two names that follow each other."""
    ids = np.array([row for row, _ in named], np.int64)
    names = Names(ids, b"".join(name.encode() + b"\0" for _, name in named))
    found = set(names.having(text.encode()).tolist())
    assert found == {row for row, name in named if text in name}


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        pytest.param("anna", [7, 7, 9], id="at the begin and in both names of a row"),
        pytest.param("a@b", [7], id="at the end of a name"),
        pytest.param("zoe", [8], id="at the very end"),
        pytest.param("zoee", [], id="a letter beyond the end"),
        pytest.param("bjo", [], id="over the end of a name"),
        pytest.param("aa", [6], id="overlapping itself"),
        pytest.param("Ärztin".lower(), [9], id="letters of two bytes"),
        pytest.param("\u00e4\u00e4", [], id="half of which occurs"),
    ],
)
def test_ends_of_names(text: str, rows: Sequence[int]) -> None:
    """A text is found wherever it stands in a name, and only within one."""
    said = [(6, "aaa"), (7, "anna a@b"), (7, "joanna"), (9, "ärztin anna"), (5, ""), (8, "xzoe")]
    names = Names(np.array([row for row, _ in said]), b"".join(n.encode() + b"\0" for _, n in said))
    assert names.having(text.encode()).tolist() == rows


def test_no_names() -> None:
    """Where nobody has a name, nobody is found."""
    assert Names(np.empty(0, np.int64), b"").having(b"a").tolist() == []


def test_kept() -> None:
    """The bound holds; what was not asked for the longest goes first."""
    kept: Kept[str] = Kept(10)
    for name in "abc":
        kept.put(name, name.upper(), 3)
    assert kept.get("a") == "A"
    kept.put("a", "another", 3)  # what is there stays, and takes no more than before
    kept.put("d", "D", 3)
    assert [kept.get(name) for name in "abcd"] == ["A", None, "C", "D"]
    kept.put("e", "E", 10)
    assert [kept.get(name) for name in "abcde"] == [None, None, None, None, "E"]


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 12)), max_size=40))
def test_kept_bound(put: Sequence[tuple[str, int]]) -> None:
    """Whatever comes, no more is kept than the bound says, and it is counted right."""
    kept: Kept[int] = Kept(10)
    for name, size in put:
        kept.put(name, size, size)
        left = [known for each in "abcdef" if (known := kept.get(each)) is not None]
        assert sum(left) == kept._bytes <= 10


def test_kept_too_large() -> None:
    """What alone is more than the bound is not kept, and pushes nothing else out."""
    kept: Kept[str] = Kept(10)
    kept.put("a", "A", 3)
    kept.put("b", "B", 11)
    assert [kept.get(name) for name in "ab"] == ["A", None]


@st.composite
def marked(draw: st.DrawFn) -> tuple[Numbers, Marks]:
    """Draw the times of a log, and what is known of them by its segments."""
    lengths = draw(st.lists(SIZES, max_size=3))
    size = sum(lengths) + draw(st.integers(0, 30))
    lots = np.random.default_rng(draw(st.integers(0, 1_000)))
    seconds = np.sort(lots.integers(100, draw(st.sampled_from((101, 140, 5_000))), size))
    start = 0
    segments, samples = [], []
    for length in lengths:
        if draw(st.booleans()):  # others were purged, or are to be made yet
            segments.append(Segment(1, start, length, named=True))
            none = np.zeros(length, np.int64)
            run = Run(1, start, seconds[start : start + length], *[none] * 6)
            samples.append(read_times(samples_of(run), samples_in(run.size)))
        start += length
    last = int(seconds[-1]) * 1_000_000 + 999_999 if size else 0
    return seconds, Marks(Log(1, "log", None, size, 0, time=last), segments, samples)


@given(marked(), st.lists(st.integers(98, 5_002) | st.integers(98, 142), min_size=1))
def test_span(drawn: tuple[Numbers, Marks], asked: Sequence[int]) -> None:
    """The first entry of a second, or the end of the log, lies where the span says."""
    seconds, marks = drawn
    lows, highs = marks.span(asked)
    first = np.searchsorted(seconds, asked, "left")
    assert np.all(lows <= first)
    assert np.all(first <= highs)
    assert np.all(lows >= 0)
    assert np.all(highs <= len(seconds))


def test_span_in_segment() -> None:
    """Within a segment, a second is narrowed to what lies between two samples."""
    times = np.arange(1_000, 1_000 + 4 * SAMPLED)
    none = np.zeros(len(times), np.int64)
    samples = read_times(samples_of(Run(1, 0, times, *[none] * 6)), samples_in(len(times)))
    log = Log(1, "log", None, len(times), 0, time=int(times[-1]) * 1_000_000)
    marks = Marks(log, [Segment(1, 0, len(times), named=True)], [samples])
    (low,), (high,) = marks.span([1_000 + 2 * SAMPLED + 5])
    assert (low, high) == (2 * SAMPLED + 1, 3 * SAMPLED)

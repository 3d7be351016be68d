"""Widths, cursors and memory, by themselves."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.core.activity import TenantId
from indelible.core.scope import Scope
from indelible.errors import Invalid
from indelible.index.clickhouse.memory import Memory
from indelible.index.cursor import Cursor, fingerprint
from indelible.index.histogram import width_for
from indelible.index.sight import Log
from indelible.ledger.search import Filter


@given(st.integers(0, 2**33), st.integers(0, 2**33), st.integers(1, 500))
def test_width(start: int, length: int, buckets: int) -> None:
    """The width is the smallest nice one at which the buckets cover the range."""
    width = width_for(start, start + length, buckets)
    assert (start + length) // width - start // width < buckets
    assert width == 1 or width > length / buckets / 3.1 / 5


@given(st.booleans(), st.binary(min_size=16, max_size=16), st.integers(0, 2**53 - 1))
def test_cursor_round_trip(older: bool, id_: bytes, below: int) -> None:
    """A cursor reads what it wrote."""
    cursor = Cursor(older=older, id=id_, below=below, asked=bytes(8))
    assert Cursor.from_text(cursor.to_text()) == cursor


@given(st.text(max_size=60))
def test_cursor_strict(text: str) -> None:
    """Whatever a client sends is a cursor in its one spelling, or refused."""
    with contextlib.suppress(Invalid):
        assert Cursor.from_text(text).to_text() == text


def test_fingerprint() -> None:
    """Other filters and other scopes have other fingerprints."""
    acme = Scope.only(TenantId("acme"))
    questions = {
        fingerprint(where, scope)
        for where in (Filter(), Filter(search="a"), Filter(user="a"))
        for scope in (Scope.everything(), acme)
    }
    assert len(questions) == 6


def log(number: int, size: int, erasures: int = 0) -> Log:
    """A log of *size* entries."""
    return Log(number, f"log/{number}", None, size, erasures)


def test_news() -> None:
    """What came since is each log's end, new logs whole."""
    memory: Memory[int] = Memory()
    memory.remember("q", 7, [log(1, 10), log(2, 5)])
    known = memory.recall("q")
    assert known is not None
    assert known.counted == 7
    assert known.since([log(1, 12), log(2, 5), log(3, 4)]) == {1: range(10, 12), 3: range(4)}


@pytest.mark.parametrize(
    "logs",
    [
        pytest.param([log(1, 9), log(2, 5)], id="an older snapshot"),
        pytest.param([log(1, 12, erasures=1), log(2, 5)], id="after an erasure"),
        pytest.param([log(1, 12)], id="a log is out of sight"),
        pytest.param([log(1, 12), log(3, 5)], id="another log instead"),
    ],
)
def test_void(logs: list[Log]) -> None:
    """What is remembered is void where it may be wrong."""
    memory: Memory[int] = Memory()
    memory.remember("q", 7, [log(1, 10), log(2, 5)])
    known = memory.recall("q")
    assert known is not None
    assert known.since(logs) is None


def test_forgets() -> None:
    """Memory is bounded: what was not asked for the longest goes first."""
    memory: Memory[int] = Memory(capacity=2)
    for question in "ab":
        memory.remember(question, 1, [])
    memory.recall("a")
    memory.remember("c", 1, [])
    assert [memory.recall(question) is None for question in "abc"] == [False, True, False]

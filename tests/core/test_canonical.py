"""Canonical JSON is RFC 8785's, in one spelling, and hostile JSON is refused in our words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.core.canonical import MAX_DEPTH, MAX_INTEGER, decode, encode, parse_json
from indelible.errors import Invalid, MalformedProof

texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=20,
)

JCS_WITH_FRACTIONS = {"values"}
"""RFC 8785's vectors whose numbers are outside our subset: they must be refused, not rounded."""

JSON_BEYOND_US = {
    "y_object_duplicated_key.json": "a name stands twice",
    "y_object_duplicated_key_and_value.json": "a name stands twice",
}
"""JSON that RFC 8259 takes and we refuse, with the reason."""


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


class TestEncode:
    @given(values)
    def test_round_trip(self, value: Any) -> None:
        """Any value of the subset is read back equal, and spelled the same again."""
        data = encode(value)
        assert decode(data) == value
        assert json.loads(data) == value

    def test_order_is_of_utf16_units(self) -> None:
        """Names are sorted by UTF-16 code units: U+1F602 before U+FB33."""
        assert encode({"\ufb33": 1, "\U0001f602": 2, "a": 3}) == (
            '{"a":3,"\U0001f602":2,"\ufb33":1}'.encode()
        )

    def test_escapes(self) -> None:
        """Only what RFC 8785 section 3.2.2.2 names is escaped, in lower case."""
        assert encode('\x00\x08\t\n\x0b\x0c\r\x1f"\\/\x7f\u2028é') == (
            b'"\\u0000\\b\\t\\n\\u000b\\f\\r\\u001f\\"\\\\/\x7f\xe2\x80\xa8\xc3\xa9"'
        )

    @pytest.mark.parametrize(
        "value",
        [
            1.0,
            float("nan"),
            MAX_INTEGER + 1,
            -MAX_INTEGER - 1,
            "\ud800",
            {"\udfff": 1},
            {1: 1},
            {"a": 1, 2: 2},
            b"bytes",
            {1, 2},
        ],
    )
    def test_outside_the_subset(self, value: Any) -> None:
        """What other libraries may spell or read differently is refused."""
        with pytest.raises(Invalid):
            encode(value)

    @pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 100_000])
    def test_too_deep(self, depth: int) -> None:
        """Nesting that could exhaust a stack is refused, not followed."""
        with pytest.raises(Invalid):
            encode(nested(depth))

    def test_bounds_are_inside(self) -> None:
        """The largest integer and the deepest nesting that we promise are taken."""
        assert decode(encode([MAX_INTEGER, -MAX_INTEGER])) == [MAX_INTEGER, -MAX_INTEGER]
        assert decode(encode(nested(MAX_DEPTH))) == nested(MAX_DEPTH)
        assert encode([True, (), {}]) == b"[true,[],{}]"


class TestDecode:
    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b" 1",
            b"1 ",
            b'{"a": 1}',
            b'{"b":1,"a":1}',
            b'{"a":1,"a":1}',
            b'"\\u0041"',
            b'"\\/"',
            b'"\\u000A"',
            b"-0",
            b"1.0",
            b"1e2",
            b"01",
            b'"\\ud800"',
            b"\xef\xbb\xbf1",
            b'"\xff"',
            b"NaN",
            b"9007199254740992",
            b"1" * 5000,
            b"[" * 100_000,
            b'{"a":' * 100_000,
        ],
        ids=lambda data: repr(data[:20]),
    )
    def test_one_spelling(self, data: bytes) -> None:
        """Every other spelling of a value is refused."""
        with pytest.raises(MalformedProof):
            decode(data)


class TestParse:
    def test_numbers(self) -> None:
        """Fractions are taken at the edge, infinities never."""
        assert parse_json(b"[1.5,-0,1e2]") == [1.5, 0, 100.0]
        for data in (b"1e400", b"-1e400", b"Infinity", b"-Infinity", b"NaN"):
            with pytest.raises(Invalid):
                parse_json(data)

    def test_depth(self) -> None:
        """Nesting is taken to the promised depth and refused beyond, also by objects."""
        deep = MAX_DEPTH * b"[" + MAX_DEPTH * b"]"
        assert parse_json(deep)
        with pytest.raises(Invalid):
            parse_json(b"[" + deep + b"]")
        with pytest.raises(Invalid):
            parse_json(MAX_DEPTH * b'{"a":' + b"[1]" + MAX_DEPTH * b"}")
        assert parse_json(b"[" + b"[]," * 500 + b"[]]")

    def test_pairs_of_surrogates(self) -> None:
        """An escaped pair is one character; half of one is refused wherever it stands."""
        assert parse_json(b'"\\ud83d\\ude02"') == "\U0001f602"
        for data in (b'"\\ud83d"', b'{"\\ude02":1}', b'["a",{"b":"\\udfff\\ud83d"}]'):
            with pytest.raises(Invalid):
                parse_json(data)


class TestOtherPeoplesVectors:
    @pytest.mark.parametrize(
        "name", ["arrays", "french", "structures", "unicode", "values", "weird"]
    )
    def test_jcs(self, vectors: Path, name: str) -> None:
        """RFC 8785's own pairs come out byte for byte, those with fractions are refused."""
        text = (vectors / "jcs" / "input" / f"{name}.json").read_bytes()
        expected = (vectors / "jcs" / "output" / f"{name}.json").read_bytes()
        assert bytes.fromhex((vectors / "jcs" / "outhex" / f"{name}.txt").read_text()) == expected
        value = parse_json(text)
        if name in JCS_WITH_FRACTIONS:
            with pytest.raises(Invalid, match="float"):
                encode(value)
            with pytest.raises(MalformedProof):
                decode(expected)
            return
        if name == "structures":  # 56.0 is a float, whatever it is equal to
            with pytest.raises(Invalid, match="float"):
                encode(value)
            value["1"]["\n"] = 56
        assert encode(value) == expected
        assert decode(expected) == value

    def test_json(self, vectors: Path) -> None:
        """Good JSON is read, bad JSON refused, and doubtful JSON never fails in another way."""
        files = sorted((vectors / "json").glob("*.json"))
        assert len(files) == 318
        for file in files:
            try:
                parse_json(file.read_bytes())
            except Invalid:
                accepted = False
            else:
                accepted = True
            if file.name in JSON_BEYOND_US or file.name.startswith("n_"):
                assert not accepted, file.name
            elif file.name.startswith("y_"):
                assert accepted, file.name

    def test_naughty_strings(self, vectors: Path) -> None:
        """Strings that have broken other software come back as they were."""
        for naughty in json.loads((vectors / "strings" / "blns.json").read_text()):
            assert decode(encode({naughty: [naughty]})) == {naughty: [naughty]}

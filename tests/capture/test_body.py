"""Of a body that passes by, what can be recorded is kept, and never more than the cap."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.capture.body import Body

BOUNDARY = "xYz"
MULTIPART = (
    "--xYz\r\nContent-Disposition: form-data; name=\"comment\"\r\n\r\nhello\r\n"
    "--xYz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a \\\"b\\\".bin\"\r\n"
    "Content-Type: application/octet-stream\r\n\r\n" + "q\r\n--xY" * 100 + "\r\n"
    "--xYz\r\nContent-Disposition: form-data; name=\"empty\"; filename=\"e\"\r\n\r\n\r\n--xYz--\r\n"
).encode()  # fmt: skip


def seen(content_type: str, *chunks: bytes, cap: int = 1_000) -> Any:
    """Feed *chunks* and return what was kept."""
    body = Body(content_type, cap=cap)
    for chunk in chunks:
        body.feed(chunk)
    return body.parsed()


@pytest.mark.parametrize(
    ("content_type", "data", "kept"),
    [
        ("application/json", b'{"a": [1, 2.5]}', {"a": [1, 2.5]}),
        ("application/json; charset=utf-8", b'"x"', "x"),
        ("application/merge-patch+json", b"{}", {}),
        ("application/json", b"123456789012345678901234567890", 123456789012345678901234567890),
        ("application/json", b"", None),
        ("application/x-www-form-urlencoded", b"a=1&b=2&b=3&c=", {"a": "1", "b": ["2", "3"], "c": ""}),
        ("application/json", b"{", {"contentType": "application/json", "bytes": 1, "unreadable": True}),
        ("application/json", b"\xff", {"contentType": "application/json", "bytes": 1, "unreadable": True}),
        ("image/png", b"abc", {"contentType": "image/png", "bytes": 3}),
        ("", b"abc", {"contentType": "", "bytes": 3}),
        ("multipart/form-data", b"abc", {"contentType": "multipart/form-data", "bytes": 3}),
    ],
)  # fmt: skip
def test_json_and_forms_are_kept_and_the_rest_is_described(
    content_type: str, data: bytes, kept: Any
) -> None:
    """Nothing that comes in raises."""
    body = Body(content_type, cap=1_000)
    body.feed(data)
    assert body.parsed() == kept


def test_a_body_over_the_cap_is_described() -> None:
    """Half a document is none."""
    assert seen("application/json", b'"', b"x" * 100, b'"', cap=50) == {
        "contentType": "application/json", "body": "…[cut: 102 bytes, over the cap of 50]",
    }  # fmt: skip


@pytest.mark.parametrize("text", ["[" * 900, '{"a":' * 180, "1" * 999, "NaN"])
def test_hostile_json_is_described_or_harmless(text: str) -> None:
    """Deep nesting and long numbers end nowhere bad."""
    json.dumps(seen("application/json", text.encode()))


@given(st.lists(st.integers(0, len(MULTIPART)), max_size=8))
def test_multipart_leaves_names_and_sizes_wherever_chunks_end(cuts: list[int]) -> None:
    """No field's value and no file's content is kept."""
    places = [0, *sorted(cuts), len(MULTIPART)]
    chunks = [MULTIPART[a:b] for a, b in itertools.pairwise(places)]
    assert seen(f'multipart/form-data; boundary="{BOUNDARY}"', *chunks) == {
        "parts": [
            {"name": "comment"},
            {"name": "file", "filename": 'a "b".bin', "bytes": 700},
            {"name": "empty", "filename": "e", "bytes": 0},
        ],
        "bytes": len(MULTIPART),
    }


@given(st.lists(st.binary(max_size=60), max_size=6))
def test_garbage_in_a_multipart_body_does_no_harm(chunks: list[bytes]) -> None:
    """Whatever comes, an outline or nothing comes out."""
    json.dumps(seen("multipart/form-data; boundary=a", *[b"--a\r\n" + c for c in chunks]))

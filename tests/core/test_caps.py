"""What is too large is shortened where one can see it, and always fits."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from indelible.core.caps import fit, size_of
from indelible.core.redaction import CUT_FIELD

VALUES = st.recursive(
    st.one_of(st.none(), st.integers(-9, 9), st.text(max_size=200)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=30), st.dictionaries(st.text(max_size=9), inner, max_size=30)
    ),
    max_leaves=60,
)


@given(VALUES, st.integers(100, 2_000))
def test_it_always_fits(value: Any, limit: int) -> None:
    """Whatever it is, it comes below the limit, and unchanged where it was."""
    fitted = fit(value, limit)
    size = size_of(fitted)
    assert size is not None
    assert size <= limit
    if (size_of(value) or 0) <= limit:
        assert fitted is value


def test_the_object_lists_where_it_was_cut() -> None:
    """Long strings go first, and the small fields stay."""
    fitted = fit({"name": "edge", "config": "x" * 9_000, "n": {"list": ["y" * 9_000]}}, 10_000)
    assert fitted["name"] == "edge"
    assert fitted["config"].endswith(" characters]")
    assert fitted[CUT_FIELD] == ["/config", "/n/list/0"]


def test_as_a_last_resort_a_note_stands_for_the_whole() -> None:
    """It says how much there was."""
    many = {f"field {number}": {"x": ["y"] * 20} for number in range(5_000)}
    assert json.dumps(fit(many, 100), ensure_ascii=False).startswith('"…[cut: ')

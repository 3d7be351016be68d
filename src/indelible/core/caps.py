"""Brings a value under a size, keeping its shape: what is large is shortened visibly."""

from __future__ import annotations

import msgspec

from indelible.core.activity import Json
from indelible.core.redaction import CUT, CUT_FIELD
from indelible.core.redaction_plain import cut_text, pointer

# Characters of a string and entries of a list or object that are kept, one try after the other.
_STEPS = ((4_096, 500), (1_024, 200), (256, 50), (64, 20))
_encode = msgspec.json.Encoder(enc_hook=str).encode


def size_of(value: Json) -> int | None:
    """Return how many bytes *value* takes as JSON, or None where it is no JSON."""
    try:
        return len(_encode(value))
    except (TypeError, ValueError, RecursionError, msgspec.MsgspecError):
        return None


def fit(value: Json, limit: int) -> Json:
    """Return *value* so that it takes no more than *limit* bytes as JSON.

    The same object where it fits. Otherwise strings, lists and objects are shortened step by step,
    the places listed in ``_cut`` (JSON Pointers) of the outermost object; as a last resort a note
    stands for the whole. Take secrets out first: half of one is harder to recognise.

    Args:
        value: JSON, as a redactor returns it.
        limit: bytes.
    """
    size = size_of(value)
    if size is not None and size <= limit:
        return value
    for longest, most in _STEPS:
        cut: list[list[str]] = []
        shortened = _shortened(value, longest, most, cut)
        if isinstance(shortened, dict):
            shortened[CUT_FIELD] = [pointer(path) for path in cut]
        if (size_of(shortened) or limit + 1) <= limit:
            return shortened
    return f"{CUT}{size:,} bytes, over the cap of {limit:,}]" if size else f"{CUT}too large]"


def _shortened(value: Json, longest: int, most: int, cut: list[list[str]]) -> Json:
    if isinstance(value, str):
        if len(value) <= longest:
            return value
        cut.append([])
        return cut_text(value, len(value), longest)
    if isinstance(value, dict):
        return _shorter_object(value, longest, most, cut)
    if not isinstance(value, list):
        return value
    numbered = {str(index): item for index, item in enumerate(value)}
    return list(_shorter_object(numbered, longest, most, cut).values())


def _shorter_object(
    value: dict[str, Json], longest: int, most: int, cut: list[list[str]]
) -> dict[str, Json]:
    kept: dict[str, Json] = {}
    for key, item in list(value.items())[:most]:
        known = len(cut)
        kept[key] = _shortened(item, longest, most, cut)
        for path in cut[known:]:
            path.append(key)
    if len(value) > most:
        kept["…"] = f"{CUT}{len(value) - most:,} more]"
        cut.append([])
    return kept

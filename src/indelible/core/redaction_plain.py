"""Turns what may come in into JSON that can be stored, and shortens it where one can see it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from indelible.core.activity import Json
from indelible.core.redaction_patterns import CUT, REDACTED


def nearest_json(value: Any) -> Json:
    """Return what is nearest to *value* in JSON, one level deep; it never raises.

    A float that JSON has no number for becomes its name, bytes become text, a mapping an object, a
    tuple or set a list; of an object that nothing is known about only the type's name is left.
    """
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).decode("utf-8", "replace")
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    try:
        plain = msgspec.to_builtins(value, str_keys=True)
    except Exception:  # noqa: BLE001 -- a foreign object may raise anything at all
        plain = value
    return f"[{type(value).__name__}]" if type(plain) is type(value) else plain


def _number(value: float) -> float | str:
    if math.isfinite(value):
        return value if type(value) is float else float(value)
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def key_text(key: Any) -> str:
    """Return an object's *key* as JSON spells it."""
    if type(key) is str:
        return key
    if key is None:
        return "null"
    if type(key) is bool:
        return "true" if key else "false"
    return f"{key}" if isinstance(key, str | int | float) else f"[{type(key).__name__}]"


def without_surrogates(text: str) -> str:
    """Return *text* with U+FFFD for each lone surrogate, which UTF-8 can't hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def cut_text(text: str, length: int, limit: int) -> str:
    """Return the start of *text* and a note of how much is gone, *limit* characters in all.

    Args:
        text: what is left of it so far.
        length: how many characters it once had.
        limit: how many are kept; a ``[REDACTED]`` is never cut in two.
    """
    kept = text[: limit - len(f"{CUT}{length:,} characters]")]
    split = text.rfind(REDACTED, max(len(kept) - len(REDACTED) + 1, 0), len(kept) + len(REDACTED))
    if 0 <= split < len(kept) < split + len(REDACTED):
        kept = kept[:split]
    return f"{kept}{CUT}{length - len(kept):,} characters]"


def pointer(keys_from_the_inside: Iterable[str]) -> str:
    """Return the JSON Pointer (RFC 6901) of a place, given its keys from the innermost outwards."""
    escaped = [key.replace("~", "~0").replace("/", "~1") for key in keys_from_the_inside]
    return "".join(f"/{key}" for key in reversed(escaped))

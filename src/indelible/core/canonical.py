"""Canonical JSON: RFC 8785 for a subset of JSON in which every value has one spelling.

The subset has strings, booleans, null, objects, arrays and integers within ±(2**53 - 1). It has no
floats, no duplicate keys and no lone surrogates, since those are where JSON libraries differ.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from json.encoder import encode_basestring as _quote
from typing import NoReturn

from indelible.core.activity import Json
from indelible.errors import Invalid, MalformedProof

MAX_INTEGER = 2**53 - 1
"""Largest magnitude of an integer that every JSON library reads exactly (RFC 7493 section 2.2)."""

MAX_DEPTH = 128
"""Deepest nesting of arrays and objects, in what is read and in what is written."""


def encode(value: Json) -> bytes:
    """Return the one spelling of *value*: RFC 8785 section 3.2.

    Raises:
        Invalid: *value* holds something outside the subset.
    """
    out: list[str] = []
    _write(value, out, 0)
    try:
        return "".join(out).encode()
    except UnicodeEncodeError as error:
        raise Invalid("a string holds half of a surrogate pair") from error


def decode(data: bytes) -> Json:
    """Return the value whose one spelling is *data*.

    Raises:
        MalformedProof: *data* is not what :func:`encode` writes for any value.
    """
    try:
        value = parse_json(data)
        spelling = encode(value)
    except Invalid as error:
        raise MalformedProof(f"not canonical JSON: {error}") from error
    if spelling != data:
        raise MalformedProof("JSON in another than its canonical spelling")
    return value


def parse_json(data: bytes) -> Json:
    """Return the value of any JSON text (RFC 8259) that means the same to everyone.

    Stricter than ``json.loads``: UTF-8 without a byte order mark, no duplicate keys, no NaN or
    infinity by name or by overflow, no lone surrogates, nested at most ``MAX_DEPTH`` deep.

    Raises:
        Invalid: *data* is not such a text.
    """
    try:
        value = _PARSER.decode(data.decode())
        # Escapes are the only way for half of a surrogate pair to come in.
        if b"\\u" in data:
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise Invalid(f"not acceptable JSON: {error}") from error
    if data.count(b"[") + data.count(b"{") > MAX_DEPTH:
        _require_shallow(value)
    return value


def _write(value: Json, out: list[str], depth: int) -> None:
    if isinstance(value, str):
        out.append(_quote(value))
    elif value is None:
        out.append("null")
    elif isinstance(value, bool):
        out.append("true" if value else "false")
    elif isinstance(value, int):
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise Invalid(f"an integer is beyond ±{MAX_INTEGER}")
        out.append(int.__repr__(value))
    elif depth == MAX_DEPTH:
        raise Invalid(f"nested deeper than {MAX_DEPTH}")
    elif isinstance(value, dict):
        _write_object(value, out, depth + 1)
    elif isinstance(value, list | tuple):
        mark = "["
        for each in value:
            out.append(mark)
            _write(each, out, depth + 1)
            mark = ","
        out.append("]" if value else "[]")
    else:
        raise Invalid(f"{type(value).__name__} has no canonical spelling")


def _write_object(value: dict[str, Json], out: list[str], depth: int) -> None:
    mark = "{"
    for name in _sorted(value):
        out.append(mark)
        out.append(_quote(name))
        out.append(":")
        _write(value[name], out, depth)
        mark = ","
    out.append("}" if value else "{}")


def _sorted(names: dict[str, Json]) -> list[str]:
    """Sort by UTF-16 code units (RFC 8785 section 3.2.3), which is not the order of code points."""
    try:
        if "".join(names).isascii():
            return sorted(names)
        return sorted(names, key=_utf16)
    except TypeError as error:
        raise Invalid("the name of a member is not a string") from error


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-be", "surrogatepass")


def _require_shallow(value: Json) -> None:
    level = _containers([value])
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for each in level
            for inner in _containers(each.values() if isinstance(each, dict) else each)
        ]
    if level:
        raise Invalid(f"nested deeper than {MAX_DEPTH}")


def _containers(values: Iterable[Json]) -> list[Json]:
    return [each for each in values if isinstance(each, dict | list)]


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a member's name stands twice in one object")
    return value


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError("a number is too large")
    return number


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_PARSER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_finite, parse_constant=_refuse, strict=True
)

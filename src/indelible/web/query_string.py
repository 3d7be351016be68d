"""Query strings, taken strictly: what we do not understand is refused with words, never ignored.

A filter that is silently dropped shows more than was asked for, which on an audit log is a wrong
answer.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from urllib.parse import parse_qsl

from indelible.errors import Invalid

MAX_FIELDS = 50
_NUMBER = re.compile(r"0|[1-9][0-9]{0,15}")


def parameters_of(query: bytes, known: Collection[str]) -> Mapping[str, str]:
    """Return the parameters of the raw query string; empty values count as not given.

    Raises:
        Invalid: it isn't UTF-8, holds a NUL, an unknown parameter or the same one twice.
    """
    try:
        pairs = parse_qsl(
            query.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MAX_FIELDS,
        )
    except UnicodeError as error:
        raise Invalid("The query string is not percent-encoded UTF-8.") from error
    except ValueError as error:
        raise Invalid(f"The query string has more than {MAX_FIELDS} parameters.") from error
    found: dict[str, str] = {}
    for name, value in pairs:
        if name not in known:
            listed = ", ".join(known) or "none"
            raise Invalid(f"Unknown parameter. Known here: {listed}.", field=name[:100])
        if name in found:
            raise Invalid("Given twice; give it once.", field=name)
        if "\0" in value:
            raise Invalid("Holds a NUL character.", field=name)
        found[name] = value
    return {name: value for name, value in found.items() if value}


def number(text: str, *, field: str, least: int, most: int) -> int:
    """Parse a decimal number in its one spelling.

    Raises:
        Invalid: it is no such number, or out of bounds.
    """
    # int() takes "4_2", " 42" and Arabic digits.
    if _NUMBER.fullmatch(text) is None or not least <= int(text) <= most:
        raise Invalid(f"Must be a whole number from {least} to {most}.", field=field)
    return int(text)

"""Derives what was acted on from the path, where the route and its handler do not say."""

from __future__ import annotations

import re
from functools import lru_cache

_NO_NAMES = re.compile(r"api|rest|internal|admin|v\d+(?:\.\d+)?")
_NOT_IN_TYPES = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=4_096)
def type_from(template: str | None) -> str:
    """Return the resource type that a path template speaks of: ``/api/edges/{id}`` is ``edge``.

    The last static segment counts where it is a plural (``/edges/{id}/tags``) or nothing better is
    there; a verb behind an id (``/edges/{id}/sync``) does not.
    """
    segments = [segment for segment in (template or "").split("/") if segment]
    static = [
        (place, segment)
        for place, segment in enumerate(segments)
        if not segment.startswith("{") and not _NO_NAMES.fullmatch(segment.lower())
    ]
    if not static:
        return "request"
    place, last = static[-1]
    if place == len(segments) - 1 and singular(last) == last:
        owners = [s for at, s in static if at + 1 < len(segments) and segments[at + 1][0] == "{"]
        last = owners[-1] if owners else last
    return as_type(singular(last))


def ends_with_parameter(template: str | None) -> bool:
    """Tell whether the path names one resource by its id, and not a collection of them."""
    return template is not None and template.endswith("}")


@lru_cache(maxsize=4_096)
def as_type(text: str) -> str:
    """Return *text* in the spelling of a resource type: ``Config-Template`` is config_template."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text)
    plain = _NOT_IN_TYPES.sub("_", spaced.lower()).strip("_")[:64]
    return plain if plain and plain[0].isalpha() else "request"


def singular(word: str) -> str:
    """Return the singular of an English plural, or *word* where that is not plain."""
    low = word.lower()
    if len(low) < 4 or not low.endswith("s") or low.endswith(("ss", "us", "is", "news")):
        return word
    if low.endswith("ies") and len(low) > 4:
        return word[:-3] + "y"
    if low.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    return word[:-1]

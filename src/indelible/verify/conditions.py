"""An export's filter, applied to public parts: the same conditions that the server has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from indelible.core.entry import PublicPart
from indelible.core.instant import microseconds, parse_time
from indelible.errors import MalformedProof
from indelible.verify.trust import tenant_of

STRETCH = frozenset({"tenant", "from", "to"})
"""Conditions that cut a stretch out of each log, and leave nothing out between."""

_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{6})?Z", re.ASCII)
_PUBLIC = frozenset(
    {"resource_type", "action", "status", "user", "session", "resource", "assumed", *STRETCH}
)


class Conditions:
    """A filter as an archive says it.

    Attributes:
        start: first instant of the range of time, microseconds since 1970; None without one.
        stop: the instant behind its last.
        unchecked: names of conditions on what is private, or that are not known here.

    Raises:
        MalformedProof: an instant is none.
    """

    def __init__(self, said: Mapping[str, str]) -> None:
        """Take the conditions by the names of the query's parameters."""
        self._said = {name: value for name, value in said.items() if name in _PUBLIC}
        self.start = _instant(said.get("from"))
        self.stop = _instant(said.get("to"))
        self.unchecked = tuple(sorted(set(said) - _PUBLIC))
        self.of_a_stretch = set(said) <= STRETCH

    def broken_by(self, part: PublicPart) -> str | None:
        """Return the name of a condition that *part* does not meet; None if it meets them all."""
        for name, wanted in self._said.items():
            if not self._meets(part, name, wanted):
                return name
        return None

    def _meets(self, part: PublicPart, name: str, wanted: str) -> bool:
        behind = part.assumed_by
        found: object
        match name:
            case "from" | "to":
                return self._in_time(parse_time(part.time))
            case "user":
                return wanted in (part.actor.id, behind.id if behind else part.actor.id)
            case "assumed":
                found, wanted = str(behind is not None).lower(), wanted.lower()
            case "tenant":
                found = tenant_of(part.log)
            case "resource":
                found = part.resource.id
            case "resource_type":
                found = part.resource.type
            case _:
                found = getattr(part, name)
        return found == wanted

    def _in_time(self, time: int) -> bool:
        return (self.start is None or time >= self.start) and (
            self.stop is None or time < self.stop
        )


def _instant(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        if _INSTANT.fullmatch(text):
            return microseconds(datetime.fromisoformat(text))
    except ValueError:
        pass
    raise MalformedProof(f"the filter has no instant where one is wanted: {text!r}")

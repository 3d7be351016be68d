"""Refused requests in the service's log: each kind at most once a second, however many there are.

They are not entries: who floods the service would fill the log with them. ``/metrics`` has the
numbers.
"""

from __future__ import annotations

import time
from collections import Counter

import structlog

_EVERY = 1.0  # second

_logger = structlog.get_logger(__name__)


class Refusals:
    """Tells of refused requests, and how many it kept to itself."""

    def __init__(self) -> None:
        """Nothing was refused yet."""
        self._told: dict[str, float] = {}  # by kind, of which there are few
        self._kept: Counter[str] = Counter()

    def tell(self, *, reason: str, route: str, request_id: str | None) -> None:
        """Say that a request was refused, unless just now another one was for the same reason."""
        now = time.monotonic()
        if now - self._told.get(reason, -_EVERY) < _EVERY:
            self._kept[reason] += 1
            return
        self._told[reason] = now
        more = self._kept.pop(reason, 0)
        _logger.warning(
            "request refused", reason=reason, route=route, request_id=request_id, more_before=more
        )

"""What was counted before. A log only grows at its end: what was counted of its beginning stays.

A count is remembered together with how far each log reached. The next one adds what came since,
however long the logs are. Erasing changes what can be found, so it voids what is remembered of the
log.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from indelible.index.sight import Log

Counted = TypeVar("Counted")

_MAX_LOGS = 100_000  # a count over all tenants remembers how far each of them reached


@dataclass(frozen=True, slots=True)
class Remembered(Generic[Counted]):
    """What was counted, and of what.

    Attributes:
        reached: number of a log -> its size and erasures when it was counted.
    """

    counted: Counted
    reached: Mapping[int, tuple[int, int]]

    def since(self, logs: Sequence[Log]) -> Mapping[int, range] | None:
        """Return the stretches of *logs* that were not counted; None if all must be counted anew.

        That is so after an erasure, and for a snapshot that is older than what is remembered.
        """
        if not self.reached.keys() <= {log.number for log in logs}:
            return None
        news: dict[int, range] = {}
        for log in logs:
            size, erasures = self.reached.get(log.number, (0, log.erasures))
            if erasures != log.erasures or size > log.size:
                return None
            if size < log.size:
                news[log.number] = range(size, log.size)
        return news


class Memory(Generic[Counted]):
    """The latest counts, by question."""

    def __init__(self, capacity: int = 256) -> None:
        """Remember up to *capacity* counts."""
        self._capacity = capacity
        self._known: OrderedDict[Hashable, Remembered[Counted]] = OrderedDict()
        self._logs = 0  # in all of what is remembered

    def recall(self, question: Hashable) -> Remembered[Counted] | None:
        """Return what is remembered of *question*."""
        found = self._known.get(question)
        if found is not None:
            self._known.move_to_end(question)
        return found

    def remember(self, question: Hashable, counted: Counted, logs: Sequence[Log]) -> None:
        """Remember what was counted of all of *logs*."""
        reached = {log.number: (log.size, log.erasures) for log in logs}
        self._drop(self._known.pop(question, None))
        self._known[question] = Remembered(counted, reached)
        self._logs += len(reached)
        while len(self._known) > self._capacity or self._logs > _MAX_LOGS:
            self._drop(self._known.popitem(last=False)[1])

    def _drop(self, remembered: Remembered[Counted] | None) -> None:
        if remembered is not None:
            self._logs -= len(remembered.reached)

"""What was worked out for something before: for what repeats from row to row, millions of times."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

MOST = 8_000


class Remembered(dict[Asked, Answer]):
    """Answers by what was asked; asked for one that is not there, it works it out.

    When it is full it forgets everything. A cache that forgets what was used longest ago keeps a
    little more, and pays for each answer what most answers here cost.
    """

    def __init__(self, work_out: Callable[[Asked], Answer], most: int = MOST) -> None:
        """Take what works an answer out, and how many are kept."""
        super().__init__()
        self._work_out = work_out
        self._most = most

    def __missing__(self, asked: Asked) -> Answer:
        """Work it out; what that raises is raised, and nothing is kept."""
        answer = self._work_out(asked)
        if len(self) >= self._most:
            self.clear()
        self[asked] = answer
        return answer

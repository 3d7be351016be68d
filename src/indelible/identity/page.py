"""A page of a list, of whatever."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")
Other = TypeVar("Other")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Item]):
    """A page, newest first.

    Attributes:
        next: cursor of the page of older ones, None at the end.
        previous: the same for newer ones.
        total: how many pass the filter.
        position: how many of them are before this page.
    """

    items: Sequence[Item]
    next: str | None
    previous: str | None
    total: int
    position: int

    def each(self, change: Callable[[Item], Other]) -> Page[Other]:
        """Return the page with *change* made to each of its items."""
        return Page(
            items=[change(item) for item in self.items],
            next=self.next,
            previous=self.previous,
            total=self.total,
            position=self.position,
        )

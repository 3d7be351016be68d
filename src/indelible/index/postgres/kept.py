"""What was read or worked out before, up to a number of bytes: the latest used stays."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

What = TypeVar("What")


class Kept(Generic[What]):
    """Things by name, each with what it takes. Segments never change, so nothing gets stale."""

    def __init__(self, capacity: int) -> None:
        """Keep up to *capacity* bytes."""
        self._capacity = capacity
        self._things: OrderedDict[Hashable, tuple[What, int]] = OrderedDict()
        self._bytes = 0

    def get(self, name: Hashable) -> What | None:
        """Return what is kept under *name*."""
        found = self._things.get(name)
        if found is None:
            return None
        self._things.move_to_end(name)
        return found[0]

    def put(self, name: Hashable, what: What, size: int) -> None:
        """Keep *what*, which takes *size* bytes, unless that alone is too much."""
        if name in self._things or size > self._capacity:
            return
        self._things[name] = (what, size)
        self._bytes += size
        while self._bytes > self._capacity:
            _, (_, freed) = self._things.popitem(last=False)
            self._bytes -= freed

"""The right edge of a log's tiles: which full tiles an append completes.

A partial tile is never stored. Its hashes follow from what is stored, and an appender that was
there when they came about remembers them.
"""

from __future__ import annotations

from collections.abc import Sequence

from indelible.core.merkle import Hash, tree_root
from indelible.core.tile import TILE_WIDTH, Tile

_BITS = TILE_WIDTH.bit_length() - 1


def levels_completed(size: int, new_size: int) -> range:
    """Return the tile levels in which growing from *size* to *new_size* completes a tile."""
    level = 0
    while new_size >> _BITS * (level + 1) > size >> _BITS * (level + 1):
        level += 1
    return range(level)


def pending_nodes(size: int, level: int) -> range:
    """Return the indexes, at *level*, of the hashes in the partial tile of a log of *size*."""
    whole = size >> _BITS * level
    return range(whole - whole % TILE_WIDTH, whole)


class Edge:
    """The hashes of the partial tiles at the right edge of a log, as far as they are known.

    Attributes:
        size: entries in the log.
    """

    __slots__ = ("_pending", "size")

    def __init__(self, size: int) -> None:
        """Know nothing of a log of *size* but which of its partial tiles are empty."""
        self.size = size
        self._pending: dict[int, list[Hash]] = {}

    def missing(self, count: int) -> list[int]:
        """Return the levels whose hashes must be learned before *count* leaves are appended."""
        return [
            level
            for level in levels_completed(self.size, self.size + count)
            if level not in self._pending and len(pending_nodes(self.size, level))
        ]

    def learn(self, level: int, hashes: Sequence[Hash]) -> None:
        """Take the hashes of the partial tile of *level*, all of them."""
        if len(hashes) != len(pending_nodes(self.size, level)):
            raise ValueError(f"level {level} of a log of {self.size} has other hashes")
        self._pending[level] = list(hashes)

    def known(self) -> dict[int, list[Hash]]:
        """Return the hashes of the partial tiles that are known, by level."""
        return {level: list(hashes) for level, hashes in self._pending.items()}

    def append(self, leaves: Sequence[Hash]) -> list[tuple[Tile, bytes]]:
        """Grow by *leaves* and return the tiles that this completes, with their bytes.

        Raises:
            KeyError: a level of :meth:`missing` was not learned.
        """
        completed: list[tuple[Tile, bytes]] = []
        new_size = self.size + len(leaves)
        completing = levels_completed(self.size, new_size)
        added: Sequence[Hash] = leaves
        level = 0
        while added:
            first = pending_nodes(self.size, level)
            if level in self._pending:
                row = self._pending.pop(level)
            elif not first:
                row = []
            elif level in completing:
                raise KeyError(level)
            else:
                break  # not known, not needed: whoever completes this tile learns it then
            row.extend(added)
            added = []
            index = first.start // TILE_WIDTH
            while len(row) >= TILE_WIDTH:
                tile, row = row[:TILE_WIDTH], row[TILE_WIDTH:]
                completed.append((Tile(level=level, index=index), b"".join(tile)))
                added.append(tree_root(tile))
                index += 1
            self._pending[level] = row
            level += 1
        self.size = new_size
        return completed

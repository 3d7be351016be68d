"""Hashes one after another, and by whole tiles: with the root over a tile goes all below it."""

from __future__ import annotations

from collections.abc import Sequence

from indelible.core.merkle import HASH_SIZE, CompactRange, Hash, tree_root
from indelible.core.tile import TILE_HEIGHT, TILE_WIDTH


def split(leaves: bytes, first: int = 0, stop: int | None = None) -> list[Hash]:
    """Return the hashes from place *first* to before *stop* of those that lie one after another."""
    end = len(leaves) if stop is None else stop * HASH_SIZE
    return [leaves[at : at + HASH_SIZE] for at in range(first * HASH_SIZE, end, HASH_SIZE)]


def tile_roots(leaves: Sequence[Hash]) -> list[Hash]:
    """Return the root over each whole tile of *leaves*, which begin with a tile."""
    whole = len(leaves) - len(leaves) % TILE_WIDTH
    return [tree_root(leaves[at : at + TILE_WIDTH]) for at in range(0, whole, TILE_WIDTH)]


def extended(
    tree: CompactRange, leaves: bytes, roots: Sequence[Hash], places: range
) -> CompactRange:
    """Return *tree* with the leaves at *places* of a window appended.

    Args:
        tree: what stands in front of them.
        leaves: hashes of the window, one after another; it begins with a tile.
        roots: root over each whole tile of it.
        places: which of its leaves.
    """
    first, stop = places.start, places.stop
    ahead = min(stop, first + -tree.size % TILE_WIDTH)
    whole = stop - (stop - ahead) % TILE_WIDTH
    tree = tree.extend(split(leaves, first, ahead))
    if ahead < whole:
        above = CompactRange(tree.size >> TILE_HEIGHT, tree.hashes)
        above = above.extend(roots[ahead // TILE_WIDTH : whole // TILE_WIDTH])
        tree = CompactRange(above.size << TILE_HEIGHT, above.hashes)
    return tree.extend(split(leaves, whole, stop))


def differing(computed: bytes, stored: bytes) -> list[int]:
    """Return the places at which *stored* does not have the hash of the *computed* tile."""
    return [
        place
        for place, hash_ in enumerate(split(computed))
        if stored[place * HASH_SIZE : (place + 1) * HASH_SIZE] != hash_
    ]


def span(level: int, index: int, place: int | None = None) -> tuple[int, int]:
    """Return the first and last seq below a tile, or below one of its hashes."""
    width = TILE_WIDTH**level
    start = index * TILE_WIDTH if place is None else index * TILE_WIDTH + place
    count = TILE_WIDTH if place is None else 1
    return start * width, (start + count) * width - 1

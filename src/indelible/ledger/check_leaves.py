"""The leaves of a window, one after another, and the nodes above them, level by level.

They are hashed once: whatever is asked of the tree within the window is among them.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from indelible.core.merkle import HASH_SIZE, CompactRange, Hash, subtrees, tree_root
from indelible.core.tile import TILE_HEIGHT, TILE_WIDTH


def split(leaves: bytes, first: int = 0, stop: int | None = None) -> list[Hash]:
    """Return the hashes from place *first* to before *stop* of those that lie one after another."""
    end = len(leaves) if stop is None else stop * HASH_SIZE
    return [leaves[at : at + HASH_SIZE] for at in range(first * HASH_SIZE, end, HASH_SIZE)]


def tile_roots(leaves: Sequence[Hash]) -> list[Hash]:
    """Return the root over each whole tile of *leaves*, which begin with a tile."""
    whole = len(leaves) - len(leaves) % TILE_WIDTH
    return [tree_root(leaves[at : at + TILE_WIDTH]) for at in range(0, whole, TILE_WIDTH)]


def levels_over(leaves: bytes) -> list[bytes]:
    """Return the hashes of all perfect subtrees over *leaves*, level by level, leaves first."""
    sha = sha256
    levels = [leaves]
    while len(levels[-1]) >= 2 * HASH_SIZE:
        below = levels[-1]
        pairs = range(0, len(below) - HASH_SIZE, 2 * HASH_SIZE)
        nodes = [sha(b"\x01" + below[at : at + 2 * HASH_SIZE]).digest() for at in pairs]
        levels.append(b"".join(nodes))
    return levels


def roots_in(levels: Sequence[bytes]) -> list[Hash]:
    """Return the root over each whole tile."""
    return split(levels[TILE_HEIGHT]) if len(levels) > TILE_HEIGHT else []


def extended(tree: CompactRange, levels: Sequence[bytes], count: int) -> CompactRange:
    """Return *tree* with the first *count* leaves of a window appended; no leaf is hashed.

    Args:
        tree: what stands in front of the window. Its size is a multiple of the largest perfect
            subtree in *count*.
        levels: hashes of the window, level by level.
        count: of its leaves.
    """
    if count == 0:
        return tree
    found = [
        levels[node.level][node.offset * HASH_SIZE : (node.offset + 1) * HASH_SIZE]
        for node in subtrees(0, count)
    ]
    height = count.bit_length() - 1
    above = tree.hashes
    if tree.size >> height & 1:  # then the largest of them joins what stands in front
        above = CompactRange(tree.size >> height, above).extend(found[:1]).hashes
        del found[0]
    return CompactRange(tree.size + count, (*above, *found))


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

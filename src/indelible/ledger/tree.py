"""Reading a stored tree: full tiles are stored, what is at the right edge follows from leaves.

The same for the root log and for the log of a tenant; proofs are made of what this reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from indelible.core.merkle import EMPTY_ROOT, Hash, Node, fold, subtrees, tree_root
from indelible.core.proof import Proof, consistency_nodes, inclusion_nodes
from indelible.core.tile import TILE_HEIGHT, TILE_WIDTH, Tile, hashes_from, split_tile, tiles_below
from indelible.errors import Tampered


class StoredTree(Protocol):
    """What is stored of one log's tree."""

    async def tiles(self, level: int, indexes: range) -> Sequence[bytes]:
        """Return full hash tiles that exist, in order."""

    async def leaf_hashes(self, indexes: range) -> Sequence[Hash]:
        """Return the hashes of leaves that exist, in order."""


async def read_tile(tree: StoredTree, tile: Tile) -> bytes:
    """Return the bytes of *tile*, which is at most as wide as the tree makes it.

    A partial tile costs its leaves, or as many full tiles of the level below as it is wide.

    Raises:
        Tampered: what it is made of is not stored.
    """
    if tile.width == TILE_WIDTH:
        found = await tree.tiles(tile.level, range(tile.index, tile.index + 1))
        if len(found) != 1:
            raise Tampered(f"{tile.path()} is not stored")
        return found[0]
    first = tile.index << TILE_HEIGHT
    below = range(first, first + tile.width)
    if tile.level == 0:
        hashes = await tree.leaf_hashes(below)
    else:
        hashes = [
            tree_root(split_tile(Tile(tile.level - 1, index), data))
            for index, data in zip(below, await tree.tiles(tile.level - 1, below), strict=False)
        ]
    if len(hashes) != tile.width:
        raise Tampered(f"{tile.path()} can't be computed: {len(hashes)} hashes are stored")
    return b"".join(hashes)


async def read_nodes(tree: StoredTree, nodes: Sequence[Node], size: int) -> list[Hash]:
    """Return the hash of each of *nodes* in the tree of *size*, in order.

    Raises:
        Tampered: what they are computed from is not stored.
    """
    tiles = {tile: await read_tile(tree, tile) for tile in tiles_below(nodes, size)}
    return hashes_from(tiles, nodes, size)


async def inclusion_proof(tree: StoredTree, index: int, size: int) -> Proof:
    """Return what proves that leaf *index* is in the tree of *size*.

    Raises:
        Invalid: unless 0 <= index < size.
        Tampered: the tree is not stored as far.
    """
    plan = inclusion_nodes(index, size)
    return plan.assemble(await read_nodes(tree, plan.nodes, size))


async def consistency_proof(tree: StoredTree, old: int, new: int) -> Proof:
    """Return what proves that the tree of *new* begins with the tree of *old*.

    Raises:
        Invalid: unless 0 < old <= new.
        Tampered: the tree is not stored as far.
    """
    plan = consistency_nodes(old, new)
    return plan.assemble(await read_nodes(tree, plan.nodes, new))


async def root_at(tree: StoredTree, size: int) -> Hash:
    """Return the root hash of the tree of *size*.

    Raises:
        Tampered: the tree is not stored as far.
    """
    if size == 0:
        return EMPTY_ROOT
    return fold(await read_nodes(tree, subtrees(0, size), size))

"""The right edge: full tiles come out once, whatever the steps a log grows in."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.core.edge import Edge, levels_completed, pending_nodes
from indelible.core.merkle import tree_root
from indelible.core.tile import Tile


def leaves(start: int, stop: int) -> list[bytes]:
    """Stand-ins for leaf hashes."""
    return [hashlib.sha256(b"%d" % number).digest() for number in range(start, stop)]


@given(st.lists(st.integers(1, 700), max_size=6))
def test_tiles_do_not_depend_on_the_steps(steps: list[int]) -> None:
    """Appending in any steps completes exactly the tiles of appending at once."""
    total = sum(steps)
    at_once = Edge(0).append(leaves(0, total))
    edge, seen = Edge(0), []
    for step in steps:
        assert edge.missing(step) == []
        seen += edge.append(leaves(edge.size, edge.size + step))
    assert seen == at_once


def test_a_level_1_tile_holds_the_roots_of_the_tiles_below() -> None:
    """65,536 leaves complete one tile at level 1, whose hashes are roots of 256 leaves each."""
    everything = leaves(0, 65_536)
    tiles = dict(Edge(0).append(everything))
    roots = [tree_root(everything[i : i + 256]) for i in range(0, 65_536, 256)]
    assert tiles[Tile(1, 0)] == b"".join(roots)
    assert len(tiles) == 257


@given(st.integers(0, 2_000), st.integers(1, 600))
def test_a_forgetful_process_learns_what_it_misses(size: int, count: int) -> None:
    """After learning the levels that are missing, the same tiles come out as without a restart."""
    whole = Edge(0)
    whole.append(leaves(0, size))
    expected = whole.append(leaves(size, size + count))
    forgetful = Edge(size)
    for level in forgetful.missing(count):
        nodes = pending_nodes(size, level)
        assert level == 0
        forgetful.learn(level, leaves(nodes.start, nodes.stop))
    assert forgetful.append(leaves(size, size + count)) == expected


def test_wrong_hashes_are_not_learned() -> None:
    """A partial tile has a known number of hashes; another number is refused."""
    with pytest.raises(ValueError, match="other hashes"):
        Edge(300).learn(0, leaves(0, 3))


def test_completing_an_unknown_tile_is_refused() -> None:
    """A tile is never completed from guesses."""
    with pytest.raises(KeyError):
        Edge(255).append(leaves(255, 256))


@pytest.mark.parametrize(
    ("size", "new", "levels"),
    [(0, 255, 0), (0, 256, 1), (255, 256, 1), (256, 511, 0), (65_535, 65_536, 2), (0, 65_536, 2)],
)
def test_levels_completed(size: int, new: int, levels: int) -> None:
    """A level completes a tile where a multiple of its width is reached."""
    assert list(levels_completed(size, new)) == list(range(levels))

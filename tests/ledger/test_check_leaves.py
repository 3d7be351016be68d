"""Whole tiles: their roots stand in for their leaves."""

from __future__ import annotations

from hashlib import sha256

import pytest

from indelible.core.merkle import CompactRange
from indelible.ledger.check_leaves import (
    differing,
    extended,
    levels_over,
    roots_in,
    split,
    tile_roots,
)

LEAVES = [sha256(b"%d" % number).digest() for number in range(1_100)]
WINDOW = b"".join(LEAVES[512:])


@pytest.mark.parametrize("ends", [[], [0, 1], [256], [255, 257], [3, 4, 300, 512, 588], [588]])
def test_a_tree_grows_as_by_its_leaves(ends: list[int]) -> None:
    """Wherever in the window a checkpoint stands."""
    levels = levels_over(WINDOW)
    assert roots_in(levels) == tile_roots(LEAVES[512:])
    tree = CompactRange.empty().extend(LEAVES[:512])
    for stop in [*ends, len(LEAVES) - 512]:
        assert extended(tree, levels, stop) == CompactRange.empty().extend(LEAVES[: 512 + stop])


def test_a_tile_that_is_cut_differs_to_its_end() -> None:
    """What is not there is not the same."""
    tile = b"".join(LEAVES[:256])
    assert differing(tile, tile) == []
    assert differing(tile, tile[:64]) == list(range(2, 256))
    assert differing(tile, tile[:32] + bytes(32) + tile[64:]) == [1]
    assert split(tile, 3, 5) == LEAVES[3:5]

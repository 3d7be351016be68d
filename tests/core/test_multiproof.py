"""One proof for many leaves determines the root, and accepts nothing else."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.core.merkle import EMPTY_ROOT, Hash, leaf_hash, tree_root
from indelible.core.multiproof import Regrown, Span, spans_outside
from indelible.core.proof import prove_inclusion
from indelible.errors import Invalid, MalformedProof, Unproven

LEAVES = [leaf_hash(b"%d" % number) for number in range(600)]


def spans_without(indexes: Iterable[int], size: int) -> list[Span]:
    return list(spans_outside((range(index, index + 1) for index in indexes), size))


def prove(indexes: Iterable[int], size: int) -> bytes:
    spans = spans_without(sorted(indexes), size)
    return b"".join(tree_root(LEAVES[span.begin : span.end]) for span in spans)


def regrow(indexes: Iterable[int], size: int, hashes: bytes) -> Hash:
    tree = Regrown(size, hashes)
    for index in sorted(indexes, reverse=True):
        tree.add(index, LEAVES[index])
    return tree.root()


def test_every_subset_of_small_trees() -> None:
    """Any choice of leaves, with its proof, gives the root of any tree."""
    for size in range(1, 10):
        root = tree_root(LEAVES[:size])
        for choice in range(1 << size):
            chosen = [index for index in range(size) if choice >> index & 1]
            assert regrow(chosen, size, prove(chosen, size)) == root


@given(st.data())
def test_any_tree(data: st.DataObject) -> None:
    """The same for trees that are larger than a tile."""
    size = data.draw(st.integers(1, 600))
    chosen = data.draw(st.sets(st.integers(0, size - 1)))
    assert regrow(chosen, size, prove(chosen, size)) == tree_root(LEAVES[:size])


@given(st.data())
def test_runs(data: st.DataObject) -> None:
    """Leaves that follow each other can be given as runs, cut anywhere."""
    size = data.draw(st.integers(1, 600))
    cuts = sorted(data.draw(st.sets(st.integers(0, size))))
    runs = [
        range(start, stop) for start, stop in itertools.pairwise(cuts) if data.draw(st.booleans())
    ]
    indexes = [index for run in runs for index in run]
    assert list(spans_outside(runs, size)) == spans_without(indexes, size)


def test_one_leaf_needs_its_inclusion_proof() -> None:
    """The proof of a single leaf is the inclusion proof of the RFC, in another order."""
    for size in range(1, 40):
        for index in range(size):
            usual = prove_inclusion(
                index,
                size,
                lambda nodes: [tree_root(LEAVES[n << k : (n + 1) << k]) for k, n in nodes],
            )
            hashes = prove([index], size)
            assert sorted(usual) == sorted(hashes[at : at + 32] for at in range(0, len(hashes), 32))


def test_a_run_needs_few_hashes() -> None:
    """A stretch of the log is proved by at most two hashes a level, whatever its length."""
    for begin, end in ((0, 600), (1, 599), (17, 400), (255, 257), (300, 300 + 1)):
        assert len(prove(range(begin, end), 600)) <= 2 * 10 * 32
    assert prove(range(600), 600) == b""


@given(st.data())
def test_forged(data: st.DataObject) -> None:
    """A changed hash or leaf, one too many, one too few, another place: never the same root.

    The size is no part of it: that stands in the checkpoint, beside the root.
    """
    size = data.draw(st.integers(2, 80))
    chosen = sorted(data.draw(st.sets(st.integers(0, size - 1), min_size=1)))
    hashes = prove(chosen, size)
    root = tree_root(LEAVES[:size])
    spoilt = bytearray(hashes or bytes(32))
    spoilt[data.draw(st.integers(0, len(spoilt) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    moved = data.draw(st.integers(0, size))
    index = data.draw(st.sampled_from(chosen))
    others = [moved if each == index else each for each in chosen]
    attempts = [
        (chosen, size, bytes(spoilt)),
        (chosen, size, hashes + bytes(32)),
        (chosen, size, hashes[:-32] + bytes(32)),
        (chosen[:-1], size, hashes),
        *([] if sorted(others) == chosen else [(others, size, hashes)]),
    ]
    if hashes:
        attempts.append((chosen, size, hashes[32:]))
    for indexes, claimed, proof in attempts:
        try:
            tree = Regrown(claimed, proof)
            for each in sorted(indexes, reverse=True):
                tree.add(each, LEAVES[index] if each == moved else LEAVES[each])
            found = tree.root()
        except Unproven:
            continue
        if (claimed, proof, sorted(indexes)) == (size, hashes, chosen):
            continue
        assert found != root


def test_out_of_order() -> None:
    """Leaves come from right to left, each once, and all are in the tree."""
    for indexes in ([3, 3], [2, 3], [7], [-1]):
        tree = Regrown(7, bytes(32 * 8))
        for index in indexes[:-1]:
            tree.add(index, LEAVES[0])
        with pytest.raises(MalformedProof):
            tree.add(indexes[-1], LEAVES[0])
    for wrong in ([3, 3], [3, 2], [7], [-1]):
        with pytest.raises(Invalid):
            spans_without(wrong, 7)
    for runs in ([range(1, 1)], [range(2, 1)], [range(1, 3), range(2, 4)], [range(5, 8)]):
        with pytest.raises(Invalid):
            list(spans_outside(runs, 7))


def test_no_tree() -> None:
    """There is nothing to prove about an empty tree, or with half a hash."""
    assert spans_without([], 0) == []
    assert tree_root([]) == EMPTY_ROOT
    for size, hashes in ((0, b""), (-1, b""), (1 << 63, b""), (3, bytes(31))):
        with pytest.raises(MalformedProof):
            Regrown(size, hashes)

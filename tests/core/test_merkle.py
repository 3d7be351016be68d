"""Trees and proofs are those of RFC 6962, and no altered proof passes."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.core.merkle import (
    EMPTY_ROOT,
    CompactRange,
    Hash,
    Node,
    ReadHashes,
    leaf_hash,
    node_hash,
    perfect_root,
    tree_root,
)
from indelible.core.proof import (
    check_consistency,
    check_inclusion,
    prove_consistency,
    prove_inclusion,
)
from indelible.errors import Invalid, MalformedProof, Tampered, Unproven

WORDS = b"one two three four five six seven eight nine ten eleven".split()


def naive_root(leaves: Sequence[Hash]) -> Hash:
    """Compute MTH by the RFC's own recursion."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def reader(leaves: Sequence[Hash]) -> ReadHashes:
    def read(nodes: Sequence[Node]) -> list[Hash]:
        ranges = [(index << level, (index + 1) << level) for level, index in nodes]
        assert all(end <= len(leaves) for _, end in ranges)
        return [naive_root(leaves[begin:end]) for begin, end in ranges]

    return read


def leaves_of(size: int) -> list[Hash]:
    return [leaf_hash(b"entry %d" % each) for each in range(size)]


def flips(proof: Sequence[Hash]) -> list[list[Hash]]:
    """Return *proof* with each hash damaged in one bit, dropped, doubled, or swapped."""
    altered = []
    for at, each in enumerate(proof):
        bit = (at * 37) % 256
        flipped = (int.from_bytes(each, "big") ^ 1 << bit).to_bytes(32, "big")
        altered.append([*proof[:at], flipped, *proof[at + 1 :]])
        altered.append([*proof[:at], *proof[at + 1 :]])
        altered.append([*proof[:at], each, *proof[at:]])
        altered.append([*proof[:at], each[:31], *proof[at + 1 :]])
    altered.append([*proof, EMPTY_ROOT])
    return altered


class TestHashes:
    def test_facts_of_the_rfc(self) -> None:
        """The empty tree and the empty leaf have the hashes that everybody computes."""
        assert EMPTY_ROOT.hex() == (
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        )
        assert leaf_hash(b"").hex() == (
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
        )
        assert tree_root([]) == EMPTY_ROOT
        assert tree_root([leaf_hash(b"one")]).hex() == (
            "d0d7360ab79f58ab1e1e3fe64ad77e2ea0bc07e36b5f46ed2223edd9298df9e9"
        )

    def test_a_perfect_tree_has_the_same_root_from_its_bytes(self) -> None:
        """However its hashes are handed over."""
        for level in range(9):
            leaves = leaves_of(1 << level)
            assert perfect_root(b"".join(leaves)) == naive_root(leaves)

    def test_a_leaf_is_never_a_node(self) -> None:
        """The bytes of two hashes as an entry do not hash like the node above them."""
        left, right = leaves_of(2)
        assert leaf_hash(left + right) != node_hash(left, right)


class TestCompactRange:
    def test_root_is_that_of_the_recursion(self) -> None:
        """Whatever the size, the compact range's root is MTH."""
        grown = CompactRange.empty()
        for size, leaf in enumerate(leaves_of(70)):
            assert grown.root() == naive_root(leaves_of(size))
            grown = grown.extend([leaf])

    @given(st.lists(st.integers(0, 40), max_size=6))
    def test_batches_do_not_matter(self, batches: list[int]) -> None:
        """However leaves are cut into batches, the tree is the same."""
        leaves = leaves_of(sum(batches))
        grown, at = CompactRange.empty(), 0
        for batch in batches:
            grown = grown.extend(leaves[at : at + batch])
            at += batch
        assert grown == CompactRange.empty().extend(leaves)
        assert grown.size == len(leaves)
        assert grown.root() == naive_root(leaves)

    def test_bytes_round_trip(self) -> None:
        """What is stored of a head comes back."""
        for size in range(20):
            tree = CompactRange.empty().extend(leaves_of(size))
            assert CompactRange.from_bytes(size, tree.to_bytes()) == tree

    @pytest.mark.parametrize("size", [-1, 0, 2, 4, 5, 7])
    def test_number_of_hashes_must_fit(self, size: int) -> None:
        """A size with another number of 1-bits than there are hashes is refused."""
        wrong = (EMPTY_ROOT,) * (size.bit_count() + 1)
        with pytest.raises(MalformedProof):
            CompactRange(size, wrong)
        with pytest.raises(MalformedProof):
            CompactRange.from_bytes(size, b"".join(wrong))

    def test_a_hash_has_32_bytes(self) -> None:
        """A short hash is refused, also where the sum of lengths would fit."""
        with pytest.raises(MalformedProof):
            CompactRange(3, (b"\0" * 31, b"\0" * 33))

    def test_extend_keeps_the_argument(self) -> None:
        """The caller's batch is not changed by extending."""
        leaves = leaves_of(5)
        CompactRange.empty().extend(leaves[:3]).extend(leaves)
        assert leaves == leaves_of(5)


class TestInclusion:
    def test_every_leaf_of_every_size(self) -> None:
        """Each leaf is proved in each size, and every damage to its proof is noticed."""
        for size in range(1, 21):
            leaves = leaves_of(size)
            root, read = naive_root(leaves), reader(leaves)
            for index, leaf in enumerate(leaves):
                proof = prove_inclusion(index, size, read)
                check_inclusion(index, size, leaf, proof, root)
                for altered in flips(proof):
                    with pytest.raises(Unproven):
                        check_inclusion(index, size, leaf, altered, root)
                for other in range(size):
                    if other != index:
                        with pytest.raises(Unproven):
                            check_inclusion(other, size, leaf, proof, root)

    def test_words(self) -> None:
        """One proof, frozen: leaf 3 of five words."""
        leaves = [leaf_hash(word) for word in WORDS[:5]]
        assert [each.hex() for each in prove_inclusion(3, 5, reader(leaves))] == [
            "671f146c5e471e8a1a83a3c214ce4ba907b8f3a5888d14cc8cd3ce75bb12ef94",
            "4f55f619d9215235778b2b9f17d6f4915b16171214d152381293669764de722e",
            "ccc29ae0e02a77b0f4578c1ac17493d79cf4262104929ac804f91fc4e7ac5af0",
        ]
        assert tree_root(leaves).hex() == (
            "832e609776a4b05ca208ef796bfd6f2d7cfcf00ddd46afb497d4b1b5ef19a994"
        )

    @pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 5), (7, 5)])
    def test_no_such_leaf(self, index: int, size: int) -> None:
        """A leaf outside the tree can't be proved and no proof of it is looked at."""
        with pytest.raises(Invalid):
            prove_inclusion(index, size, reader([]))
        with pytest.raises(MalformedProof):
            check_inclusion(index, size, EMPTY_ROOT, [], EMPTY_ROOT)

    def test_large_trees_need_few_hashes(self) -> None:
        """A log of 2**62 entries needs at most 62 hashes."""
        asked: list[Node] = []

        def read(nodes: Sequence[Node]) -> list[Hash]:
            asked.extend(nodes)
            return [EMPTY_ROOT] * len(nodes)

        assert len(prove_inclusion(12345, 2**62, read)) == 62
        assert len(set(asked)) == len(asked)


class TestConsistency:
    def test_every_pair_of_sizes(self) -> None:
        """Each tree is proved to extend each smaller one, and no altered proof passes."""
        leaves = leaves_of(40)
        roots = [naive_root(leaves[:size]) for size in range(41)]
        for new in range(1, 41):
            read = reader(leaves[:new])
            for old in range(1, new + 1):
                proof = prove_consistency(old, new, read)
                check_consistency(old, new, roots[old], roots[new], proof)
                if new <= 20:
                    for altered in flips(proof):
                        with pytest.raises(Unproven):
                            check_consistency(old, new, roots[old], roots[new], altered)
                if old < new:
                    with pytest.raises(Tampered):
                        check_consistency(old, new, roots[0], roots[new], proof)
                    with pytest.raises(Tampered):
                        check_consistency(old, new, roots[old], roots[0], proof)

    def test_a_rewritten_entry_is_noticed(self) -> None:
        """A log that changed an old entry has no proof that it extends itself."""
        honest = leaves_of(9)
        forged = [*honest[:2], leaf_hash(b"forged"), *honest[3:]]
        proof = prove_consistency(5, 9, reader(forged))
        with pytest.raises(Tampered):
            check_consistency(5, 9, naive_root(honest[:5]), naive_root(forged), proof)

    def test_two_roots_of_one_size(self) -> None:
        """A split view at one size is called tampering."""
        with pytest.raises(Tampered):
            check_consistency(3, 3, naive_root(leaves_of(3)), EMPTY_ROOT, [])

    @pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 5), (6, 5), (-1, 5)])
    def test_proves_nothing(self, old: int, new: int) -> None:
        """An empty or larger old tree is refused by the prover and the checker."""
        with pytest.raises(Invalid):
            prove_consistency(old, new, reader([]))
        with pytest.raises(MalformedProof):
            check_consistency(old, new, EMPTY_ROOT, EMPTY_ROOT, [])


class TestOtherPeoplesProbes:
    """transparency-dev/merkle's probes, right and tampered."""

    def test_inclusion(self, vectors: Path) -> None:
        """Every inclusion probe has the verdict that its author gave it."""
        files = sorted((vectors / "merkle" / "inclusion").rglob("*.json"))
        assert len(files) > 80
        for file in files:
            probe = json.loads(file.read_text())
            assert probe["wantErr"] is _refused(
                check_inclusion,
                probe["leafIdx"],
                probe["treeSize"],
                b64decode(probe["leafHash"]),
                [b64decode(each) for each in probe["proof"] or ()],
                b64decode(probe["root"]),
            ), file

    def test_consistency(self, vectors: Path) -> None:
        """Every consistency probe has the verdict that its author gave it."""
        files = sorted((vectors / "merkle" / "consistency").rglob("*.json"))
        assert len(files) > 80
        for file in files:
            probe = json.loads(file.read_text())
            assert probe["wantErr"] is _refused(
                check_consistency,
                probe["size1"],
                probe["size2"],
                b64decode(probe["root1"]),
                b64decode(probe["root2"]),
                [b64decode(each) for each in probe["proof"] or ()],
            ), file


def _refused(check, *arguments) -> bool:  # type: ignore[no-untyped-def]  # either check
    try:
        check(*arguments)
    except Unproven:
        return True
    return False

"""Inclusion and consistency proofs of RFC 6962 section 2.1: each is proved here and checked here.

Every check is written from the numbers alone and never shares code with its prover, so a mistake in
one shows up against the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hmac import compare_digest

from indelible.core.merkle import HASH_SIZE, Hash, Node, ReadHashes, fold, node_hash, subtrees
from indelible.errors import Invalid, MalformedProof, Tampered

Proof = tuple[Hash, ...]
"""The hashes of a proof, in the order of the RFC: the one nearest to the leaf first."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Which perfect subtrees a proof is made of.

    Attributes:
        nodes: what to read, in order.
        ragged: the part of ``nodes`` that folds into one hash of the proof: the right edge of the
            tree is not a perfect subtree, so it is stored nowhere.
    """

    nodes: tuple[Node, ...]
    ragged: slice

    def assemble(self, hashes: Sequence[Hash]) -> Proof:
        """Return the proof, given the hash of each node in order."""
        if len(hashes) != len(self.nodes):
            raise ValueError(f"{len(hashes)} hashes were read for {len(self.nodes)} nodes")
        middle = hashes[self.ragged]
        folded = (fold(middle),) if middle else ()
        return (*hashes[: self.ragged.start], *folded, *hashes[self.ragged.stop :])


def inclusion_nodes(index: int, size: int) -> Plan:
    """Return what proves that leaf *index* is in the tree of *size*.

    At most 63 hashes for the proof and 62 more for its ragged part.

    Raises:
        Invalid: unless 0 <= index < size.
    """
    if not 0 <= index < size:
        raise Invalid(f"a tree of {size} has no leaf {index}")
    return _climb(index, size, 0, ())


def consistency_nodes(old: int, new: int) -> Plan:
    """Return what proves that the tree of *new* begins with the tree of *old*.

    Raises:
        Invalid: unless 0 < old <= new.
    """
    if not 0 < old <= new:
        raise Invalid(f"a tree of {new} can't be proved to extend a tree of {old}")
    if old == new:
        return Plan((), slice(0, 0))
    shift = _trailing_zeros(old)
    # The last perfect subtree of the old tree: where it is the whole old tree, the checker
    # knows its hash already.
    seed = Node(shift, (old - 1) >> shift)
    return _climb(old - 1, new, shift, () if seed.offset == 0 else (seed,))


def prove_inclusion(index: int, size: int, read: ReadHashes) -> Proof:
    """Return the audit path of leaf *index* in the tree of *size* (RFC 6962 section 2.1.1).

    Raises:
        Invalid: unless 0 <= index < size.
    """
    plan = inclusion_nodes(index, size)
    return plan.assemble(read(plan.nodes))


def prove_consistency(old: int, new: int, read: ReadHashes) -> Proof:
    """Return the proof that the tree of *new* extends that of *old* (RFC 6962 section 2.1.2).

    Raises:
        Invalid: unless 0 < old <= new.
    """
    plan = consistency_nodes(old, new)
    return plan.assemble(read(plan.nodes))


def check_inclusion(index: int, size: int, leaf: Hash, proof: Sequence[Hash], root: Hash) -> None:
    """Accept only if *leaf* is leaf *index* of the tree with *size* and *root*.

    Raises:
        MalformedProof: the numbers or lengths can't belong to any such proof.
        Tampered: the hashes do not lead to *root*.
    """
    if not 0 <= index < size:
        raise MalformedProof(f"a tree of {size} has no leaf {index}")
    inner = (index ^ (size - 1)).bit_length()
    border = (index >> inner).bit_count()
    _require_lengths(proof, inner + border, leaf, root)
    result = leaf
    for level, sibling in enumerate(proof):
        goes_right = level < inner and not index >> level & 1
        result = node_hash(result, sibling) if goes_right else node_hash(sibling, result)
    if not compare_digest(result, root):
        raise Tampered(f"leaf {index} is not in the tree of {size} with this root")


def check_consistency(
    old: int, new: int, old_root: Hash, new_root: Hash, proof: Sequence[Hash]
) -> None:
    """Accept only if the tree with *new* leaves and *new_root* begins with the old one.

    An old tree of size 0 is refused: every tree extends it, so it would prove nothing.

    Raises:
        MalformedProof: the numbers or lengths can't belong to any such proof.
        Tampered: the hashes do not lead to both roots.
    """
    if not 0 < old <= new:
        raise MalformedProof(f"a tree of {new} can't be proved to extend a tree of {old}")
    if old == new:
        _require_lengths(proof, 0)
        if not compare_digest(old_root, new_root):
            raise Tampered(f"two roots for one size, {old}")
        return
    shift = _trailing_zeros(old)
    inner = ((old - 1) ^ (new - 1)).bit_length() - shift
    mask = (old - 1) >> shift
    border = (mask >> inner).bit_count()
    seeded = mask != 0
    _require_lengths(proof, seeded + inner + border, old_root, new_root)
    old_hash = new_hash = proof[0] if seeded else old_root
    for level, sibling in enumerate(proof[seeded:]):
        if level >= inner or mask >> level & 1:
            old_hash = node_hash(sibling, old_hash)
            new_hash = node_hash(sibling, new_hash)
        else:
            new_hash = node_hash(new_hash, sibling)
    if not compare_digest(old_hash, old_root):
        raise Tampered(f"the tree of {new} does not begin with this tree of {old}")
    if not compare_digest(new_hash, new_root):
        raise Tampered(f"the proof does not lead to this root of size {new}")


def _climb(index: int, size: int, level: int, seed: tuple[Node, ...]) -> Plan:
    """Plan the way from the subtree over leaf *index* at *level* up to the root."""
    inner = (index ^ (size - 1)).bit_length()
    nodes = [*seed]
    nodes.extend(Node(k, (index >> k) ^ 1) for k in range(level, inner - 1))
    start = len(nodes)
    if inner:
        # Where the two paths part, all that is right of us up to the tree's edge is one hash.
        nodes.extend(subtrees(((index >> (inner - 1)) + 1) << (inner - 1), size))
    stop = len(nodes)
    nodes.extend(
        Node(k, (index >> k) - 1) for k in range(inner, index.bit_length()) if index >> k & 1
    )
    return Plan(tuple(nodes), slice(start, stop))


def _trailing_zeros(number: int) -> int:
    return (number & -number).bit_length() - 1


def _require_lengths(proof: Sequence[Hash], count: int, *others: Hash) -> None:
    if len(proof) != count:
        raise MalformedProof(f"the proof has {len(proof)} hashes instead of {count}")
    if any(len(each) != HASH_SIZE for each in (*proof, *others)):
        raise MalformedProof("a hash is not 32 bytes long")

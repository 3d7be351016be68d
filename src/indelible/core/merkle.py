"""Merkle trees as RFC 6962 section 2.1 hashes them, and the compact range that grows one.

A tree of any size is a row of perfect subtrees, one for each 1-bit of its size, largest first.
Their hashes (a :class:`CompactRange`) are all that is needed to append and to compute the root, so
the cost of an append does not grow with the log. Proofs are in :mod:`indelible.core.proof`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from indelible.errors import MalformedProof

Hash = bytes
"""The 32 bytes of a SHA-256."""

HASH_SIZE = 32

EMPTY_ROOT: Hash = sha256(b"").digest()
"""Root of the tree without leaves."""


class Node(NamedTuple):
    """A perfect subtree: the one over leaves [offset * 2**level, (offset + 1) * 2**level)."""

    level: int
    offset: int


ReadHashes = Callable[[Sequence[Node]], Sequence[Hash]]
"""Returns the hash of each node, in order. Only nodes whose leaves all exist are asked for."""


def leaf_hash(data: bytes) -> Hash:
    """Return the hash of one entry: ``SHA-256(0x00 || data)``."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: Hash, right: Hash) -> Hash:
    """Return the hash of an inner node: ``SHA-256(0x01 || left || right)``."""
    return sha256(b"\x01" + left + right).digest()


def fold(hashes: Sequence[Hash]) -> Hash:
    """Return the hash over neighbouring perfect subtrees, given largest (leftmost) first.

    Costs one hash less than there are subtrees.
    """
    result = hashes[-1]
    for left in reversed(hashes[:-1]):
        result = node_hash(left, result)
    return result


def subtrees(begin: int, end: int) -> list[Node]:
    """Return the perfect subtrees that cover leaves [begin, end), largest first.

    *begin* is a multiple of a power of two that is no smaller than ``end - begin``.
    """
    nodes = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        nodes.append(Node(level, begin >> level))
        begin += 1 << level
    return nodes


@dataclass(frozen=True, slots=True)
class CompactRange:
    """The perfect subtrees of a tree of ``size`` leaves.

    Attributes:
        size: number of leaves.
        hashes: hash of each perfect subtree, largest first, one for each 1-bit of ``size``.

    Raises:
        MalformedProof: when the number of hashes or one of their lengths does not fit.
    """

    size: int
    hashes: tuple[Hash, ...]

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.hashes) != self.size.bit_count():
            raise MalformedProof(f"{len(self.hashes)} hashes do not make a tree of {self.size}")
        if any(len(each) != HASH_SIZE for each in self.hashes):
            raise MalformedProof("a hash is not 32 bytes long")

    @classmethod
    def empty(cls) -> CompactRange:
        """Return the tree without leaves."""
        return cls(0, ())

    @classmethod
    def from_bytes(cls, size: int, data: bytes) -> CompactRange:
        """Read what :meth:`to_bytes` wrote for a tree of *size*.

        Raises:
            MalformedProof: when *data* has not exactly 32 bytes for each 1-bit of *size*.
        """
        if len(data) != size.bit_count() * HASH_SIZE:
            raise MalformedProof(f"{len(data)} bytes do not make a tree of {size}")
        return cls(size, tuple(data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE)))

    def to_bytes(self) -> bytes:
        """Return the hashes one after another, 32 bytes each, largest subtree first."""
        return b"".join(self.hashes)

    def root(self) -> Hash:
        """Return the root hash of the tree. Costs at most 63 hashes."""
        return fold(self.hashes) if self.hashes else EMPTY_ROOT

    def extend(self, leaves: Sequence[Hash]) -> CompactRange:
        """Return the tree with *leaves* (leaf hashes) appended.

        Costs at most ``len(leaves) + 63`` hashes, whatever the size of the tree.
        """
        sha = sha256
        waiting = list(self.hashes)
        done: list[Hash] = []
        nodes = list(leaves)
        size = self.size
        # One level a round: a subtree that waited on the left joins, an odd one stays behind.
        while nodes:
            if size & 1:
                nodes.insert(0, waiting.pop())
            if len(nodes) & 1:
                done.append(nodes.pop())
            pairs = iter(nodes)
            nodes = [
                sha(b"\x01" + left + right).digest()
                for left, right in zip(pairs, pairs, strict=True)
            ]
            size >>= 1
        done.reverse()
        return CompactRange(self.size + len(leaves), (*waiting, *done))


def tree_root(leaf_hashes: Iterable[Hash]) -> Hash:
    """Return ``MTH`` of RFC 6962 section 2.1 over *leaf_hashes*."""
    return CompactRange.empty().extend(list(leaf_hashes)).root()


def perfect_root(hashes: bytes) -> Hash:
    """Return the root hash over a power of two of hashes, which stand one after another."""
    sha = sha256
    while len(hashes) > HASH_SIZE:
        pairs = range(0, len(hashes), 2 * HASH_SIZE)
        nodes = [sha(b"\x01" + hashes[at : at + 2 * HASH_SIZE]).digest() for at in pairs]
        hashes = b"".join(nodes)
    return hashes

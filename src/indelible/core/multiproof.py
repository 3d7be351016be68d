"""One proof for many leaves of a tree: what an exported archive carries for each of its logs.

The proof is the roots of the largest subtrees of the RFC 6962 tree that hold none of the leaves,
left to right. Together with the leaves they fold into the root, and into no other: which subtrees
those are follows from the size and the indexes of the leaves alone. For a single leaf they are
its inclusion proof in another order; for a run of leaves, at most two hashes a level.

Prover and checker walk the tree in opposite directions and share nothing but where it forks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from indelible.core.merkle import HASH_SIZE, Hash, Node, node_hash, subtrees
from indelible.errors import Invalid, MalformedProof

_MAX_SIZE = (1 << 63) - 1


class Span(NamedTuple):
    """A subtree of a tree: the one over leaves [begin, end)."""

    begin: int
    end: int

    def nodes(self) -> list[Node]:
        """Return the perfect subtrees that it folds from; several only at the tree's right edge."""
        return subtrees(self.begin, self.end)


def spans_outside(runs: Iterable[range], size: int) -> Iterator[Span]:
    """Yield the largest subtrees of the tree of *size* that hold no leaf of *runs*, left to right.

    Costs some steps for each end of a run, however long it is.

    Args:
        runs: of indexes in ascending order, none empty, each index once.
        size: number of leaves of the tree, at least 1.

    Raises:
        Invalid: the indexes are not in order, or not in the tree.
    """
    ahead = iter(runs)
    run = _next(ahead, 0, size)
    waiting = [Span(0, size)] if size else []
    while waiting:
        span = waiting.pop()
        if run.start >= span.end:
            yield span
        elif run.start <= span.begin and span.end <= run.stop:
            if span.end == run.stop:
                run = _next(ahead, run.stop, size)
        else:
            middle = _fork(*span)
            waiting += (Span(middle, span.end), Span(span.begin, middle))


class Regrown:
    """A tree that is put together from some of its leaves and a proof, from right to left.

    Takes the leaves one by one, newest first, as archives have them; memory is that of the proof.
    """

    __slots__ = ("_done", "_hashes", "_left", "_size", "_todo")

    def __init__(self, size: int, hashes: bytes) -> None:
        """Take the size of the tree and the proof, 32 bytes a hash, left to right.

        Raises:
            MalformedProof: no tree has this size, or the proof is cut within a hash.
        """
        if not 1 <= size <= _MAX_SIZE or len(hashes) % HASH_SIZE:
            raise MalformedProof(f"{len(hashes)} bytes are no proof about a tree of {size}")
        self._size = size
        self._hashes = hashes
        self._left = len(hashes)  # bytes of the proof that are not used yet: it is read backwards
        # Spans still to be hashed, the next one last; None stands for a fork whose sides are done.
        self._todo: list[tuple[int, int] | None] = [(0, size)]
        self._done: list[Hash] = []

    def add(self, index: int, leaf: Hash) -> None:
        """Take the hash of the leaf at *index*, which is left of every leaf taken before.

        Raises:
            MalformedProof: it is not, or it is not in the tree, or the proof has too few hashes.
        """
        todo, done = self._todo, self._done
        while todo:
            span = todo.pop()
            if span is None:
                self._join()
                continue
            begin, end = span
            if index >= end:
                break
            if index < begin:
                done.append(self._take())
            elif end - begin == 1:
                done.append(leaf)
                return
            else:
                middle = _fork(begin, end)
                todo += (None, (begin, middle), (middle, end))
        raise MalformedProof(f"leaf {index} is out of order in a tree of {self._size}")

    def root(self) -> Hash:
        """Return the root that leaves and proof fold into; nothing can be added any more.

        Raises:
            MalformedProof: the proof has too few hashes, or too many.
        """
        while self._todo:
            if self._todo.pop() is None:
                self._join()
            else:
                self._done.append(self._take())
        if self._left or len(self._done) != 1:
            raise MalformedProof(f"the proof has {self._left // HASH_SIZE} hashes too many")
        return self._done[0]

    def _join(self) -> None:
        left = self._done.pop()
        self._done.append(node_hash(left, self._done.pop()))

    def _take(self) -> Hash:
        end = self._left
        if not end:
            raise MalformedProof("the proof has too few hashes")
        self._left = end - HASH_SIZE
        return self._hashes[self._left : end]


def _fork(begin: int, end: int) -> int:
    """Return where a tree over [begin, end) forks: RFC 6962 section 2.1, the k of MTH."""
    return begin + (1 << (end - begin - 1).bit_length() - 1)


def _next(runs: Iterator[range], reached: int, size: int) -> range:
    run = next(runs, None)
    if run is None:
        return range(size, size)
    if not reached <= run.start < run.stop <= size:
        raise Invalid(f"leaves {run.start} to {run.stop - 1} are not behind {reached} of {size}")
    return run

"""Logs for a witness to see: one history, and another that parts from it."""

from __future__ import annotations

from collections.abc import Sequence

from indelible.core.add_checkpoint import AddCheckpoint
from indelible.core.checkpoint import Checkpoint, sign_checkpoint
from indelible.core.key import SignerKey
from indelible.core.merkle import Hash, Node, leaf_hash, tree_root
from indelible.core.proof import Proof, prove_consistency

ORIGIN = "audit.test/root"
LOG = SignerKey.from_seed(ORIGIN, b"\x07" * 32)


class History:
    """A log of leaves, signed by *key*."""

    def __init__(self, leaves: int, *, fork_at: int | None = None, key: SignerKey = LOG) -> None:
        self._key = key
        self._hashes: list[Hash] = [
            leaf_hash(b"%d%s" % (n, b"" if fork_at is None or n < fork_at else b" otherwise"))
            for n in range(leaves)
        ]

    def checkpoint(self, size: int) -> Checkpoint:
        """The checkpoint at *size*."""
        return Checkpoint(self._key.verifier.name, size, tree_root(self._hashes[:size]))

    def note(self, size: int) -> str:
        """The signed checkpoint at *size*."""
        return sign_checkpoint(self.checkpoint(size), self._key.verifier, self._key.sign)

    def proof(self, old: int, new: int) -> Proof:
        """The consistency proof, empty from nothing."""
        return prove_consistency(old, new, self._read) if old else ()

    def request(self, old: int, new: int) -> bytes:
        """An honest request to cosign *new* after *old*."""
        return AddCheckpoint(old, self.proof(old, new), self.note(new)).to_text().encode()

    def _read(self, nodes: Sequence[Node]) -> list[Hash]:
        return [
            tree_root(self._hashes[n.offset << n.level : (n.offset + 1) << n.level]) for n in nodes
        ]

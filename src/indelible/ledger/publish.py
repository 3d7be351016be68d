"""Publishing: the checkpoint of each log that moved becomes a leaf of the root log.

What is missing is found by comparing the heads with the last leaf of each log, never remembered: a
publisher that dies misses nothing, and any number of them take turns at the lock of the root head.
"""

from __future__ import annotations

from typing import NamedTuple

from indelible.core.checkpoint import Checkpoint
from indelible.core.edge import Edge, pending_nodes
from indelible.core.key import VerifierKey
from indelible.core.merkle import leaf_hash
from indelible.core.note import signed
from indelible.core.tile import Tile, split_tile
from indelible.ledger.ports import Signer
from indelible.ledger.root import RootHead, RootLeaf, RootStore, RootTransaction, RootWrite
from indelible.ledger.tree import read_tile

MOST_LEAVES = 10_000
"""What one transaction publishes; more than that is published in several."""


class Published(NamedTuple):
    """What a turn did: how many leaves it added, and the size of the root log after it."""

    leaves: int
    size: int


class Publisher:
    """Publishes with one key."""

    def __init__(self, store: RootStore, signer: Signer) -> None:
        """Take the root log and what signs for it."""
        self._store = store
        self._signer = signer
        self._key = VerifierKey(store.origin, signer.public_key)

    @property
    def key(self) -> VerifierKey:
        """The key of the root log."""
        return self._key

    async def publish(self) -> Published:
        """Publish every log that moved since its last leaf, and sign the root log anew.

        On return that is durable. A log that moved several times gets one leaf, of where it is now.

        Raises:
            Unavailable: the storage can't be reached; the next turn publishes what is missing.
            Tampered: the tiles or leaves of the root log are not what was stored.
        """
        leaves = 0
        while True:
            async with self._store.publishing() as transaction:
                added, size = await self._turn(transaction)
            leaves += added
            if added < MOST_LEAVES:
                return Published(leaves, size)

    async def _turn(self, transaction: RootTransaction) -> Published:
        head = transaction.head
        moved = await transaction.moved(MOST_LEAVES)
        if not moved:
            return Published(0, head.size)
        leaves = [
            RootLeaf(head.size + position, log, size, data)
            for position, (log, size, data) in enumerate(moved)
        ]
        hashes = [leaf_hash(leaf.data) for leaf in leaves]
        edge = await _edge(transaction, len(leaves))
        range_ = head.range.extend(hashes)
        root = range_.root()
        text = Checkpoint(self._store.origin, range_.size, root).to_text()
        signature = signed(text, self._key, self._signer.sign)
        await transaction.write(
            RootWrite(
                leaves=leaves,
                tiles=edge.append(hashes),
                head=RootHead(range_.size, range_),
                root=root,
                signature=signature.key_id + signature.blob,
            )
        )
        return Published(len(leaves), range_.size)


async def _edge(transaction: RootTransaction, count: int) -> Edge:
    """Return the right edge, as far as the tiles that *count* leaves complete are made of it."""
    size = transaction.head.size
    edge = Edge(size)
    for level in edge.missing(count):
        nodes = pending_nodes(size, level)
        tile = Tile(level, nodes.start >> 8, len(nodes))
        edge.learn(level, split_tile(tile, await read_tile(transaction, tile)))
    return edge

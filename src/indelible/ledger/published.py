"""Logs as anybody who may reads them: checkpoints, tiles and entry bundles (C2SP tlog-tiles).

Full tiles are stored. Partial ones, at the right edge, are computed from what is below them, at
any width that the log has: a reader that holds an older checkpoint finds the tiles of its size.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from indelible.core.activity import TenantId
from indelible.core.merkle import HASH_SIZE, Hash
from indelible.core.scope import Scope
from indelible.core.tile import (
    TILE_HEIGHT,
    TILE_WIDTH,
    Bundle,
    Tile,
    encode_bundle,
    parse_path,
)
from indelible.errors import Invalid, NotFound, Purged, Tampered
from indelible.ledger.root import RootStore
from indelible.ledger.tree import StoredTree, read_tile


class PublishedTree(StoredTree, Protocol):
    """One log, as it stands while somebody reads it."""

    @property
    def origin(self) -> str:
        """The name of the log."""

    async def checkpoint(self) -> str | None:
        """Return the newest signed checkpoint; None where nothing was ever signed."""

    async def size(self) -> int:
        """Return the number of entries."""

    async def entries(self, indexes: range) -> Sequence[bytes | None]:
        """Return the bytes of entries that exist, in order; None where they were purged."""


class PublishedLogs(Protocol):
    """The logs of tenants and of the platform."""

    def open(
        self, tenant: TenantId | None, scope: Scope
    ) -> AbstractAsyncContextManager[PublishedTree]:
        """Open the log of *tenant* (None is the platform's) at one instant.

        Raises:
            NotFound: there is none, or none in *scope*.
            Unavailable: the storage can't be reached.
        """


class PublishedRoot:
    """The root log; its entries are the signed checkpoints of logs."""

    def __init__(self, store: RootStore) -> None:
        """Take where it is kept."""
        self._store = store

    @property
    def origin(self) -> str:
        """The name of the root log."""
        return self._store.origin

    async def checkpoint(self) -> str | None:
        """Return the newest signed checkpoint, with its cosignatures."""
        newest = await self._store.newest()
        return None if newest is None else newest.note

    async def size(self) -> int:
        """Return the number of entries."""
        return await self._store.size()

    async def tiles(self, level: int, indexes: range) -> Sequence[bytes]:
        """Return full hash tiles, in order."""
        return await self._store.tiles(level, indexes)

    async def leaf_hashes(self, indexes: range) -> Sequence[Hash]:
        """Return leaf hashes, in order."""
        return await self._store.leaf_hashes(indexes)

    async def entries(self, indexes: range) -> Sequence[bytes | None]:
        """Return entries, in order; none is ever purged."""
        return [leaf.data for leaf in await self._store.leaves(indexes)]


async def newest_checkpoint(tree: PublishedTree) -> str:
    """Return the newest signed checkpoint of *tree*.

    Raises:
        NotFound: nothing was ever signed.
    """
    checkpoint = await tree.checkpoint()
    if checkpoint is None:
        raise NotFound("This log has no checkpoint yet.")
    return checkpoint


def resource_at(path: str) -> Tile | Bundle:
    """Return what the address *path*, below the prefix of a log, names.

    Raises:
        NotFound: it is not the address of a tile or a bundle.
    """
    try:
        return parse_path(path)
    except Invalid as error:
        raise NotFound("There is no such tile.") from error


async def read_resource(tree: PublishedTree, resource: Tile | Bundle) -> bytes:
    """Return the bytes of a tile or an entry bundle.

    Costs at most 255 stored tiles or 256 entries.

    Raises:
        NotFound: the log has not grown so far.
        Purged: an entry of the bundle went with its retention period.
        Tampered: what the log says of its size is not stored.
    """
    first = resource.index * TILE_WIDTH
    level = resource.level if isinstance(resource, Tile) else 0
    whole = await tree.size() >> TILE_HEIGHT * level
    if first + resource.width > whole:
        raise NotFound("The log has not grown so far.")
    if isinstance(resource, Bundle):
        return await _bundle(tree, range(first, first + resource.width))
    if first + TILE_WIDTH <= whole:
        # Outgrown: who asks for its beginning holds an older checkpoint.
        full = await read_tile(tree, Tile(level, resource.index))
        return full[: resource.width * HASH_SIZE]
    return await read_tile(tree, resource)


async def _bundle(tree: PublishedTree, seqs: range) -> bytes:
    entries = await tree.entries(seqs)
    kept = [data for data in entries if data is not None]
    if len(entries) != len(seqs):
        raise Tampered("entries of this log are not stored")
    if len(kept) < len(entries):
        raise Purged("Entries of this bundle went with their retention period; their hashes stay.")
    return encode_bundle(kept)

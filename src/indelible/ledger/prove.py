"""Evidence of an entry: what proves it to somebody who has nothing but a file.

An entry is proved under the first checkpoint of its log that covers it and stands in the root log,
so that its evidence stays the same once that is published; the root log's own checkpoint is the
best there is: a witnessed one, if any is. Until then the newest checkpoint of the log has to do.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

from indelible.core.activity import EntryId
from indelible.core.checkpoint import Checkpoint
from indelible.core.disclosure import NAMES
from indelible.core.entry import decode
from indelible.core.evidence import ProofFile
from indelible.core.evidence_file import ENTRY_FORMAT, EntryEvidence, RootEvidence
from indelible.core.merkle import HASH_SIZE, Hash, Node, tree_root
from indelible.core.note import parse_note
from indelible.core.proof import inclusion_nodes
from indelible.core.scope import Scope
from indelible.core.tile import TILE_WIDTH, Tile, hashes_from, split_tile, tiles_below
from indelible.errors import Tampered
from indelible.ledger.packing import unpack
from indelible.ledger.ports import LogNumber
from indelible.ledger.provable import EvidenceReader, EvidenceStore, signers
from indelible.ledger.root import RootCheckpoint, RootLeaf, RootStore
from indelible.ledger.search import Stored
from indelible.ledger.tree import StoredTree, read_tile

_REMEMBERED_TILES = 1_024  # of 8 KiB at most
_FRESH_SECONDS = 1.0
_ROOT: LogNumber = -1


class Place(NamedTuple):
    """A log under one of its checkpoints.

    Attributes:
        size: what the checkpoint covers.
        note: the signed checkpoint.
        leaf: where the root log has it, if it does.
    """

    size: int
    note: str
    leaf: RootLeaf | None


class Prover:
    """Makes evidence.

    What it remembers between calls never changes: the hashes of a tile, as far as it reached. For a
    second it also remembers what only grows better: the root checkpoint, and the keys.
    """

    def __init__(
        self, *, store: EvidenceStore, root: RootStore, witnesses: Sequence[str] = ()
    ) -> None:
        """Take where entries and the root log are, and the verifier keys of trusted witnesses."""
        self.store = store
        self.witnesses = tuple(witnesses)
        self._root = root
        self._known_root: tuple[float, RootCheckpoint, tuple[bytes, ...]] | None = None
        self._known_keys: tuple[float, Sequence[bytes], tuple[str, ...]] | None = None
        self._tiles: OrderedDict[tuple[LogNumber, int, int], bytes] = OrderedDict()

    async def prove(self, id: EntryId, scope: Scope) -> tuple[str, EntryEvidence]:  # noqa: A002
        """Return a file name for the evidence of an entry, and the evidence.

        Raises:
            NotFound: the entry is absent, or outside the scope.
            Purged: its bytes went with its retention period.
            Tampered: what is stored of it, or of its log, is not what was signed.
        """
        async with self.store.open(scope) as reader:
            keys, rotations = await self._signing(reader)
            stored = await reader.stored(id)
            tree = await reader.log(stored.log)
            place = await self.place(reader, stored.log, stored.seq + 1)
            plan = inclusion_nodes(stored.seq, place.size)
            hashes = plan.assemble(await self.hashes(stored.log, tree, plan.nodes, place.size))
            root, root_keys = await self.root_evidence(reader, place, keys)
        disclosures = disclosed(stored)
        evidence = EntryEvidence(
            format=ENTRY_FORMAT,
            entry=stored.public,
            disclosures=disclosures,
            erased=_erased(stored.public, disclosures),
            proof=ProofFile(stored.seq, hashes, place.note).to_text(),
            root=root,
            keys=(*signers(parse_note(place.note), keys), *root_keys),
            rotations=rotations,
            witnesses=self.witnesses,
        )
        log = place.note.partition("\n")[0].rpartition("/")[2]
        return f"{log}-{stored.seq}.evidence.json", evidence

    async def place(self, reader: EvidenceReader, number: LogNumber, size: int) -> Place:
        """Return the checkpoint of a log that covers its first *size* entries.

        Raises:
            Tampered: there is none.
        """
        leaf = await reader.leaf_covering(number, size)
        if leaf is not None:
            note: str | None = leaf.data.decode()
        else:
            note = await (await reader.log(number)).checkpoint()
        if note is None:
            raise Tampered("The log has entries and no checkpoint.")
        covered = Checkpoint.parse(parse_note(note).text).size
        if covered < size:
            raise Tampered(f"The log's newest checkpoint covers {covered} entries, not {size}.")
        return Place(covered, note, leaf)

    async def root_evidence(
        self, reader: EvidenceReader, place: Place, keys: Sequence[bytes]
    ) -> tuple[RootEvidence | None, tuple[str, ...]]:
        """Return where the root log has the checkpoint of *place*, and the keys of the root log."""
        if place.leaf is None:
            return None, ()
        index = place.leaf.index
        checkpoint, timestamps = await self._above(reader, index)
        try:
            proof = await self._root_proof(reader, index, checkpoint)
        except Tampered:
            # Remembered from a later moment than this reader sees: what it sees will do.
            self._known_root = None
            checkpoint, timestamps = await self._above(reader, index)
            proof = await self._root_proof(reader, index, checkpoint)
        evidence = RootEvidence(proof=proof.to_text(), timestamps=timestamps)
        return evidence, signers(parse_note(checkpoint.note), keys)

    async def _root_proof(
        self, reader: EvidenceReader, index: int, checkpoint: RootCheckpoint
    ) -> ProofFile:
        plan = inclusion_nodes(index, checkpoint.size)
        hashes = await self.hashes(_ROOT, reader.root, plan.nodes, checkpoint.size)
        return ProofFile(index, plan.assemble(hashes), checkpoint.note)

    async def _above(
        self, reader: EvidenceReader, index: int
    ) -> tuple[RootCheckpoint, tuple[bytes, ...]]:
        """Return the best root checkpoint over leaf *index*, and its time-stamps."""
        now = asyncio.get_running_loop().time()
        if self._known_root is not None:
            until, checkpoint, timestamps = self._known_root
            enough = checkpoint.witnessed or not self.witnesses
            if now < until and index < checkpoint.size and enough:
                return checkpoint, timestamps
        found = await reader.root.covering(index)
        if found is None:
            raise Tampered("The root log has leaves and no checkpoint over them.")
        timestamps = tuple(await reader.timestamps(found.size))
        self._known_root = now + _FRESH_SECONDS, found, timestamps
        return found, timestamps

    async def _signing(self, reader: EvidenceReader) -> tuple[Sequence[bytes], tuple[str, ...]]:
        """Return the keys that sign, or did, and the statements that lead from one to the next."""
        now = asyncio.get_running_loop().time()
        if self._known_keys is None or now >= self._known_keys[0]:
            keys = await reader.keys()
            rotations = tuple(await reader.rotations()) if len(keys) > 1 else ()
            self._known_keys = now + _FRESH_SECONDS, keys, rotations
        return self._known_keys[1:]

    async def witnessed(self, index: int) -> bool:
        """Return whether a quorum of witnesses cosigned the root log with leaf *index* in it."""
        checkpoint = await self._root.covering(index)
        return checkpoint is not None and checkpoint.witnessed

    async def hashes(
        self, number: LogNumber, tree: StoredTree, nodes: Sequence[Node], size: int
    ) -> list[Hash]:
        """Return the hash of each of *nodes* in a log's tree of *size*."""
        tiles = {}
        for tile in tiles_below(nodes, size):
            tiles[tile] = await self._tile(number, tree, tile)
        return hashes_from(tiles, nodes, size)

    async def _tile(self, number: LogNumber, tree: StoredTree, tile: Tile) -> bytes:
        """Return a tile; of one at the right edge only what came since is read and hashed."""
        key = (number, tile.level, tile.index)
        known = self._tiles.get(key, b"")
        if len(known) < tile.width * HASH_SIZE:
            known = await _longer(tree, tile, known)
            self._tiles[key] = known
        self._tiles.move_to_end(key)
        if len(self._tiles) > _REMEMBERED_TILES:
            self._tiles.popitem(last=False)
        return known[: tile.width * HASH_SIZE]


async def _longer(tree: StoredTree, tile: Tile, known: bytes) -> bytes:
    """Return the bytes of *tile*, of which those in *known* need not be read."""
    if tile.width == TILE_WIDTH:
        return await read_tile(tree, tile)
    first = tile.index * TILE_WIDTH
    missing = range(first + len(known) // HASH_SIZE, first + tile.width)
    if tile.level == 0:
        hashes = await tree.leaf_hashes(missing)
    else:
        below = await tree.tiles(tile.level - 1, missing)
        hashes = [tree_root(split_tile(Tile(tile.level - 1, 0), data)) for data in below]
    if len(hashes) != len(missing):
        raise Tampered(f"{tile.path()} can't be computed: {len(hashes)} hashes are stored")
    return known + b"".join(hashes)


def disclosed(stored: Stored) -> dict[str, str]:
    """Return the texts of an entry's disclosures, those that still exist, by name.

    Raises:
        Tampered: what is stored of them is no text.
    """
    details = None if stored.details is None else unpack(stored.details)
    texts = (stored.person, stored.client, stored.resource, details)
    try:
        return {
            name: text.decode() for name, text in zip(NAMES, texts, strict=True) if text is not None
        }
    except UnicodeDecodeError as error:
        raise Tampered("What is stored of this entry was changed and can't be read.") from error


def _erased(public: bytes, disclosures: dict[str, str]) -> tuple[str, ...]:
    return tuple(name for name in decode(public).sd.by_name() if name not in disclosures)

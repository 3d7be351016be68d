"""One commit: entries get their places, hashes and signature, and are durable together."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

from indelible.core.activity import Receipt, TenantId
from indelible.core.edge import Edge, pending_nodes
from indelible.core.merkle import tree_root
from indelible.core.tile import TILE_WIDTH
from indelible.errors import Conflict, Unavailable, Unknown
from indelible.ledger.batch import LogBatch, Memory, Place, Request, claim
from indelible.ledger.mentions import KINDS, Mentioner, Said
from indelible.ledger.ports import (
    AppendTransaction,
    EntryRow,
    LedgerStore,
    Mention,
    MentionPlace,
    ReceiptRow,
    SignedHead,
    Signer,
    Write,
)
from indelible.ledger.seal import Sealed, Sealer

# Mentions of all logs, up to a kilobyte each, and as many again that are older.
_MAX_REMEMBERED = 25_000
_MAX_LOGS = 2_000  # whose edges are remembered, some kilobytes each
_SETTLE_SECONDS = 10.0


class Commit(NamedTuple):
    """What a commit did, for whoever counts."""

    entries: int
    requests: int
    logs: int
    seconds: float


class Committer:
    """Turns requests into committed entries."""

    def __init__(
        self,
        store: LedgerStore,
        signer: Signer,
        mentioner: Mentioner,
        clock: Callable[[], int],
        random: Callable[[int], bytes],
    ) -> None:
        """Take the store, the signer, what makes mentions, a nanosecond clock and randomness."""
        self._store = store
        self._mentioner = mentioner
        self._sealer = Sealer(signer, clock, random)
        self._memories: OrderedDict[int, Memory] = OrderedDict()
        self._remembered = 0

    async def commit(self, requests: Sequence[Request]) -> Commit:
        """Append the entries of *requests* and answer each.

        A request whose key was used for another body is refused alone; the others go on.

        Raises:
            Unavailable: nothing was written.
            Unknown: it can't be learned whether it was.
        """
        started = time.perf_counter()
        tenants = frozenset[TenantId | None]().union(*(request.tenants for request in requests))
        sealed: list[Sealed] = []
        try:
            async with self._store.append(tenants, _keys(requests)) as transaction:
                batches, answered = await self._place(transaction, requests)
                filled = [batch for batch in batches.values() if batch.items]
                await self._mention(transaction, filled)
                sealed = [await self._seal(transaction, batch) for batch in filled]
                for request in answered:
                    if request.effect is not None:
                        await transaction.run(request.effect)
                if sealed:
                    transaction.write(_gather(sealed, batches))
        except Unknown as error:
            self._forget()
            if not sealed:
                raise Unavailable("The database went away; nothing was recorded.") from error
            await self._learn_outcome(tenants, sealed[0], error)
        except BaseException:
            self._forget()  # it may have run ahead of what was rolled back
            raise
        for one in sealed:
            batch = batches[one.head.log]
            batch.places.update(one.receipts())
            self._remember(batch)
        while len(self._memories) > _MAX_LOGS:
            self._memories.popitem(last=False)
        for request, seqs in answered.items():
            request.answer([batches[log].places[seq] for log, seq in seqs])
        entries = sum(len(batch.items) for batch in batches.values())
        return Commit(entries, len(requests), len(sealed), time.perf_counter() - started)

    def _remember(self, batch: LogBatch) -> None:
        """Keep what a committed batch learned; all of memory is bounded, whatever the tenants."""
        known = batch.memory.mentions
        before = len(known)
        known.update(batch.mentions)
        self._remembered += len(known) - before
        if self._remembered > _MAX_REMEMBERED:
            # What is used goes on being remembered: it is found among the older ones in time.
            for memory in self._memories.values():
                memory.age()
            self._remembered = 0

    def _forget(self) -> None:
        self._memories.clear()
        self._remembered = 0

    async def _place(
        self, transaction: AppendTransaction, requests: Sequence[Request]
    ) -> tuple[dict[int, LogBatch], dict[Request, list[Place]]]:
        """Give every item its seq: a new one, or that of its first recording."""
        batches = {}
        for head in transaction.heads.values():
            memory = self._memories.get(head.log)
            if memory is None or memory.erasures != head.erasures:
                memory = self._memories[head.log] = Memory(head)
            elif memory.edge.size != head.size:
                memory.edge = Edge(head.size)
            self._memories.move_to_end(head.log)
            batch = batches[head.log] = LogBatch(head, memory)
            known = transaction.first_receipts(head.log)
            batch.keys = {key: (first.body, first.seq) for key, first in known.items()}
        answered: dict[Request, list[Place]] = {}
        for request in requests:
            try:
                answered[request] = claim(request, transaction.heads, batches)
            except Conflict as error:
                request.refuse(error)
        for batch in batches.values():
            if batch.replays:
                stored = await transaction.stored(batch.head.log, batch.replays)
                for seq, entry in stored.items():
                    batch.places[seq] = Receipt(
                        log=batch.head.origin,
                        seq=seq,
                        id=entry.id,
                        time=entry.time,
                        leaf_hash=entry.leaf.hex(),
                        checkpoint=entry.checkpoint,
                    )
        return batches, answered

    async def _seal(self, transaction: AppendTransaction, batch: LogBatch) -> Sealed:
        types = {item.resource.type for item in batch.items}
        numbers = await transaction.resource_types(types)
        for level in batch.memory.edge.missing(len(batch.items)):
            await _learn(transaction, batch, level)
        return self._sealer.seal(
            batch.head, batch.memory.edge, batch.items, batch.mentions, numbers
        )

    async def _mention(self, transaction: AppendTransaction, batches: Collection[LogBatch]) -> None:
        """Find or make the rows of what the entries say of people, clients and resources."""
        wanted: dict[MentionPlace, Mention] = {}
        spoken: list[tuple[LogBatch, Said, MentionPlace]] = []
        for batch in batches:
            unknown: set[Said] = set()
            for item in batch.items:
                for one in (item.person, item.client, item.resource):
                    if one is None:
                        continue
                    known = batch.memory.recall(one)
                    if known is None:
                        unknown.add(one)
                    else:
                        batch.mentions[one] = known
            for one, mention in self._mentioner.mentions(unknown).items():
                place = MentionPlace(KINDS[type(one)], batch.head.log, mention.key)
                wanted[place] = mention
                spoken.append((batch, one, place))
        if not wanted:
            return
        found = dict(await transaction.mentioned(wanted))
        new = {place: mention for place, mention in wanted.items() if place not in found}
        if new:
            found.update(await transaction.mention(new))
        for batch, one, place in spoken:
            batch.mentions[one] = found[place]

    async def _learn_outcome(
        self, tenants: frozenset[TenantId | None], sample: Sealed, error: Unknown
    ) -> None:
        """After a connection died in the commit: look whether the entries stand.

        Taking the heads' locks again waits for the lost transaction to end, one way or the other.

        Raises:
            Unavailable: they do not.
            Unknown: the database stays away.
        """
        deadline = time.monotonic() + _SETTLE_SECONDS
        seq, id_ = sample.first
        while time.monotonic() < deadline:
            try:
                async with self._store.append(tenants) as transaction:
                    found = await transaction.stored(sample.head.log, [seq])
            except Unavailable:
                await asyncio.sleep(0.2)
                continue
            if seq in found and found[seq].id == id_:
                return
            raise Unavailable("The database went away; nothing was recorded.") from error
        raise error


def _keys(requests: Sequence[Request]) -> Mapping[TenantId | None, Collection[bytes]]:
    keys: defaultdict[TenantId | None, set[bytes]] = defaultdict(set)
    for request in requests:
        for item in request.items:
            if item.key is not None:
                keys[item.tenant].add(item.key)
    return keys


async def _learn(transaction: AppendTransaction, batch: LogBatch, level: int) -> None:
    """Rebuild the hashes of a partial tile that this process does not remember."""
    nodes = pending_nodes(batch.head.size, level)
    if level == 0:
        hashes = list(await transaction.leaf_hashes(batch.head.log, nodes))
    else:
        tiles = await transaction.tiles(batch.head.log, level - 1, nodes)
        hashes = [
            tree_root([tile[i : i + 32] for i in range(0, 32 * TILE_WIDTH, 32)]) for tile in tiles
        ]
    batch.memory.edge.learn(level, hashes)


def _gather(sealed: Sequence[Sealed], batches: dict[int, LogBatch]) -> Write:
    receipts = []
    entries: list[EntryRow] = []
    tiles = []
    for one in sealed:
        batch = batches[one.head.log]
        entries += one.rows
        tiles += [(one.head.log, tile, data) for tile, data in one.tiles]
        receipts += [
            ReceiptRow(one.head.log, item.key, item.body, row.seq)
            for item, row in zip(batch.items, one.rows, strict=True)
            if item.key is not None
        ]
    return Write(
        entries, receipts, tiles, [SignedHead(s.head, s.root, s.signature) for s in sealed]
    )

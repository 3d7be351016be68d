"""What one commit appends, request by request and log by log."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from indelible.core.activity import Receipt, TenantId
from indelible.core.edge import Edge
from indelible.errors import Conflict
from indelible.ledger.mentions import Said
from indelible.ledger.ports import Effect, Head, LogNumber, Mentioned
from indelible.ledger.prepare import Prepared
from indelible.ledger.room import Taken

Place = tuple[LogNumber, int]
"""Log and seq."""


@dataclass(slots=True, eq=False)
class Request:
    """What one caller wants recorded, together or not at all."""

    items: Sequence[Prepared]
    effect: Effect | None
    receipts: asyncio.Future[Sequence[Receipt]]
    room: Taken
    tenants: frozenset[TenantId | None] = field(init=False)

    def __post_init__(self) -> None:
        self.tenants = frozenset(item.tenant for item in self.items)

    def answer(self, receipts: Sequence[Receipt]) -> None:
        """Hand the caller its receipts; a caller that went away gets none."""
        if not self.receipts.done():
            self.receipts.set_result(receipts)

    def refuse(self, error: Exception) -> None:
        """Tell the caller what went wrong."""
        if not self.receipts.done():
            self.receipts.set_exception(error)


class Memory:
    """What this process remembers of a log. Void where somebody else moved on or erased."""

    __slots__ = ("_older", "edge", "erasures", "mentions")

    def __init__(self, head: Head) -> None:
        """Remember nothing yet."""
        self.erasures = head.erasures
        self.mentions: dict[Said, Mentioned] = {}
        self._older: dict[Said, Mentioned] = {}
        self.edge = Edge(head.size)

    def recall(self, said: Said) -> Mentioned | None:
        """Return what is remembered of a mention."""
        return self.mentions.get(said) or self._older.get(said)

    def age(self) -> None:
        """Forget what was not used since the last time."""
        self._older, self.mentions = self.mentions, {}


class LogBatch:
    """What one commit appends to one log."""

    __slots__ = ("head", "items", "keys", "memory", "mentions", "places", "replays")

    def __init__(self, head: Head, memory: Memory) -> None:
        """Start from where the log ends."""
        self.head = head
        self.memory = memory
        self.items: list[Prepared] = []
        self.keys: dict[bytes, tuple[bytes | None, int]] = {}  # key -> body, seq
        self.mentions: dict[Said, Mentioned] = {}  # learned in this commit
        self.replays: set[int] = set()  # seqs that stood before
        self.places: dict[int, Receipt] = {}  # seq -> receipt


def claim(
    request: Request, heads: Mapping[TenantId | None, Head], batches: Mapping[LogNumber, LogBatch]
) -> list[Place]:
    """Give each item of *request* its place: a new one, or that of its first recording.

    Raises:
        Conflict: a key was used for another body; nothing of the request was claimed.
    """
    claimed: defaultdict[LogNumber, list[Prepared]] = defaultdict(list)
    keys: dict[tuple[LogNumber, bytes], tuple[bytes | None, int]] = {}
    places = []
    for position, item in enumerate(request.items):
        batch = batches[heads[item.tenant].log]
        log = batch.head.log
        if item.key is not None:
            first = batch.keys.get(item.key) or keys.get((log, item.key))
            if first is not None:
                # None: it was erased, with what it would confirm.
                if first[0] is not None and first[0] != item.body:
                    raise Conflict(
                        "This key was used for another activity. Send a new key, or the same "
                        "activity again.",
                        item=position,
                        field="key",
                    )
                places.append((log, first[1]))
                continue
        seq = batch.head.size + len(batch.items) + len(claimed[log])
        if item.key is not None:
            keys[log, item.key] = (item.body, seq)
        claimed[log].append(item)
        places.append((log, seq))
    for log, items in claimed.items():
        batches[log].items += items
    for (log, key), first in keys.items():
        batches[log].keys[key] = first
    for log, seq in places:
        if seq < batches[log].head.size:
            batches[log].replays.add(seq)
    return places

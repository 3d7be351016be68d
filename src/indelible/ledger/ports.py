"""What the ledger needs from the world."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from indelible.core.activity import Activity, EntryId, Receipt, TenantId
from indelible.core.merkle import CompactRange, Hash
from indelible.core.tile import Tile

Effect = Callable[[Any], Awaitable[None]]
"""A change that commits with an entry or not at all; its argument is the adapter's open transaction
(for PostgreSQL a SQLAlchemy ``AsyncConnection``)."""

LogNumber = int
"""How the storage numbers logs; means nothing outside."""


class Recorder(Protocol):
    """Takes activities. Implemented by the appender and by the remote client."""

    async def record(
        self, activities: Sequence[Activity], *, source: str = "", effect: Effect | None = None
    ) -> Sequence[Receipt]:
        """Commit all of *activities* or none, and return their receipts in order.

        On return every entry is durable, in its final place and under a signed checkpoint. An
        activity whose (source, key) was recorded before yields its first receipt.

        Args:
            activities: what happened; each names its tenant.
            source: who reports; keys are told apart by it.
            effect: runs in the same transaction, after the heads are locked.

        Raises:
            Invalid: an item is wrong, says which; nothing was written.
            TooLarge: an item is over a cap.
            Conflict: an item's key was used with another body.
            Unavailable: nothing of the batch was written.
            Unknown: the connection died in the commit; repeat with the same keys.
        """


class Signer(Protocol):
    """Signs checkpoints with the log's key."""

    @property
    def public_key(self) -> bytes:
        """The 32 bytes of the Ed25519 public key."""

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte Ed25519 signature over *message*."""


class MentionKind(StrEnum):
    """What entries of a log share disclosures about."""

    PERSON = "person"
    CLIENT = "client"
    RESOURCE = "resource"


class Mention(NamedTuple):
    """What an entry says of a person, a client or a resource.

    Attributes:
        key: 16 bytes that tell it from every other mention of its kind in the log.
        columns: what is searched by, in the order of the kind's table.
        disclosure: JSON text of the disclosure, None where nothing private is said.
        digest: what the entry commits to.
    """

    key: bytes
    columns: tuple[str | None, ...]
    disclosure: bytes | None
    digest: str | None


class MentionPlace(NamedTuple):
    """Where a mention is looked for; see :class:`Mention` for *key*."""

    kind: MentionKind
    log: LogNumber
    key: bytes


class Mentioned(NamedTuple):
    """A mention that is stored: its row, and the digest that entries name."""

    row: int
    digest: str | None


class Head(NamedTuple):
    """Where a log ends.

    Attributes:
        time: of the last entry, microseconds since 1970; 0 for an empty log.
        erasures: changes when a disclosure of the log is erased: what is remembered of it is void.
    """

    log: LogNumber
    origin: str
    size: int
    range: CompactRange
    time: int
    erasures: int


class FirstReceipt(NamedTuple):
    """An entry that was recorded under a key before.

    Attributes:
        body: None where something of the entry was erased: nothing is left to compare with.
    """

    body: bytes | None
    seq: int


class StoredEntry(NamedTuple):
    """What a receipt needs of an entry that stands already."""

    id: EntryId
    time: str
    leaf: Hash
    checkpoint: str


class EntryRow(NamedTuple):
    """An entry as it is stored.

    Attributes:
        time: microseconds since 1970.
        person: row of its mention; likewise *resource* and *client*.
        id: 16 bytes.
        action: position in :class:`indelible.core.activity.Action`.
        data: exactly what was hashed.
        details: JSON text of the details disclosure.
        leaf: the hash of *data* as a leaf of the tree.
    """

    log: LogNumber
    resource_type: int
    seq: int
    time: int
    person: int
    resource: int
    client: int | None
    id: bytes
    action: int
    failed: bool
    session: str | None
    data: bytes
    details: bytes | None
    leaf: Hash


class ReceiptRow(NamedTuple):
    """The memory of a reporter's key."""

    log: LogNumber
    key: bytes
    body: bytes
    seq: int


class SignedHead(NamedTuple):
    """A head to store, with the checkpoint over it; *signature* is key id and signature."""

    head: Head
    root: Hash
    signature: bytes


class Write(NamedTuple):
    """All that one commit appends."""

    entries: Sequence[EntryRow]
    receipts: Sequence[ReceiptRow]
    tiles: Sequence[tuple[LogNumber, Tile, bytes]]
    heads: Sequence[SignedHead]


class AppendTransaction(Protocol):
    """An open transaction that holds the locks of the heads it was opened for."""

    @property
    def heads(self) -> Mapping[TenantId | None, Head]:
        """The heads as they stand; nobody else moves them until this ends."""

    def first_receipts(self, log: LogNumber) -> Mapping[bytes, FirstReceipt]:
        """Return those of the keys it was opened for that were recorded in *log* before."""

    async def stored(self, log: LogNumber, seqs: Collection[int]) -> Mapping[int, StoredEntry]:
        """Return entries that stand in the log, each with the first checkpoint over it."""

    async def mentioned(self, places: Collection[MentionPlace]) -> Mapping[MentionPlace, Mentioned]:
        """Return those at *places* that are stored and not erased."""

    async def mention(
        self, mentions: Mapping[MentionPlace, Mention]
    ) -> Mapping[MentionPlace, Mentioned]:
        """Store mentions that are new to their logs."""

    async def resource_types(self, names: Collection[str]) -> Mapping[str, int]:
        """Return the number of each resource type, registering new ones."""

    async def leaf_hashes(self, log: LogNumber, seqs: range) -> Sequence[Hash]:
        """Return the leaf hashes of a run of entries, in order; purged ones have theirs too."""

    async def tiles(self, log: LogNumber, level: int, indexes: range) -> Sequence[bytes]:
        """Return full hash tiles, in order."""

    def write(self, write: Write) -> None:
        """Append entries, then tiles, receipts, heads and checkpoints, at the end of the block."""

    async def run(self, effect: Effect) -> None:
        """Make a change that commits with the entries or not at all."""


class LedgerStore(Protocol):
    """Where the logs are kept."""

    def append(
        self,
        tenants: Collection[TenantId | None],
        keys: Mapping[TenantId | None, Collection[bytes]] = ...,
    ) -> AbstractAsyncContextManager[AppendTransaction]:
        """Open a transaction over the logs of *tenants*; None is the platform log.

        Locks their heads in one fixed order, whoever asks, and makes logs that do not exist. At the
        end of the block it writes and commits, durably; on an error it rolls back.

        Args:
            tenants: whose logs.
            keys: of reporters, whose first receipts are looked for under the lock.

        Raises:
            Unavailable: the storage can't be reached; nothing was written.
            Unknown: the connection died in the commit.
        """

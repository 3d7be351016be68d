"""What a check reads: everything that is stored, as it is stored, right or wrong."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from indelible.core.activity import TenantId
from indelible.core.merkle import Hash
from indelible.ledger.ports import LogNumber, MentionKind
from indelible.ledger.root import RootLeaf


class StoredLog(NamedTuple):
    """A log and its head; *size*, *range*, *time* and *purged* are None where the head is gone.

    Attributes:
        purged: how many entries the head says are purged.
        tenant: who is said to see it; None where nobody is, as with the platform log.
    """

    number: LogNumber
    origin: str
    size: int | None
    range: bytes | None
    time: int | None
    purged: int | None = None
    tenant: TenantId | None = None


class StoredRow(NamedTuple):
    """An entry.

    Attributes:
        data: the entry bytes, None where they were purged; empty if what is stored is no entry.
        id: 16 bytes.
        time: microseconds since 1970, None for what is no point in time.
        action: position in :class:`indelible.core.activity.Action`.
        resource_type: its number.
        person: row of the mention; likewise *resource* and *client*.
        details: the packed text of the details disclosure, None where there is none any more.
        leaf: what is said to be the leaf hash; None beside bytes that were stored as they are.
    """

    seq: int
    data: bytes | None
    id: bytes
    time: int | None
    action: int
    failed: bool
    resource_type: int
    session: str | None
    person: int
    resource: int
    client: int | None
    details: bytes | None
    leaf: bytes | None


@dataclass(frozen=True, slots=True)
class StoredRows:
    """Entries, column by column: millions of them are looked at; see :class:`StoredRow`."""

    seq: Sequence[int]
    data: Sequence[bytes | None]
    id: Sequence[bytes]
    time: Sequence[int | None]
    action: Sequence[int]
    failed: Sequence[bool]
    resource_type: Sequence[int]
    session: Sequence[str | None]
    person: Sequence[int]
    resource: Sequence[int]
    client: Sequence[int | None]
    details: Sequence[bytes | None]
    leaf: Sequence[bytes | None]

    def row(self, place: int) -> StoredRow:
        """Return the entry at *place*, from 0."""
        return StoredRow(*(getattr(self, name)[place] for name in StoredRow._fields))


class StoredMention(NamedTuple):
    """What entries of a log say of a person, a client or a resource.

    Attributes:
        columns: what is searched by, in the order of :class:`indelible.ledger.ports.Mention`.
        disclosure: JSON text, None where nothing private is said or it was erased.
        digest: what the entries commit to; stays when the disclosure is erased.
        key: by what entries to come find it; None once it is erased.
    """

    log: LogNumber
    columns: tuple[str | None, ...]
    disclosure: bytes | None
    digest: str | None
    key: bytes | None = None


class StoredCheckpoint(NamedTuple):
    """A checkpoint; *signature* is key id and Ed25519 signature."""

    size: int
    root: Hash
    signature: bytes


class StoredKey(NamedTuple):
    """A public key that is said to sign, and the statement in which another one signed it in."""

    public_key: bytes
    statement: bytes | None


class StoredCosignature(NamedTuple):
    """What a witness is said to have signed over the root checkpoint at *size*."""

    size: int
    witness: str
    key_id: bytes
    blob: bytes


@dataclass(frozen=True, slots=True)
class Shared:
    """A view that is open, for other processes to join.

    Attributes:
        connection: how to reach the storage, but for the password.
        name: of the view.
        role: as whom to read.
    """

    connection: str
    password: str = field(repr=False)
    name: str
    role: str


class TreeSource(Protocol):
    """What is stored of the trees of logs."""

    async def tiles(self, log: LogNumber, level: int, indexes: range) -> dict[int, bytes]:
        """Return the stored tiles among *indexes*, by index."""

    async def tile_counts(self, log: LogNumber) -> dict[int, int]:
        """Return how many tiles are stored at each level."""

    async def checkpoints(self, log: LogNumber, sizes: range) -> Sequence[StoredCheckpoint]:
        """Return the checkpoints with sizes in *sizes*, in order."""


class RowSource(Protocol):
    """What is stored of entries, and of what stands beside them."""

    async def rows(self, log: LogNumber, seqs: range) -> StoredRows:
        """Return the entries of a log with seqs in *seqs*, in order."""

    async def mentions(self, kind: MentionKind, rows: Collection[int]) -> dict[int, StoredMention]:
        """Return those of the mentions *rows* that there are."""

    async def resource_types(self) -> dict[int, str]:
        """Return the name of each resource type, by number."""


class RootSource(TreeSource, Protocol):
    """What is stored of the root log; its number is not looked at."""

    async def head(self) -> tuple[int, bytes] | None:
        """Return size and hashes of the head; None where it is gone."""

    async def leaves(self, indexes: range) -> Sequence[RootLeaf]:
        """Return the leaves among *indexes*, in order."""

    async def cosignatures(self, sizes: range) -> Sequence[StoredCosignature]:
        """Return what witnesses are said to have signed over checkpoints with sizes in *sizes*."""


class Snapshot(RowSource, TreeSource, Protocol):
    """One consistent view of everything."""

    @property
    def root(self) -> RootSource:
        """The root log."""

    async def logs(self) -> Sequence[StoredLog]:
        """Return every log."""

    async def strays(self) -> Sequence[LogNumber]:
        """Return the numbers under which entries stand and no log does."""

    async def keys(self) -> Sequence[StoredKey]:
        """Return the public keys of which it is said that they signed."""

    async def seqs(self, log: LogNumber, at_least: int) -> int | None:
        """Return the first seq from *at_least* on under which an entry stands; None for none."""

    async def last(self, log: LogNumber) -> int | None:
        """Return the last seq under which an entry stands; None for none."""

    async def share(self) -> Shared:
        """Return by what others see exactly the same, as long as this view is open."""


class Archive(Protocol):
    """Where snapshots come from."""

    def snapshot(self) -> AbstractAsyncContextManager[Snapshot]:
        """Open a consistent view; nothing is locked.

        Raises:
            Unavailable: the storage can't be reached.
        """

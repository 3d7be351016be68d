"""What a check reads: everything that is stored, as it is stored, right or wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from typing import NamedTuple, Protocol

from indelible.core.merkle import Hash
from indelible.ledger.ports import LogNumber, MentionKind


class StoredLog(NamedTuple):
    """A log and its head; *size*, *range* and *time* are None where the head is gone."""

    number: LogNumber
    origin: str
    size: int | None
    range: bytes | None
    time: int | None


class StoredRow(NamedTuple):
    """An entry.

    Attributes:
        data: the entry bytes.
        id: 16 bytes.
        time: microseconds since 1970, None for what is no point in time.
        action: position in :class:`indelible.core.activity.Action`.
        resource_type: its number.
        person: row of the mention; likewise *resource* and *client*.
        details: the packed text of the details disclosure, None where there is none any more.
    """

    seq: int
    data: bytes
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


class StoredMention(NamedTuple):
    """What entries of a log say of a person, a client or a resource.

    Attributes:
        columns: what is searched by, in the order of :class:`indelible.ledger.ports.Mention`.
        disclosure: JSON text, None where nothing private is said or it was erased.
        digest: what the entries commit to; stays when the disclosure is erased.
    """

    log: LogNumber
    columns: tuple[str | None, ...]
    disclosure: bytes | None
    digest: str | None


class StoredCheckpoint(NamedTuple):
    """A checkpoint; *signature* is key id and Ed25519 signature."""

    size: int
    root: Hash
    signature: bytes


class Snapshot(Protocol):
    """One consistent view of everything."""

    async def logs(self) -> Sequence[StoredLog]:
        """Return every log."""

    async def strays(self) -> Sequence[LogNumber]:
        """Return the numbers under which entries stand and no log does."""

    async def keys(self) -> Sequence[bytes]:
        """Return the public keys of which it is said that they signed."""

    async def resource_types(self) -> dict[int, str]:
        """Return the name of each resource type, by number."""

    def rows(self, log: LogNumber) -> AsyncIterator[Sequence[StoredRow]]:
        """Yield the entries of a log in order of seq, in chunks."""

    async def mentions(self, kind: MentionKind, rows: Collection[int]) -> dict[int, StoredMention]:
        """Return those of the mentions *rows* that there are."""

    async def tiles(self, log: LogNumber, level: int, indexes: range) -> dict[int, bytes]:
        """Return the stored tiles among *indexes*, by index."""

    async def tile_counts(self, log: LogNumber) -> dict[int, int]:
        """Return how many tiles are stored at each level."""

    async def checkpoints(self, log: LogNumber, sizes: range) -> Sequence[StoredCheckpoint]:
        """Return the checkpoints with sizes in *sizes*, in order."""


class Archive(Protocol):
    """Where snapshots come from."""

    def snapshot(self) -> AbstractAsyncContextManager[Snapshot]:
        """Open a consistent view; nothing is locked.

        Raises:
            Unavailable: the storage can't be reached.
        """

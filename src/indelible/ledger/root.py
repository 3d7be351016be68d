"""The root log: its leaves are the signed checkpoints of logs. What stores it, and who cosigns it.

A leaf is the whole text of a signed checkpoint, in UTF-8, as
:func:`indelible.core.checkpoint.open_checkpoint` reads it. The origin of the root log is
``<base>/root``; one key signs for it and for every log, each time under the log's own name.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from indelible.core.key import VerifierKey
from indelible.core.merkle import CompactRange, Hash
from indelible.core.note import Signature
from indelible.core.proof import Proof
from indelible.core.tile import Tile
from indelible.ledger.ports import LogNumber
from indelible.ledger.tree import StoredTree


@dataclass(frozen=True, slots=True)
class RootLeaf:
    """A leaf of the root log: the checkpoint of *log* at *size*, as it was signed."""

    index: int
    log: LogNumber
    size: int
    data: bytes


class RootHead(NamedTuple):
    """Where the root log ends."""

    size: int
    range: CompactRange


class Moved(NamedTuple):
    """A log that moved since its last leaf, or never had one; *data* is its signed checkpoint."""

    log: LogNumber
    size: int
    data: bytes


class RootCheckpoint(NamedTuple):
    """A checkpoint of the root log.

    Attributes:
        note: signed by the log's key, with a line of each trusted witness that cosigned it: the
            newest where it did several times.
        cosignatures: how many trusted witnesses those are.
        witnessed: whether they are a quorum. Never true where no witness is trusted.
    """

    size: int
    root: Hash
    note: str
    cosignatures: int
    published_at: datetime
    witnessed: bool


class RootWrite(NamedTuple):
    """All that one publication appends; *signature* is key id and signature."""

    leaves: Sequence[RootLeaf]
    tiles: Sequence[tuple[Tile, bytes]]
    head: RootHead
    root: Hash
    signature: bytes


class RootTransaction(StoredTree, Protocol):
    """A publication in progress: it holds the lock of the root head."""

    @property
    def head(self) -> RootHead:
        """The head as it stands; nobody else moves it until this ends."""

    async def moved(self, most: int) -> Sequence[Moved]:
        """Return logs with entries that no leaf covers yet, in order of their number.

        Each comes with its newest checkpoint. There are at most *most* of them.
        """

    async def leaves(self, indexes: range) -> Sequence[RootLeaf]:
        """Return a run of leaves, in order."""

    async def write(self, write: RootWrite) -> None:
        """Append leaves and tiles, move the head and add the checkpoint over it."""


class WitnessState(StrEnum):
    """What the last conversation with a witness came to."""

    COSIGNS = "cosigns"
    UNREACHABLE = "unreachable"
    REFUSES = "refuses"
    FORK = "fork"
    ROLL_BACK = "roll_back"

    @property
    def accuses(self) -> bool:
        """Whether the witness has seen another history of the root log than ours."""
        return self in {WitnessState.FORK, WitnessState.ROLL_BACK}


class WitnessReport(NamedTuple):
    """What is known of a witness.

    Attributes:
        size: of our checkpoint that it was last asked to cosign.
        seen: size that the witness says it has seen, where it said so.
        detail: for an operator to read.
        since: when it came to this state; *at* is when it last said so.
    """

    witness: str
    key_id: bytes
    state: WitnessState
    size: int
    seen: int | None
    detail: str
    since: datetime
    at: datetime


class RootStore(StoredTree, Protocol):
    """Where the root log is kept."""

    @property
    def origin(self) -> str:
        """The origin of the root log."""

    def publishing(self) -> AbstractAsyncContextManager[RootTransaction]:
        """Open a transaction that locks the root head, so that publishers take turns.

        At the end of the block it commits, durably; on an error it rolls back.

        Raises:
            Unavailable: the storage can't be reached, or went away in the commit: whether it was
                published shows at the next turn, which publishes what is missing.
        """

    async def behind(self) -> Sequence[str]:
        """Return the origins of logs that end before a checkpoint that was published.

        No log ever does, unless its database was rolled back.
        """

    async def leaf_covering(self, log: LogNumber, size: int) -> RootLeaf | None:
        """Return the first leaf whose checkpoint of *log* has *size* entries or more."""

    async def newest(self, *, witnessed: bool = False) -> RootCheckpoint | None:
        """Return the newest checkpoint, or the newest with a quorum of cosignatures."""

    async def at(self, size: int) -> RootCheckpoint | None:
        """Return the checkpoint at exactly *size*."""

    async def covering(self, index: int) -> RootCheckpoint | None:
        """Return the best checkpoint over leaf *index*: the newest witnessed, else the newest."""

    async def recent(self, count: int) -> Sequence[RootCheckpoint]:
        """Return the last *count* checkpoints, newest first."""

    async def size(self) -> int:
        """Return the number of leaves."""

    async def leaves(self, indexes: range) -> Sequence[RootLeaf]:
        """Return a run of leaves that exist, in order."""


class CosignatureStore(Protocol):
    """Where it is kept what witnesses said."""

    async def add(self, size: int, cosignature: Signature) -> None:
        """Keep a cosignature of the checkpoint at *size*; one that is kept already is kept once."""

    async def last(self, witness: VerifierKey) -> tuple[int, int] | None:
        """Return size and Unix time of the witness's newest cosignature of the largest size."""

    async def report(
        self, witness: VerifierKey, state: WitnessState, *, size: int, seen: int | None, detail: str
    ) -> None:
        """Keep what the last conversation with *witness* came to, over what was kept before."""

    async def reports(self) -> Sequence[WitnessReport]:
        """Return what is known of every witness that was ever asked, by name."""


class Cosigned(NamedTuple):
    """A witness cosigned; the signature line was verified with its key."""

    cosignature: Signature


class Behind(NamedTuple):
    """A witness has last cosigned a tree of another *size* than the proof starts from."""

    size: int


class Refused(NamedTuple):
    """A witness refuses.

    Attributes:
        fork: whether because the checkpoint does not extend what it has seen.
        reason: for an operator to read.
    """

    fork: bool
    reason: str


class Witness(Protocol):
    """Somebody else, who cosigns only what extends what they saw (C2SP tlog-witness)."""

    @property
    def key(self) -> VerifierKey:
        """Its cosigning key."""

    async def add_checkpoint(
        self, old: int, proof: Proof, note: str
    ) -> Cosigned | Behind | Refused:
        """Ask for a cosignature of the signed checkpoint *note*.

        Args:
            old: size that the witness is believed to have cosigned last, 0 for nothing.
            proof: that the tree of *note* begins with that of *old*; empty where *old* is 0.
            note: the checkpoint, signed by the log's key.

        Raises:
            Unavailable: it can't be reached, or its answer can't be understood.
        """

"""What evidence is made of: entries, trees, and the keys that signed them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from indelible.core.activity import EntryId
from indelible.core.key import VerifierKey
from indelible.core.note import Note
from indelible.core.scope import Scope
from indelible.ledger.ports import LogNumber
from indelible.ledger.published import PublishedTree
from indelible.ledger.root import RootLeaf, RootStore
from indelible.ledger.search import Stored


class EvidenceReader(Protocol):
    """What evidence is made of, at one instant."""

    @property
    def root(self) -> RootStore:
        """The root log, to be read."""

    async def stored(self, id: EntryId) -> Stored:  # noqa: A002
        """Return an entry with its disclosures.

        Raises:
            NotFound: absent, or outside the scope.
            Purged: its bytes went with its retention period.
        """

    async def log(self, number: LogNumber) -> PublishedTree:
        """Return a log.

        Raises:
            NotFound: absent, or outside the scope.
        """

    async def leaf_covering(self, number: LogNumber, size: int) -> RootLeaf | None:
        """Return the first leaf of the root log whose checkpoint of a log covers *size* entries."""

    async def keys(self) -> Sequence[bytes]:
        """Return the public keys that sign, or did: 32 bytes each."""

    async def rotations(self) -> Sequence[str]:
        """Return the statements that lead from one of these keys to the next."""

    async def timestamps(self, size: int) -> Sequence[bytes]:
        """Return the RFC 3161 tokens over the root checkpoint at *size*."""


class EvidenceStore(Protocol):
    """Where entries and trees are read."""

    def open(self, scope: Scope) -> AbstractAsyncContextManager[EvidenceReader]:
        """Open all that *scope* sees, at one instant.

        Raises:
            Unavailable: the storage can't be reached.
        """


def signers(note: Note, keys: Sequence[bytes]) -> tuple[str, ...]:
    """Return those of *keys* that a signature line of *note* names, under the note's own name."""
    origin = note.text.partition("\n")[0]
    known = [VerifierKey(origin, key) for key in keys]
    named = {(line.name, line.key_id) for line in note.signatures}
    return tuple(key.to_text() for key in known if (key.name, key.key_id) in named)

"""What the ledger needs from the world."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

from indelible.core.activity import Activity, Receipt

Effect = Callable[[Any], Awaitable[None]]
"""A change that commits with an entry or not at all; its argument is the adapter's open transaction
(for PostgreSQL a SQLAlchemy ``AsyncConnection``)."""


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

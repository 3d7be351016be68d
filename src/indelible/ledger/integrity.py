"""How the logs stand: what the page about their integrity shows.

Nothing here is a proof. It says what there is to be proved: each log's head, what of it is in the
root log, who cosigned that, and what the last check found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from indelible.core.activity import TenantId
from indelible.core.merkle import Hash
from indelible.core.scope import Scope
from indelible.ledger.root import CosignatureStore, RootStore


class LogState(NamedTuple):
    """A log as it stands.

    Attributes:
        tenant: whose it is; None is the platform log.
        root: over all of its entries; None where there is none yet.
        published: size of its newest checkpoint in the root log, 0 where there is none.
    """

    origin: str
    tenant: TenantId | None
    size: int
    root: Hash | None
    published: int


class SigningKey(NamedTuple):
    """A key that signs checkpoints, or did; 32 bytes of Ed25519."""

    public_key: bytes
    since: datetime


class Stamp(NamedTuple):
    """A time-stamp over a root checkpoint."""

    authority: str
    at: datetime


class PastCheck(NamedTuple):
    """What a full check found.

    Attributes:
        findings: in words, at most 100 of them.
        found: how many there were.
    """

    started_at: datetime
    ended_at: datetime
    logs: int
    entries: int
    found: int
    findings: Sequence[str]

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return self.found == 0


class IntegrityStore(Protocol):
    """Where it is kept how the logs stand."""

    async def logs(self, scope: Scope) -> Sequence[LogState]:
        """Return the logs of *scope*: the platform's first, then by origin."""

    async def keys(self) -> Sequence[SigningKey]:
        """Return every key that ever signed, the present one last."""

    async def stamps(self, size: int) -> Sequence[Stamp]:
        """Return the time-stamps over the root checkpoint at *size*."""

    async def last_check(self) -> PastCheck | None:
        """Return what the last full check found; None where there was none."""

    async def keep(self, check: PastCheck) -> None:
        """Keep what a check found.

        Raises:
            Unavailable: the database can't be reached, or does not take it.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Integrity:
    """Where all of it is to be read.

    Attributes:
        quorum: cosignatures that make a root checkpoint witnessed; 0 where nobody is trusted.
    """

    root: RootStore
    cosignatures: CosignatureStore
    store: IntegrityStore
    quorum: int

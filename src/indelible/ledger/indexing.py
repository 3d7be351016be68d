"""An index that follows the logs: how far it has come, and what brings it further."""

from __future__ import annotations

from typing import Protocol

import msgspec

from indelible.core.scope import Scope


class IndexState(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How an index stands.

    Attributes:
        engine: what it runs on.
        usable: it answers; where it does not, the ledger does.
        indexed: entries that are in it.
        behind: entries that are committed and not in it. Answers have them: they are read from the
            ledger.
        lag_seconds: how long ago the oldest of these was recorded; 0 where there is none.
    """

    engine: str
    usable: bool
    indexed: int
    behind: int
    lag_seconds: float


class FollowingIndex(Protocol):
    """An index beside the ledger. It can be dropped at any time and made anew."""

    lag: float
    stand_ins: int

    async def state(self, scope: Scope) -> IndexState:
        """Return how it stands, as far as *scope* sees it.

        Raises:
            Unavailable: the ledger can't be reached.
        """


class Follower(Protocol):
    """What brings an index further. Any number may run at once: one of them works at a time."""

    async def advance(self) -> int | None:
        """Index the next entries and apply erasures; return how many entries it was.

        Each entry is indexed exactly once, wherever a follower before this one was killed. None:
        another one is at it. 0: nothing was left to do.

        Raises:
            Unavailable: the ledger or the index can't be reached; the next call goes on.
            Misconfigured: the index is not this ledger's, or of another version: rebuild it.
        """

    async def reset(self) -> None:
        """Take everything away, and begin anew.

        Raises:
            Unavailable: the ledger or the index can't be reached.
        """

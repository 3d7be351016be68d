"""Time-stamping: an authority says when it saw a checkpoint of the root log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, Protocol

from indelible.core.note import parse_note
from indelible.ledger.root import RootCheckpoint


class Token(NamedTuple):
    """An RFC 3161 token that was checked, and what it says; *data* is its DER."""

    data: bytes
    authority: str
    time: datetime


class TimestampAuthority(Protocol):
    """Somebody else, who says what time it is."""

    async def stamp(self, text: bytes) -> Token:
        """Have *text* stamped.

        Raises:
            Unavailable: the authority can't be reached, or its answer can't be understood.
            Tampered: the answer is over another text, or by another than the pinned authority.
        """


class TokenStore(Protocol):
    """Where tokens are kept."""

    async def last(self) -> tuple[int, datetime] | None:
        """Return size and time of the newest token; None before the first."""

    async def keep(self, size: int, token: Token) -> None:
        """Keep a token over the root checkpoint at *size*."""


class Stamper:
    """Has root checkpoints stamped, not more often than every so many seconds."""

    def __init__(
        self,
        authority: TimestampAuthority,
        store: TokenStore,
        *,
        every: float,
        clock: Callable[[], float],
    ) -> None:
        """Take whom to ask, where tokens go, and a clock of Unix seconds."""
        self._authority = authority
        self._store = store
        self._every = every
        self._clock = clock

    async def follow(self, checkpoint: RootCheckpoint) -> None:
        """Have *checkpoint* stamped, if it was not and it is time.

        Raises:
            Unavailable: the authority can't be reached, or its answer can't be understood.
            Tampered: the answer is not what was asked for.
        """
        last = await self._store.last()
        if last is not None:
            size, time = last
            if size >= checkpoint.size or self._clock() < time.timestamp() + self._every:
                return
        text = parse_note(checkpoint.note).text.encode()
        await self._store.keep(checkpoint.size, await self._authority.stamp(text))

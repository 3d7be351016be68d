"""Whether the code of a second factor is right."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from indelible.identity import recovery, totp
from indelible.identity.credential_ports import Sealer, SecondFactors
from indelible.identity.model import Account
from indelible.identity.ports import Effect


class CodeKind(StrEnum):
    """What a code came from, in the words of entries."""

    AUTHENTICATOR = "authenticator"
    RECOVERY = "recovery code"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCode:
    """A code that may be right.

    Attributes:
        taking: uses it up, together with what it is for. It raises WrongCode where the code was
            used already or, of a recovery code, where it is none: that is known to the store alone.
    """

    kind: CodeKind
    taking: Effect = field(repr=False)


class CodeDesk:
    """Looks at codes. How often it is asked is the affair of those who ask."""

    def __init__(
        self,
        *,
        factors: SecondFactors,
        sealer: Sealer,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Take the store, the sealer of secrets, and what tells the time as authenticators do."""
        self._factors = factors
        self._sealer = sealer
        self._clock = clock

    async def look(self, account: Account, text: str, *, recovery_too: bool) -> ShownCode | None:
        """Return what *text* is of *account*'s second factor; None where it is wrong.

        Args:
            account: whose it is; it has a second factor.
            text: what was given.
            recovery_too: whether a recovery code does.
        """
        authenticator, user = account.authenticator, account.user.id
        code = totp.spelled(text)
        if code is not None and authenticator is not None:
            secret = await self._sealer.open(authenticator.sealed, about=user)
            step = totp.step_of(secret, code, self._clock(), after=authenticator.step)
            if step is None:
                return None
            return ShownCode(
                kind=CodeKind.AUTHENTICATOR, taking=self._factors.take_step(user, step)
            )
        spare = recovery.spelled(text) if recovery_too else None
        if spare is None:
            return None
        digest = await asyncio.to_thread(recovery.digest_of, user, spare)
        return ShownCode(kind=CodeKind.RECOVERY, taking=self._factors.take_code(user, digest))

"""Whether a password is right, told no more often than throttling lets."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from indelible.errors import Throttled
from indelible.identity import throttling
from indelible.identity.model import Account, Visit
from indelible.identity.ports import Admission, Attempts, Hasher, Users


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What came of one attempt.

    Attributes:
        account: of the address, None where there is none.
        right: whether the password is the account's; says nothing of whether it may be used.
        admission: the attempt, which counts as a failure until it is forgiven.
        own: the bucket of the account's owner.
    """

    account: Account | None
    right: bool
    admission: Admission = field(repr=False)
    own: bytes = field(repr=False)


class PasswordDesk:
    """Checks passwords, for sign-in and step-up alike: all count in the same buckets."""

    def __init__(
        self,
        *,
        users: Users,
        attempts: Attempts,
        hasher: Hasher,
        limits: throttling.Limits | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Take the stores, and *pause*, which waits for some seconds."""
        self._users = users
        self._attempts = attempts
        self._hasher = hasher
        self._limits = limits or throttling.Limits()
        self._pause = pause

    async def check(self, address: str | None, name: str, password: str, visit: Visit) -> Check:
        """Look at a password, with the same work whether there is such an account or not.

        Args:
            address: the account's e-mail address; None can be nobody's.
            name: what the attempt is counted under: the address, or what was given for one.
            password: what was given.
            visit: from where.

        Raises:
            Throttled: too many failures for this account or from this address, or too many people
                at once; the password was not looked at.
        """
        check = await self.admit(address, name, visit)
        account = check.account
        try:
            right = await self._hasher.verify(account.password_hash if account else None, password)
        except Throttled:
            await self._attempts.forgive(check.admission)
            raise
        return replace(check, right=right)

    async def admit(self, address: str | None, name: str, visit: Visit) -> Check:
        """Count an attempt, and find its account: for what is proved without a password.

        Arguments and errors are those of :meth:`check`.
        """
        network = throttling.network_of(visit.client.ip if visit.client else None)
        own = throttling.own_bucket(name, network)
        familiar = address is not None and await self._attempts.familiar(
            address, network, within=throttling.FAMILIAR_FOR
        )
        admission = await self._attempts.admit(
            [own] if familiar else throttling.shared_buckets(name, network),
            limit=self._limits.refuse_from,
            window=self._limits.window,
        )
        await self._pause(self._limits.delay(admission.failures))
        account = None if address is None else await self._users.find(address)
        return Check(account=account, right=False, admission=admission, own=own)

    async def forgive(self, check: Check) -> None:
        """Take the attempt back, for it was no failure, and the owner's failures with it."""
        await self._attempts.forgive(check.admission, emptying=[check.own])

    async def take_back(self, check: Check) -> None:
        """Take the attempt back, for it was only half of one. Failures of before go on to count."""
        await self._attempts.forgive(check.admission)

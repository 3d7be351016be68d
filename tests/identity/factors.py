"""Second factors in memory, and a sealer that seals nothing."""

from __future__ import annotations

from dataclasses import replace

from indelible.errors import WrongCode
from indelible.identity import totp
from indelible.identity.credential_ports import FactorState
from indelible.identity.model import Authenticator
from indelible.identity.ports import Effect


class NoSealer:
    """Leaves secrets as they are."""

    async def seal(self, secret: bytes, *, about: str) -> bytes:
        return secret

    async def open(self, sealed: bytes, *, about: str) -> bytes:
        return sealed


class FakeFactors:
    """The second factors of the accounts of fake users."""

    def __init__(self, users) -> None:
        self.users = users
        self.codes: dict[str, set[bytes]] = {}

    def enrolled(self, email: str, *codes: bytes) -> bytes:
        """Give the account of *email* a second factor, and return its secret."""
        secret = totp.new_secret()
        account = self.users.accounts[email]
        self.users.accounts[email] = replace(
            account,
            user=replace(account.user, second_factor=True),
            authenticator=Authenticator(sealed=secret),
        )
        self.codes[account.user.id] = set(codes)
        return secret

    async def state(self, user: str) -> FactorState:
        _, account = self._of(user)
        authenticator = account.authenticator
        return FactorState(
            sealed=authenticator and authenticator.sealed,
            enrolled_at=None,
            recovery_codes_left=len(self.codes.get(user, ())),
        )

    def take_step(self, user: str, step: int) -> Effect:
        async def take(_: object) -> None:
            email, account = self._of(user)
            taken = account.authenticator
            if taken.step is not None and taken.step >= step:
                raise WrongCode("used")
            self.users.accounts[email] = replace(account, authenticator=replace(taken, step=step))

        return take

    def take_code(self, user: str, digest: bytes) -> Effect:
        async def take(_: object) -> None:
            if digest not in self.codes[user]:
                raise WrongCode("used")
            self.codes[user].remove(digest)

        return take

    def _of(self, user: str):
        return next(
            (email, account)
            for email, account in self.users.accounts.items()
            if account.user.id == user
        )


class Clock:
    """The time that authenticators are asked at; it stands still until it is moved."""

    def __init__(self, moment: float = 1_700_000_000.0) -> None:
        self.moment = moment

    def __call__(self) -> float:
        return self.moment

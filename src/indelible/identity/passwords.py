"""Passwords: which are good enough, and how they are kept (Argon2id, RFC 9106)."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

from indelible.errors import Invalid, Throttled
from indelible.identity.blocklist import is_guessable

MIN_LENGTH = 15
MIN_LENGTH_WITH_SECOND_FACTOR = 8
MAX_LENGTH = 256

Answer = TypeVar("Answer")

_MEMORY_KIB = 19 * 1024
_PASSES = 2
_LANES = 1


def check_password(
    password: str,
    *,
    second_factor: bool = False,
    about: tuple[str, ...] = (),
    field: str = "password",
) -> None:
    """Return if *password* may be set: long enough and not among the first to be guessed.

    There are no rules of composition: they make passwords worse (NIST SP 800-63B section 3.1.1.2).

    Args:
        password: as it was typed.
        second_factor: whether the account asks for another proof too.
        about: words that belong to the account, such as its e-mail address and its owner's name.
        field: where it was written, for the error.

    Raises:
        Invalid: it may not; says why.
    """
    least, length = least_length(second_factor=second_factor), length_of(password)
    if length < least:
        raise Invalid(f"A password has at least {least} characters.", field=field)
    if length > MAX_LENGTH:
        raise Invalid(f"A password has at most {MAX_LENGTH} characters.", field=field)
    if is_guessable(password, about=about):
        raise Invalid(
            "This password is among the first that a guesser tries. "
            "A few words that only you would put together are better.",
            field=field,
        )


def least_length(*, second_factor: bool) -> int:
    """Return how many characters a password has at least."""
    return MIN_LENGTH_WITH_SECOND_FACTOR if second_factor else MIN_LENGTH


def length_of(password: str) -> int:
    """Return how many characters a password has, however it was typed."""
    return len(_normal(password))


def is_short(password: str) -> bool:
    """Return whether *password* is too short to do without a second factor."""
    return length_of(password) < MIN_LENGTH


class Argon2Hasher:
    """Hashes and verifies in a bounded pool; see :class:`indelible.identity.ports.Hasher`.

    Each takes 19 MiB and tens of milliseconds of a core: a flood of sign-ins must find a short
    queue, and the rest of the service its processor.
    """

    def __init__(self, *, threads: int = 2, waiting: int = 32) -> None:
        """Make the pool; *waiting* is how many may queue or run before others are sent away."""
        self._argon2 = argon2.PasswordHasher(
            time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=_LANES, type=argon2.Type.ID
        )
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="argon2")
        self._room = waiting
        # The hash of nothing that anybody can type, with today's parameters.
        self._dummy = self._argon2.hash(b"\x00")

    async def hash(self, password: str) -> str:
        """Return a salted hash that names its parameters."""
        normal = _bytes(password)
        return await self._run(lambda: self._argon2.hash(normal))

    async def verify(self, stored: str | None, password: str) -> bool:
        """Return whether *stored* is of *password*. None takes as long and is never right."""
        known = self._dummy if stored is None else stored
        normal = _bytes(password)

        def check() -> bool:
            try:
                return self._argon2.verify(known, normal)
            except (VerificationError, InvalidHashError):
                return False

        return await self._run(check) and stored is not None

    def outdated(self, stored: str) -> bool:
        """Return whether *stored* was made with other parameters than today's."""
        return self._argon2.check_needs_rehash(stored)

    def close(self) -> None:
        """Let the threads go."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[[], Answer]) -> Answer:
        if self._room == 0:
            raise Throttled("Many people are signing in just now.", retry_after=2)
        self._room -= 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._room += 1


def _normal(password: str) -> str:
    # The same password typed on two keyboards is one password (NIST SP 800-63B: NFKC).
    return unicodedata.normalize("NFKC", password)


def _bytes(password: str) -> bytes:
    # A lone surrogate can be typed into JSON: it makes a wrong password, not an error.
    return _normal(password)[: MAX_LENGTH + 1].encode("utf-8", "surrogatepass")

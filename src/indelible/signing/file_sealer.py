"""A key in a file that keeps secrets in the database from whoever has the database alone."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from indelible.errors import Misconfigured
from indelible.signing.key_file import make_file

_KEY_BYTES = 32
_ID_BYTES = 8
_NONCE_BYTES = 12  # NIST SP 800-38D section 8.2.2: random, for fewer than 2**32 secrets


class FileSealer:
    """Seals with AES-256-GCM; see :class:`indelible.identity.credential_ports.Sealer`.

    What is sealed is the key's id, a random nonce, and the ciphertext with its tag. The key is made
    when the first secret is sealed, so that an installation without second factors has none to
    look after.
    """

    def __init__(self, path: Path, *, in_use: Callable[[], Awaitable[bool]]) -> None:
        """Take where the key is, and what tells whether anything was ever sealed."""
        self._path = path
        self._in_use = in_use
        self._key: bytes | None = None

    async def check(self) -> None:
        """Return if what was sealed can be opened, as far as that can be told from the file.

        Raises:
            Misconfigured: it can't.
        """
        if self._path.exists():
            self._load()
        elif await self._in_use():
            raise Misconfigured(
                f"There are second factors, and the key that their secrets are sealed with is not "
                f"at {self._path}. Restore the file from its backup, or copy it from the machine "
                "that made it."
            )

    async def seal(self, secret: bytes, *, about: str) -> bytes:
        """Return *secret* sealed for what it is *about*; makes the key where there is none."""
        if self._key is None and not self._path.exists():
            await self.check()
            make_file(self._path, os.urandom(_KEY_BYTES))
        key = self._load()
        nonce = os.urandom(_NONCE_BYTES)
        return _id_of(key) + nonce + AESGCM(key).encrypt(nonce, secret, about.encode())

    async def open(self, sealed: bytes, *, about: str) -> bytes:
        """Return what was sealed about the same."""
        if not self._path.exists():
            await self.check()
        key = self._load()
        named, rest = sealed[:_ID_BYTES], sealed[_ID_BYTES:]
        if named != _id_of(key):
            raise Misconfigured(
                f"The key at {self._path} is another one than the secret of a second factor was "
                "sealed with. Every machine has to have the same file."
            )
        try:
            return AESGCM(key).decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], about.encode())
        except (InvalidTag, ValueError) as error:
            raise Misconfigured(
                "The sealed secret of a second factor was changed in the database, or moved there "
                "from another account."
            ) from error

    def _load(self) -> bytes:
        if self._key is None:
            self._key = _read(self._path)
        return self._key


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            key = file.read(_KEY_BYTES + 1)
    except OSError as error:
        raise Misconfigured(f"The key {path} can't be read: {error.strerror}.") from error
    if mode & 0o077:
        raise Misconfigured(
            f"Others than its owner may use the key {path} (mode {mode:o}): chmod 600 it, and "
            "think about who may have read it."
        )
    if len(key) != _KEY_BYTES:
        raise Misconfigured(f"{path} is no key of {_KEY_BYTES} bytes.")
    return key


def _id_of(key: bytes) -> bytes:
    return hashlib.sha256(b"indelible sealing key\x00" + key).digest()[:_ID_BYTES]

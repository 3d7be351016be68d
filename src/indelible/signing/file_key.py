"""A signing key in a file: made at the first start, readable by its owner alone."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from indelible.errors import Misconfigured
from indelible.signing.key_file import make_file


class FileSigner:
    """Signs with an Ed25519 key (RFC 8032) kept as PKCS #8 in PEM (RFC 5958, RFC 7468)."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        """Take the private key."""
        self._key = key
        self._public = key.public_key().public_bytes_raw()

    @property
    def public_key(self) -> bytes:
        """The 32 bytes of the public key."""
        return self._public

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature over *message*."""
        return self._key.sign(message)


def load_signer(path: Path) -> FileSigner:
    """Read the key at *path*.

    Raises:
        Misconfigured: it is absent, is not an Ed25519 key, or others may read it.
    """
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            data = file.read()
    except FileNotFoundError:
        raise Misconfigured(
            f"There is no signing key at {path}: restore it from a backup."
        ) from None
    except PermissionError:
        raise Misconfigured(f"The signing key {path} can't be read by this user.") from None
    if mode & 0o077:
        raise Misconfigured(
            f"Others than its owner may use the signing key {path} (mode {mode:o}): chmod 600 it, "
            "and think about who may have read it."
        )
    try:
        key = serialization.load_pem_private_key(data, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Misconfigured(f"{path} is not a PEM private key: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise Misconfigured(f"{path} holds a {type(key).__name__}, not an Ed25519 key.")
    return FileSigner(key)


def make_signer(path: Path) -> FileSigner:
    """Make a key at *path* and return it; where another process was first, its key.

    On return the file is durable: an entry must never be signed by a key that a crash forgets.
    """
    text = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    make_file(path, text)
    return load_signer(path)


def prepare_heir(path: Path) -> FileSigner:
    """Return the key that is to follow the one at *path*: made beside it, or left there before.

    Raises:
        Misconfigured: it can't be made there.
    """
    heir = _heir_of(path)
    try:
        return load_signer(heir) if heir.exists() else make_signer(heir)
    except OSError as error:
        raise Misconfigured(
            f"A new key can't be made at {heir}: {error}. Rotate where the key file is kept, then "
            "bring it to where the service reads it."
        ) from error


def install_heir(path: Path) -> Path:
    """Put the heir of the key at *path* in its place, durably; return where the old key went.

    At no time is *path* without a key.
    """
    retired = path.with_name(f"{path.name}.{load_signer(path).public_key.hex()[:16]}.retired")
    if not retired.exists():
        retired.hardlink_to(path)
    _heir_of(path).replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
    return retired


def _heir_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.next")

"""The keys of signed notes, in the spellings of the C2SP specification signed-note.

public    <name>+<8 hex digits of the key id>+<base64 of type and 32 bytes>
private   PRIVATE+KEY+<name>+<8 hex digits of the key id>+<base64 of type and 32-byte seed>
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from indelible.core.base64 import decode_base64, encode_base64
from indelible.errors import Invalid, MalformedProof, Tampered

KEY_ID_SIZE = 4
KEY_SIZE = 32
_PRIVATE = "PRIVATE+KEY+"


class KeyType(IntEnum):
    """What a key signs: a note's text, or the text with the time at which it was seen."""

    ED25519 = 0x01
    COSIGNATURE = 0x04


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """The public side of a key.

    Attributes:
        name: of whoever signs: for a log's key, the log's origin.
        public_key: 32 bytes of an Ed25519 public key.
        key_id: hint by which a signature line names the key; it proves nothing.

    Raises:
        Invalid: the name has a space or a plus sign, or the key is not 32 bytes long.
    """

    name: str
    public_key: bytes
    type: KeyType = KeyType.ED25519
    key_id: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not is_key_name(self.name) or len(self.public_key) != KEY_SIZE:
            raise Invalid(f"not the name or the public key of a signer: {self.name!r}")
        hashed = self.name.encode() + b"\n" + bytes((self.type,)) + self.public_key
        object.__setattr__(self, "key_id", sha256(hashed).digest()[:KEY_ID_SIZE])

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read what :meth:`to_text` wrote.

        Raises:
            Invalid: it is spelled in any other way, or is of a type that we do not know.
        """
        name, _, rest = text.partition("+")
        type_, key = _split_key(rest.partition("+")[2])
        found = cls(name, key, type_)
        if found.to_text() != text:
            raise Invalid(f"not a verifier key: {text!r}")
        return found

    def to_text(self) -> str:
        """Return the public spelling of the key."""
        return f"{self.name}+{self.key_id.hex()}+{_join_key(self.type, self.public_key)}"

    def verify(self, signature: bytes, message: bytes) -> None:
        """Accept only if *signature* (64 bytes) over *message* was made with this key.

        Raises:
            Tampered: it was not.
        """
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, message)
        except (InvalidSignature, ValueError) as error:
            raise Tampered(f"a signature by {self.name} does not hold") from error


@dataclass(frozen=True, slots=True)
class SignerKey:
    """A key with its private side. Nothing prints the seed but :meth:`to_text`."""

    verifier: VerifierKey
    seed: bytes = field(repr=False)
    sign: Callable[[bytes], bytes] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        if private.public_key().public_bytes_raw() != self.verifier.public_key:
            raise Invalid("the two sides of a key do not belong together")
        object.__setattr__(self, "sign", private.sign)

    @classmethod
    def from_seed(cls, name: str, seed: bytes, type_: KeyType = KeyType.ED25519) -> SignerKey:
        """Return the key that *seed*, 32 secret random bytes, makes.

        Raises:
            Invalid: the name or the length of the seed is wrong.
        """
        if len(seed) != KEY_SIZE:
            raise Invalid(f"a seed has {len(seed)} bytes")
        public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
        return cls(VerifierKey(name, public, type_), seed)

    @classmethod
    def parse(cls, text: str) -> SignerKey:
        """Read what :meth:`to_text` wrote. No message repeats the key.

        Raises:
            Invalid: it is spelled in any other way.
        """
        name, _, rest = text.removeprefix(_PRIVATE).partition("+")
        type_, seed = _split_key(rest.partition("+")[2])
        found = cls.from_seed(name, seed, type_)
        if found.to_text() != text:
            raise Invalid("not a signer's private key")
        return found

    def to_text(self) -> str:
        """Return the private spelling of the key: a secret."""
        key = _join_key(self.verifier.type, self.seed)
        return f"{_PRIVATE}{self.verifier.name}+{self.verifier.key_id.hex()}+{key}"


def is_key_name(name: str) -> bool:
    """Tell whether *name* can stand in a signature line: no spaces of any kind, no plus sign."""
    # The one printable space is the plain one.
    return name.isprintable() and name != "" and " " not in name and "+" not in name


def _join_key(type_: KeyType, key: bytes) -> str:
    return encode_base64(bytes((type_,)) + key)


def _split_key(encoded: str) -> tuple[KeyType, bytes]:
    try:
        data = decode_base64(encoded)
        return KeyType(data[0]), data[1:]
    except (MalformedProof, IndexError, ValueError) as error:
        raise Invalid("not a key of a type that we know") from error

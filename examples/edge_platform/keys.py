"""WireGuard key pairs."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from typing import Self

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPair:
    """An X25519 key pair in WireGuard's spelling: base64 of 32 bytes each."""

    private_key: str = field(repr=False)
    public_key: str

    @classmethod
    def generate(cls) -> Self:
        """Return a new pair, as ``wg genkey`` and ``wg pubkey`` would."""
        private = X25519PrivateKey.generate()
        return cls(
            private_key=b64encode(private.private_bytes_raw()).decode(),
            public_key=b64encode(private.public_key().public_bytes_raw()).decode(),
        )

"""The platform's certificate authority: a certificate for each connector."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

LIFETIME = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A certificate and its private key, both PEM; *serial* is lower-case hex."""

    serial: str
    expires: datetime
    certificate: str
    private_key: str = field(repr=False)


class Authority:
    """Issues short-lived certificates. Its key lives as long as the process does."""

    def __init__(self) -> None:
        """Make the authority's own key."""
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named("Edge platform CA")

    def issue(self, common_name: str) -> Issued:
        """Return a new certificate for *common_name*, with a key of its own."""
        key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.now(UTC).replace(microsecond=0)
        serial = x509.random_serial_number()
        certificate = (
            x509.CertificateBuilder()
            .subject_name(_named(common_name))
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(serial)
            .not_valid_before(now)
            .not_valid_after(now + LIFETIME)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .sign(self._key, SHA256())
        )
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return Issued(
            serial=f"{serial:x}",
            expires=now + LIFETIME,
            certificate=certificate.public_bytes(Encoding.PEM).decode(),
            private_key=private.decode(),
        )


def _named(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])

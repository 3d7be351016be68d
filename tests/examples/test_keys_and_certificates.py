from __future__ import annotations

from base64 import b64decode

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from edge_platform.certificates import LIFETIME, Authority
from edge_platform.keys import KeyPair


def test_a_public_key_belongs_to_its_private_key() -> None:
    """The pair is a real X25519 pair, and printing it shows no private key."""
    pair = KeyPair.generate()
    private = X25519PrivateKey.from_private_bytes(b64decode(pair.private_key))
    assert private.public_key().public_bytes_raw() == b64decode(pair.public_key)
    assert pair.private_key not in repr(pair)
    assert KeyPair.generate() != pair


def test_a_certificate_is_short_lived_and_names_the_connector() -> None:
    """The certificate is of its key, for a week, and serial and end are told as they are."""
    issued = Authority().issue("fra-edge-01-to-erp")
    certificate = x509.load_pem_x509_certificate(issued.certificate.encode())
    key = load_pem_private_key(issued.private_key.encode(), password=None)
    assert certificate.public_key() == key.public_key()
    assert certificate.subject.rfc4514_string() == "CN=fra-edge-01-to-erp"
    assert f"{certificate.serial_number:x}" == issued.serial
    assert certificate.not_valid_after_utc == issued.expires
    assert issued.expires - certificate.not_valid_before_utc == LIFETIME

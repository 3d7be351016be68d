"""Time-stamps (RFC 3161): an authority's word that a text existed at a time.

A token is the DER of the signed answer, without the status around it. It is checked with
certificates that the caller pins: what a token brings along is believed only through those.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from indelible.errors import Invalid, MalformedProof, Tampered

MAX_TOKEN = 64 * 1024

# What the libraries raise for certificates and tokens that nobody should have made.
_UNREADABLE = (
    ValueError,
    TypeError,
    LookupError,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
_GRANTED = bytes.fromhex("3003020100")
_SHA256 = "2.16.840.1.101.3.4.2.1"
# Nothing signs these bytes of a token, and nothing reads them: only their known spellings pass. By
# the digest that the signature is over: RSA and ECDSA with it, rsaEncryption and Ed25519.
_ALGORITHMS = {
    bytes.fromhex(f"06096086480165030402{digest}"): frozenset(
        bytes.fromhex(each)
        for each in (
            f"300d06092a864886f70d0101{rsa}0500",
            "300d06092a864886f70d0101010500",
            f"300a06082a8648ce3d0403{ecdsa}",
            "300506032b6570",
        )
    )
    for digest, rsa, ecdsa in (("01", "0b", "02"), ("02", "0c", "03"), ("03", "0d", "04"))
}
_SIGNER_INFO = (0x02, 0x30, 0x30, 0xA0, 0x30, 0x04)  # tags of its fields, no unsigned attributes


class Stamp(NamedTuple):
    """What a token proves: *authority*, by the name in its certificate, saw the text at *time*."""

    authority: str
    time: datetime


class Question(NamedTuple):
    """What to ask an authority: the DER of the request, and the nonce that its answer repeats."""

    data: bytes
    nonce: int | None


Certificates = Sequence[x509.Certificate]
"""What is pinned of one authority: its root, those between, and its own if that is pinned too."""


def read_certificates(pem: bytes) -> Certificates:
    """Return the certificates in *pem*.

    Raises:
        Invalid: there are none.
    """
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise Invalid("These are not PEM certificates of a time-stamp authority.") from error


def ask(text: bytes) -> Question:
    """Return the request for a time-stamp over SHA-256 of *text*, with a nonce."""
    builder = TimestampRequestBuilder().data(text).hash_algorithm(HashAlgorithm.SHA256)
    request = builder.nonce(nonce=True).cert_request(cert_request=True).build()
    return Question(request.as_bytes(), request.nonce)


def token_in(answer: bytes) -> bytes:
    """Return the token of an authority's whole answer.

    Raises:
        MalformedProof: it is no answer, or it grants none.
    """
    try:
        response = decode_timestamp_response(answer)
        if response.status != 0:
            said = "; ".join(response.status_string)
            raise MalformedProof(f"the authority refuses: status {response.status} {said}".strip())
        return response.time_stamp_token()
    except ValueError as error:
        raise MalformedProof(f"not an answer of a time-stamp authority: {error}") from error


def check_token(
    token: bytes, text: bytes, certificates: Certificates, *, nonce: int | None = None
) -> Stamp:
    """Accept only if the authority of *certificates* stamped exactly *text*.

    The certificates have to be valid at the time of the stamp, not today.

    Args:
        token: DER.
        text: what was stamped.
        certificates: what is pinned. Where a certificate for time-stamping is among them, it has to
            be the one that signed.
        nonce: what the answer has to repeat, where it is known.

    Raises:
        MalformedProof: it is not a token, or more than one.
        Tampered: it is over another text, or no pinned certificate vouches for it.
    """
    _require_one_spelling(token)
    body = _GRANTED + token
    try:
        response = decode_timestamp_response(b"0" + _length(len(body)) + body)
        info = response.tst_info
        if info.message_imprint.hash_algorithm.dotted_string != _SHA256:
            raise MalformedProof("a time-stamp is not over SHA-256")
        signer = _signer(response, certificates)
    except _UNREADABLE as error:
        raise MalformedProof(f"not a time-stamp: {error}") from error
    pinned = [each for each in certificates if _is_stamper(each)]
    if pinned and signer not in pinned:
        raise Tampered("a time-stamp is signed by another than the pinned certificate")
    verifier = VerifierBuilder(roots=list(certificates), nonce=nonce).build()
    try:
        verifier.verify(response, sha256(text).digest())
    except (VerificationError, *_UNREADABLE) as error:
        raise Tampered(f"a time-stamp does not hold: {error}") from error
    return Stamp(_name(signer), info.gen_time.astimezone(UTC))


def _signer(response: TimeStampResponse, certificates: Certificates) -> x509.Certificate:
    """Return the certificate that the token says it was signed with."""
    (signer,) = response.signed_data.signer_infos
    brought = [x509.load_der_x509_certificate(der) for der in response.signed_data.certificates]
    for each in (*brought, *certificates):
        if (each.issuer, each.serial_number) == (signer.issuer, signer.serial_number):
            return each
    raise MalformedProof("a time-stamp comes without the certificate that signed it")


def _is_stamper(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except (x509.ExtensionNotFound, ValueError):
        return False
    return ExtendedKeyUsageOID.TIME_STAMPING in usage.value


def _name(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    name = str(names[0].value) if names else certificate.subject.rfc4514_string()
    return "".join(c if c.isprintable() else "?" for c in name)[:200]


def _require_one_spelling(token: bytes) -> None:
    """Refuse what the signature does not cover and nobody looks at (RFC 5652 section 5)."""
    if len(token) > MAX_TOKEN:
        raise MalformedProof("a time-stamp of this size")
    ((kind, content, _),) = _parts(token, 1)
    fields = _parts(content)
    if kind != 0x30 or len(fields) != 2 or fields[1][0] != 0xA0:
        raise MalformedProof("not a time-stamp")
    ((_, signed_data, _),) = _parts(fields[1][1], 1)
    parts = _parts(signed_data)
    ((_, signer, _),) = _parts(parts[-1][1], 1)
    said = _parts(signer)
    if tuple(tag for tag, _, _ in said) != _SIGNER_INFO:
        raise MalformedProof("a time-stamp is signed in a way that is not known here")
    digest = _parts(said[2][1])[0][2]
    if said[4][2] not in _ALGORITHMS.get(digest, ()):
        raise MalformedProof("a time-stamp is signed in a way that is not known here")
    if (parts[0][2], said[0][2]) != (b"\x02\x01\x03", b"\x02\x01\x01"):
        raise MalformedProof("a time-stamp of another version")


def _parts(data: bytes, count: int | None = None) -> list[tuple[int, bytes, bytes]]:
    """Split DER into elements: tag, content, and the whole of each."""
    parts = []
    at = 0
    while at < len(data):
        tag, start = data[at], at + 2
        size = int.from_bytes(data[at + 1 : at + 2], "big")
        if size >= 0x80:
            start += size - 0x80
            size = int.from_bytes(data[at + 2 : start], "big")
        if start + size > len(data):
            raise MalformedProof("a time-stamp is cut off")
        parts.append((tag, data[start : start + size], data[at : start + size]))
        at = start + size
    if not parts or count not in {None, len(parts)}:
        raise MalformedProof("not a time-stamp")
    return parts


def _length(size: int) -> bytes:
    data = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return data if size < 0x80 else bytes((0x80 + len(data),)) + data

"""Base64 in one spelling: RFC 4648 section 4, padded, nothing forgiven."""

from __future__ import annotations

import binascii

from indelible.core.merkle import HASH_SIZE, Hash
from indelible.errors import MalformedProof


def encode_base64(data: bytes) -> str:
    """Return the usual base64 with padding, on one line."""
    return binascii.b2a_base64(data, newline=False).decode()


def decode_base64(text: str) -> bytes:
    """Return the bytes that :func:`encode_base64` spells as *text*.

    Raises:
        MalformedProof: *text* is another spelling, or none.
    """
    try:
        data = binascii.a2b_base64(text)
    except ValueError as error:
        raise MalformedProof("not base64") from error
    # The decoder drops stray characters and stray bits, so compare spellings.
    if encode_base64(data) != text:
        raise MalformedProof("base64 in another than its one spelling")
    return data


def decode_hash(text: str) -> Hash:
    """Return the 32 bytes spelled as *text*.

    Raises:
        MalformedProof: *text* is another spelling, or of another number of bytes.
    """
    data = decode_base64(text)
    if len(data) != HASH_SIZE:
        raise MalformedProof(f"a hash has {len(data)} bytes")
    return data

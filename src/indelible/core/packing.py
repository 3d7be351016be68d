"""How the text of a details disclosure is kept: deflated, with a dictionary of its usual words.

This is storage, not format: what is hashed is the text, never the packed form. The first byte names
the packing, so that a better one can come beside it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from types import ModuleType

from indelible.errors import Tampered

deflate: ModuleType
try:
    from isal import isal_zlib as deflate  # up to three times as fast, in the extra "server"
except ImportError:
    deflate = zlib

MAX_UNPACKED = 4 * 1024 * 1024

_RAW = b"\x00"
_DEFLATE_1 = b"\x01"
# Never change a byte of it: what was packed with it is unpacked with it. The likeliest words stand
# last (RFC 1951 gives near matches the shorter codes).
_DICTIONARY_1 = (
    b'"arn":"arn:aws:"principalId":"userIdentity":{"type":"responseElements":null,'
    b'"requestParameters":{"additionalEventData":{"assumedBy":{"email":"tags":[],"public_key":'
    b'"address":"port":"privateKey":"[REDACTED]","createdAt":"updatedAt":"20"config_template_id":'
    b'"tenant_id":"edge_id":"role_id":"user_id":"status":"type":"enabled":false,"enabled":true,'
    b'"description":""},"after":"before":null,"after":"changes":{"name":{"before":"'
    b'","details",{"changes":null,"path":"/api/","payload":{"id":"name":"'
)
_WINDOW = -15


def pack(text: bytes) -> bytes:
    """Return *text* packed, or marked raw where packing does not make it shorter."""
    deflater = deflate.compressobj(1, zlib.DEFLATED, _WINDOW, 8, 0, _DICTIONARY_1)
    packed: bytes = deflater.compress(text) + deflater.flush()
    return _DEFLATE_1 + packed if len(packed) < len(text) else _RAW + text


def unpack(data: bytes) -> bytes:
    """Return the text that was packed into *data*.

    Raises:
        Tampered: nothing that :func:`pack` wrote, or over 4 MiB of text.
    """
    (text,) = unpacked([data])
    if text is None:
        raise Tampered("stored details can't be unpacked: they were not packed here, or cut")
    return text


def unpacked(stored: Iterable[bytes]) -> Iterator[bytes | None]:
    """Yield the text that was packed into each of *stored*; None for what :func:`unpack` refuses.

    For those who go through millions.
    """
    for data in stored:
        kind = data[:1]
        if kind == _DEFLATE_1:
            yield _inflated(data[1:])
        else:
            yield data[1:] if kind == _RAW else None


def _inflated(body: bytes) -> bytes | None:
    # An inflater is large: it goes before the next one comes, or the heap grows and shrinks.
    inflater = deflate.decompressobj(_WINDOW, _DICTIONARY_1)
    try:
        text: bytes = inflater.decompress(body, MAX_UNPACKED)
    except (deflate.error, zlib.error):
        return None
    return text if inflater.eof and not inflater.unused_data else None

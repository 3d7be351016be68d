"""How the text of a details disclosure is kept: deflated, with a dictionary of its usual words.

This is storage, not format: what is hashed is the text, never the packed form. The first byte names
the packing, so that a better one can come beside it.
"""

from __future__ import annotations

import zlib
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
    kind, body = data[:1], data[1:]
    if kind == _RAW:
        return body
    if kind != _DEFLATE_1:
        raise Tampered("stored details are packed in a way that is not known here")
    inflater = deflate.decompressobj(_WINDOW, _DICTIONARY_1)
    try:
        text: bytes = inflater.decompress(body, MAX_UNPACKED)
    except (deflate.error, zlib.error) as error:
        raise Tampered(f"stored details can't be unpacked: {error}") from error
    if not inflater.eof or inflater.unused_data:
        raise Tampered("stored details end too early, too late or are too long")
    return text

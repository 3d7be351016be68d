"""How the public part of an entry, and the text of its details, are kept: packed.

This is storage, not format: what is hashed is the text, never the packed form. The first byte names
the packing, so that a better one can come beside it. Zstandard without its magic number (RFC 8878
section 3.1.1), each value a frame by itself, with a dictionary of usual words.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterable, Iterator

import zstandard

from indelible.errors import Tampered
from indelible.ledger import packing_words

MAX_UNPACKED = 4 * 1024 * 1024

_RAW = b"\x00"
_DEFLATE = b"\x01"  # details only, and no longer
_DETAILS = b"\x02"
_ENTRY = b"\x03"
_OBJECT = b"{"  # an entry as it was hashed, itself
_LEVEL = 1
_WINDOW = -15
_FORMAT = zstandard.FORMAT_ZSTD1_MAGICLESS
# RFC 8878 section 3.1.1.1.1: the first byte of a frame.
_SINGLE_SEGMENT, _SIZE_OF_2, _SIZE_OF_4 = 0x20, 0x40, 0x80
_SMALL = frozenset((_SINGLE_SEGMENT, _SINGLE_SEGMENT | _SIZE_OF_2))  # up to 65,791 bytes
_LARGE = frozenset((_SIZE_OF_4, _SINGLE_SEGMENT | _SIZE_OF_4))

_dictionaries = {
    kind: zstandard.ZstdCompressionDict(words, dict_type=zstandard.DICT_TYPE_FULLDICT)
    for kind, words in ((_DETAILS, packing_words.DETAILS), (_ENTRY, packing_words.ENTRY))
}


class _Contexts(threading.local):
    """What packs and unpacks; no two threads may use the same."""

    def __init__(self) -> None:
        parameters = zstandard.ZstdCompressionParameters.from_level(
            _LEVEL, write_content_size=1, write_checksum=0, write_dict_id=0, format=_FORMAT
        )
        self.pack = {
            kind: zstandard.ZstdCompressor(dict_data=words, compression_params=parameters).compress
            for kind, words in _dictionaries.items()
        }
        self.unpack = {
            kind: zstandard.ZstdDecompressor(dict_data=words, format=_FORMAT).decompress
            for kind, words in _dictionaries.items()
        }


_contexts = _Contexts()


def pack_details(text: bytes) -> bytes:
    """Return the text of a details disclosure packed, or marked raw where that is shorter."""
    packed = _contexts.pack[_DETAILS](text)
    return _DETAILS + packed if len(packed) < len(text) else _RAW + text


def pack_entry(data: bytes) -> bytes:
    """Return the public part of an entry, a JSON object, packed, or itself if that is shorter."""
    packed = _contexts.pack[_ENTRY](data)
    return _ENTRY + packed if len(packed) < len(data) else data


def unpack(data: bytes) -> bytes:
    """Return what was packed into *data*.

    Raises:
        Tampered: nothing that was packed here, or over 4 MiB of text.
    """
    (text,) = unpacked([data])
    if text is None:
        raise Tampered("what is stored can't be unpacked: it was changed, or cut")
    return text


def unpacked_entries(stored: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the public part in each of *stored*: nothing, which is none, where it can't be read."""
    return (text or b"" for text in unpacked(stored))


def unpacked(stored: Iterable[bytes]) -> Iterator[bytes | None]:
    """Yield what was packed into each of *stored*; None for what :func:`unpack` refuses.

    For those who go through millions.
    """
    contexts = _contexts.unpack
    for data in stored:
        kind = data[:1]
        context = contexts.get(kind)
        if context is not None:
            # As much is allocated as the frame says that it unpacks to.
            fits = len(data) > 1 and (data[1] in _SMALL or _fits(data))
            try:
                yield context(data[1:], allow_extra_data=False) if fits else None
            except zstandard.ZstdError:
                yield None
        elif kind == _OBJECT:
            yield data
        elif kind == _RAW:
            yield data[1:]
        else:
            yield _inflated(data[1:]) if kind == _DEFLATE else None


def _fits(data: bytes) -> bool:
    """Return whether the frame in *data*, behind its kind, unpacks to no more than it may."""
    if data[1] not in _LARGE:
        return False
    at = 2 if data[1] & _SINGLE_SEGMENT else 3
    return int.from_bytes(data[at : at + 4], "little") <= MAX_UNPACKED


def _inflated(body: bytes) -> bytes | None:
    inflater = zlib.decompressobj(_WINDOW, packing_words.DEFLATED_DETAILS)
    try:
        text = inflater.decompress(body, MAX_UNPACKED)
    except zlib.error:
        return None
    return text if inflater.eof and not inflater.unused_data else None

"""What proves exported entries, one a line: their exact bytes, and their disclosures' texts.

A line is ``{"entry": <base64 of the bytes that were hashed>, "disclosures": {<name>: <text>}}``, as
:class:`indelible.core.evidence_file.ExportedEntry` is spelled.
"""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache

import msgspec

from indelible.core.packing import unpack
from indelible.errors import Tampered
from indelible.ledger.search import Stored

_REMEMBERED = 20_000

_encode = msgspec.json.Encoder().encode


def lines(chunks: Iterable[Sequence[Stored]]) -> Iterator[bytes]:
    """Yield a piece of JSON lines for each chunk."""
    line = _renderer()
    for chunk in chunks:
        yield b"".join(map(line, chunk))


def public_lines(chunks: Iterable[Sequence[Stored]]) -> Iterator[bytes]:
    """Yield the same without disclosures: what is only to be counted."""
    for chunk in chunks:
        yield b"".join(
            b'{"entry":"%b"}\n' % b2a_base64(stored.public, newline=False) for stored in chunk
        )


def _renderer() -> Callable[[Stored], bytes]:
    """Return what renders an entry as a line; it remembers the disclosures that are shared."""
    spelled = lru_cache(_REMEMBERED)(_disclosure)

    def line(stored: Stored) -> bytes:
        said = []
        if stored.person is not None:
            said.append(spelled(b"person", stored.person))
        if stored.client is not None:
            said.append(spelled(b"client", stored.client))
        if stored.resource is not None:
            said.append(spelled(b"resource", stored.resource))
        with suppress(Tampered, UnicodeDecodeError):  # nothing is left of it that could be shown
            if stored.details is not None:
                said.append(_disclosure(b"details", unpack(stored.details)))
        entry = b2a_base64(stored.public, newline=False)
        return b'{"entry":"%b","disclosures":{%b}}\n' % (entry, b",".join(said))

    return line


def _disclosure(name: bytes, text: bytes) -> bytes:
    return b'"%b":%b' % (name, _encode(text.decode()))

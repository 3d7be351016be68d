"""What proves exported entries, one a line: their exact bytes, and their disclosures' texts.

A line is ``{"entry": <base64 of the bytes that were hashed>, "disclosures": {<name>: <text>}}``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from indelible.ledger.search import Proven


class _Line(msgspec.Struct, frozen=True, gc=False):
    entry: bytes
    disclosures: dict[str, str]


_encode_lines = msgspec.json.Encoder().encode_lines


def lines(chunks: Iterable[Sequence[Proven]]) -> Iterator[bytes]:
    """Yield a piece of JSON lines for each chunk."""
    for chunk in chunks:
        yield _encode_lines(
            [
                _Line(each.public, {name: text.decode() for name, text in each.disclosures.items()})
                for each in chunk
            ]
        )

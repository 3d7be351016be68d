"""What proves exported entries, one a line: their exact bytes, and their disclosures' texts.

A line is ``{"entry": <base64 of the bytes that were hashed>, "disclosures": {<name>: <text>}}``, as
:class:`indelible.core.evidence_file.ExportedEntry` is spelled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

import msgspec

from indelible.ledger.exported_row import ExportedRow

_REMEMBERED = 8_000

_encoder = msgspec.json.Encoder()


class _Line(msgspec.Struct, frozen=True, gc=False):
    entry: bytes
    disclosures: dict[str, msgspec.Raw | str]


class _PublicLine(msgspec.Struct, frozen=True, gc=False):
    entry: bytes


def renderer() -> Callable[[Sequence[ExportedRow]], bytes]:
    """Return what renders entries as lines; it remembers the disclosures that are shared."""
    spelled = lru_cache(_REMEMBERED)(_spelled)

    def line(stored: ExportedRow) -> _Line:
        said: dict[str, Any] = {}
        if stored.person is not None and (text := spelled(stored.person)) is not None:
            said["person"] = text
        if stored.client is not None and (text := spelled(stored.client)) is not None:
            said["client"] = text
        if stored.resource is not None and (text := spelled(stored.resource)) is not None:
            said["resource"] = text
        with suppress(UnicodeDecodeError):  # nothing is left of it that could be shown
            if stored.details is not None:
                said["details"] = str(stored.details, "utf-8")
        return _Line(stored.public, said)

    def lines(entries: Sequence[ExportedRow]) -> bytes:
        return _encoder.encode_lines(list(map(line, entries)))

    return lines


def public_lines(entries: Sequence[ExportedRow]) -> bytes:
    """Return the same without disclosures: what is only to be counted."""
    return _encoder.encode_lines([_PublicLine(stored.public) for stored in entries])


def _spelled(text: bytes) -> msgspec.Raw | None:
    try:
        return msgspec.Raw(_encoder.encode(text.decode()))
    except UnicodeDecodeError:
        return None

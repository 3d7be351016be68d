"""What proves exported entries, one a line: their exact bytes, and their disclosures' texts.

A line is ``{"entry": <base64 of the bytes that were hashed>, "disclosures": {<name>: <text>}}``, as
:class:`indelible.core.evidence_file.ExportedEntry` is spelled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from indelible.export.remembered import Remembered
from indelible.ledger.exported_row import ExportedRow

_encoder = msgspec.json.Encoder()

_Text = str | msgspec.Raw | msgspec.UnsetType
"""A text, or its spelling as a JSON string; unset where there is none."""


class _Disclosures(msgspec.Struct, frozen=True, gc=False):
    person: _Text
    client: _Text
    resource: _Text
    details: _Text


class _Line(msgspec.Struct, frozen=True, gc=False):
    entry: bytes
    disclosures: _Disclosures


class _PublicLine(msgspec.Struct, frozen=True, gc=False):
    entry: bytes


def renderer() -> Callable[[Sequence[ExportedRow]], bytes]:
    """Return what renders entries as lines; it remembers the disclosures that are shared."""
    spelled = Remembered(_spelled)

    def lines(entries: Sequence[ExportedRow]) -> bytes:
        return _encoder.encode_lines(
            [
                _Line(
                    stored.public,
                    _Disclosures(
                        spelled[stored.person],
                        spelled[stored.client],
                        _text(stored.resource),  # most are said once
                        _text(stored.details),
                    ),
                )
                for stored in entries
            ]
        )

    return lines


def public_lines(entries: Sequence[ExportedRow]) -> bytes:
    """Return the same without disclosures: what is only to be counted."""
    return _encoder.encode_lines([_PublicLine(stored.public) for stored in entries])


def _spelled(text: bytes | None) -> _Text:
    said = _text(text)
    return msgspec.Raw(_encoder.encode(said)) if isinstance(said, str) else said


def _text(text: bytes | None) -> _Text:
    try:
        return msgspec.UNSET if text is None else text.decode()
    except UnicodeDecodeError:  # nothing is left of it that could be shown
        return msgspec.UNSET

"""What proves exported entries, one a line: their exact bytes, and their disclosures' texts.

A line is ``{"entry": <base64 of the bytes that were hashed>, "disclosures": {<name>: <text>}}``, as
:class:`indelible.core.evidence_file.ExportedEntry` is spelled.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from indelible.ledger.exported_row import ExportedRow

_encoder = msgspec.json.Encoder()

_Text = str | msgspec.UnsetType
"""Unset where there is none."""


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


def lines(entries: Sequence[ExportedRow]) -> bytes:
    """Return entries as lines."""
    return _encoder.encode_lines(
        [
            _Line(
                stored.public,
                _Disclosures(
                    msgspec.UNSET if (who := stored.person) is None else who.text,
                    msgspec.UNSET if (whence := stored.client) is None else whence.text,
                    msgspec.UNSET if (what := stored.resource) is None else what.text,
                    _text(stored.details),
                ),
            )
            for stored in entries
        ]
    )


def public_lines(entries: Sequence[ExportedRow]) -> bytes:
    """Return the same without disclosures: what is only to be counted."""
    return _encoder.encode_lines([_PublicLine(stored.public) for stored in entries])


def _text(text: bytes | None) -> _Text:
    try:
        return msgspec.UNSET if text is None else text.decode()
    except UnicodeDecodeError:  # nothing is left of it that could be shown
        return msgspec.UNSET

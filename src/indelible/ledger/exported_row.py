"""An entry on its way out of the log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from indelible.core.activity import TenantId
from indelible.export.activity_table import UNREADABLE
from indelible.export.said import Person, Said
from indelible.ledger import packing
from indelible.ledger.ports import LogNumber


class ExportedRow(msgspec.Struct, frozen=True, gc=False):
    """An entry and what it discloses.

    Attributes:
        log: number of its log.
        seq: its place there.
        public: the exact public part.
        person: None where there is none, or it was erased; the others likewise.
        details: text as it was hashed, UNREADABLE where what is kept of them was changed.
    """

    log: LogNumber
    seq: int
    tenant: TenantId | None
    public: bytes
    person: Person | None = None
    client: Said | None = None
    resource: Said | None = None
    details: bytes | None = None


def unpacked(details: Sequence[bytes | None]) -> Iterator[bytes | None]:
    """Yield the texts that are kept packed as *details*, UNREADABLE where there is none in it."""
    texts = packing.unpacked(packed for packed in details if packed is not None)
    for packed in details:
        if packed is None:
            yield None
        else:
            text = next(texts)
            yield UNREADABLE if text is None else text

"""An entry on its way out of the log."""

from __future__ import annotations

import msgspec

from indelible.core.activity import TenantId
from indelible.core.packing import unpack
from indelible.errors import Tampered
from indelible.export.activity_table import UNREADABLE
from indelible.ledger.ports import LogNumber


class ExportedRow(msgspec.Struct, frozen=True, gc=False):
    """An entry and the texts of its disclosures, as they were hashed.

    Attributes:
        log: number of its log.
        seq: its place there.
        public: the exact public part.
        person: None where there is none, or it was erased; the others likewise.
        details: UNREADABLE where what is kept of them was changed.
    """

    log: LogNumber
    seq: int
    tenant: TenantId | None
    public: bytes
    person: bytes | None = None
    client: bytes | None = None
    resource: bytes | None = None
    details: bytes | None = None


def unpacked(details: bytes | None) -> bytes | None:
    """Return the text that is kept packed as *details*, UNREADABLE if there is none in it."""
    if details is None:
        return None
    try:
        return unpack(details)
    except Tampered:
        return UNREADABLE

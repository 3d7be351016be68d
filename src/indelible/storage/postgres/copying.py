"""PostgreSQL's binary COPY format, written for the table that grows by a row an entry.

Rows are packed here, a struct a row, because the general encoder costs more than all the rest of an
append. Format: "COPY", section "Binary Format" of PostgreSQL's manual.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable

from indelible.core.merkle import HASH_SIZE
from indelible.ledger.packing import pack_details, pack_entry
from indelible.ledger.ports import EntryRow

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
_POSTGRES_EPOCH = 946_684_800_000_000  # 2000-01-01, microseconds since 1970
_NULL = b"\xff\xff\xff\xff"

_length = struct.Struct("!i").pack
_entry = struct.Struct("!h" + "ii" * 2 + "iq" * 4).pack  # field count, log .. resource
_LEAF = struct.pack("!i", HASH_SIZE)
_client = struct.Struct("!iq").pack
_entry_end = struct.Struct("!i16sihi?").pack  # id, action, failed

ENTRIES = (
    "COPY entries_part (log, resource_type, seq, time, person, resource, client, id, action, "
    "failed, session, bytes, details, leaf) FROM STDIN (FORMAT binary)"
)


def entries(rows: Iterable[EntryRow]) -> bytes:
    """Return the COPY data of entries."""
    parts = [HEADER]
    add = parts.append
    for row in rows:
        log, resource_type, seq, time, person, resource, client, id_, action, failed = row[:10]
        session, data, details, leaf = row[10:]
        add(
            _entry(
                14, 4, log, 4, resource_type, 8, seq, 8, time - _POSTGRES_EPOCH,
                8, person, 8, resource,
            )
        )  # fmt: skip
        add(_NULL if client is None else _client(8, client))
        add(_entry_end(16, id_, 2, action, 1, failed))
        if session is None:
            add(_NULL)
        else:
            text = session.encode()
            add(_length(len(text)))
            add(text)
        packed = pack_entry(data)
        add(_length(len(packed)))
        add(packed)
        if details is None:
            add(_NULL)
        else:
            packed = pack_details(details)
            add(_length(len(packed)))
            add(packed)
        add(_LEAF)
        add(leaf)
    add(TRAILER)
    return b"".join(parts)

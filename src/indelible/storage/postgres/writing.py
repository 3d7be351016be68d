"""What one commit writes, and the commit itself, at one round trip where the entries are few."""

from __future__ import annotations

from collections.abc import Iterator

from indelible.errors import Unknown
from indelible.ledger.packing import pack_details, pack_entry
from indelible.ledger.ports import EntryRow, Write
from indelible.storage.postgres import copying
from indelible.storage.postgres.database import DOWN
from indelible.storage.postgres.round_trip import (
    BOOL,
    BYTES,
    ID,
    INT,
    LONG,
    SHORT,
    TEXT,
    TIME,
    Call,
    Driver,
    Rejected,
    Statement,
    many,
    round_trip,
)

FEW = 8
"""Up to so many entries go with the rest; COPY takes two round trips more and less for each."""

_ADD_ENTRY = Statement(
    """
INSERT INTO entries_part (log, resource_type, seq, time, person, resource, client, id, action,
    failed, session, bytes, details, leaf)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
""",
    takes=[INT, INT, LONG, TIME, LONG, LONG, LONG, ID, SHORT, BOOL, TEXT, BYTES, BYTES, BYTES],
)

_ADD_TILES = Statement(
    "INSERT INTO tiles (log, level, index, data) SELECT * FROM unnest($1, $2, $3, $4)",
    takes=[many(INT), many(SHORT), many(LONG), many(BYTES)],
)

_ADD_RECEIPTS = Statement(
    "INSERT INTO receipts (log, key, body, seq) SELECT * FROM unnest($1, $2, $3, $4)",
    takes=[many(INT), many(BYTES), many(BYTES), many(LONG)],
)

# Entries first, heads last: a head over entries that may not exist would be a signed promise that
# nobody can take back.
_MOVE_HEADS = Statement(
    """
WITH moved (log, size, range, time, root, signature) AS (
    SELECT * FROM unnest($1, $2, $3, $4, $5, $6)
), head AS (
    UPDATE heads SET size = moved.size, range = moved.range, time = moved.time
    FROM moved WHERE heads.log = moved.log
)
INSERT INTO checkpoints (log, size, root, signature) SELECT log, size, root, signature FROM moved
""",
    takes=[many(INT), many(LONG), many(BYTES), many(LONG), many(BYTES), many(BYTES)],
)

_COMMIT = Statement("COMMIT")


async def commit(driver: Driver, write: Write | None, *, prepared: bool) -> None:
    """Write *write*, if there is something to write, and commit.

    Raises:
        Unknown: the connection died after COMMIT had been sent.
        psycopg.Error: nothing was committed.
    """
    calls: list[Call] = []
    if write is not None:
        if len(write.entries) > FEW:
            async with driver.cursor().copy(copying.ENTRIES) as copy:
                await copy.write(copying.entries(write.entries))
        calls = list(_calls(write))
    try:
        await round_trip(driver, *calls, _COMMIT(), prepared=prepared)
    except DOWN as error:
        refused = error.__cause__
        if isinstance(refused, Rejected) and refused.place < len(calls):
            raise  # COMMIT comes after what was refused, and was not done
        raise Unknown("The database went away while the entries were being committed.") from error


def _calls(write: Write) -> Iterator[Call]:
    if len(write.entries) <= FEW:
        for row in write.entries:
            yield _ADD_ENTRY(*_columns(row))
    if write.tiles:
        logs, tiles, data = zip(*write.tiles, strict=True)
        yield _ADD_TILES(logs, [tile.level for tile in tiles], [tile.index for tile in tiles], data)
    if write.receipts:
        yield _ADD_RECEIPTS(*zip(*write.receipts, strict=True))
    heads = [signed.head for signed in write.heads]
    yield _MOVE_HEADS(
        [head.log for head in heads],
        [head.size for head in heads],
        [head.range.to_bytes() for head in heads],
        [head.time for head in heads],
        [signed.root for signed in write.heads],
        [signed.signature for signed in write.heads],
    )


def _columns(row: EntryRow) -> tuple[object, ...]:
    details = None if row.details is None else pack_details(row.details)
    return (*row[:11], pack_entry(row.data), details, row.leaf)

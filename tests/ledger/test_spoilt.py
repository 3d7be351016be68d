"""A row spoilt by the database's superuser: the page and the export go on, and say so."""

from __future__ import annotations

import asyncio
import csv
import io
import zlib
from collections.abc import Iterable

import psycopg
import pytest
import sqlalchemy as sa

from indelible.core.scope import Scope
from indelible.export.activity_table import HEADING_LINE
from indelible.export.deflate import END, Piece
from indelible.index.postgres.index import PostgresIndex
from indelible.index.rows import UNREADABLE
from indelible.ledger.append import Appender
from indelible.ledger.export_parts import Wanted
from indelible.ledger.search import Filter
from indelible.storage.postgres.database import Database
from tests.ledger.conftest import TENANT, an_activity

SCOPE = Scope.only(TENANT)

SPOILS = {
    "entry bytes": "UPDATE entries SET bytes = '\\xfe00' WHERE seq = 1",
    "no bytes": "UPDATE entries SET bytes = '' WHERE seq = 1",
    "details": "UPDATE entries SET details = '\\x01ff' WHERE seq = 1",
    "other details": "UPDATE entries SET details = '\\x00ff' WHERE seq = 1",
}


def inflated(pieces: Iterable[Piece]) -> bytes:
    """Return the text of *pieces*."""
    return zlib.decompress(b"".join(piece.data for piece in pieces) + END, -15)


@pytest.mark.parametrize("spoil", SPOILS)
async def test_a_spoilt_row_hides_no_other(
    appender: Appender, database: Database, database_url: str, spoil: str
) -> None:
    """Page, entry and export show every other entry, and of this one that it was changed."""
    receipts = await appender.record([an_activity(f"edge {n}") for n in range(3)])
    owner = sa.make_url(database_url).set(drivername="postgresql").render_as_string(False)
    with psycopg.connect(owner) as connection:
        connection.execute("SET session_replication_role = replica")  # no triggers
        connection.execute(SPOILS[spoil])
    index = PostgresIndex(database.reading)
    page = await index.page(Filter(), SCOPE)
    assert [row.seq for row in page.items] == [2, 1, 0]
    assert [row.id for row in page.items] == [receipt.id for receipt in reversed(receipts)]
    entry = await index.entry(receipts[1].id, SCOPE)
    assert "indelible check" in entry.payload[UNREADABLE]
    async with index.snapshot(Filter(), SCOPE) as found:
        parts = await asyncio.to_thread(list, found.parts((Wanted.TABLE, Wanted.ENTRIES)))
    table, proofs = (
        inflated(part.pieces[wanted] for part in parts) for wanted in (Wanted.TABLE, Wanted.ENTRIES)
    )
    rows = list(csv.DictReader(io.StringIO((HEADING_LINE + table).decode())))
    assert [row["Resource name"] for row in (rows[0], rows[2])] == ["edge 2", "edge 0"]
    assert "indelible check" in rows[1]["Details"]
    assert len(proofs.splitlines()) == 3

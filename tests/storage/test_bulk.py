"""Rows read on the driver's own level."""

from __future__ import annotations

import uuid
from typing import cast

import psycopg
import pytest
import sqlalchemy as sa
from psycopg.rows import TupleRow

from indelible.storage.postgres.bulk import BulkQuery
from indelible.storage.postgres.database import Database

pytestmark = pytest.mark.database

ID = "00000000-0000-0000-0000-000000000007"


async def test_rows_come_as_they_are_sent_and_for_nobody_else(database: Database) -> None:
    """Types that were named stay bytes; the same connection reads them as ever elsewhere."""
    async with database.engine.connect() as connection:
        raw = await connection.get_raw_connection()
        driver = cast("psycopg.AsyncConnection[TupleRow]", raw.driver_connection)
        query = BulkQuery(
            driver,
            f"SELECT n, '{ID}'::uuid FROM generate_series($1::int, $2) n WHERE n = ANY($3)",
            as_sent=["uuid"],
        )
        assert query.rows(1, 9, [2, 3, 30]) == [(2, bytes(15) + b"\7"), (3, bytes(15) + b"\7")]
        assert query.rows(1, 9, []) == []
        found = await connection.scalar(sa.text(f"SELECT '{ID}'::uuid"))
        assert found == uuid.UUID(ID)


async def test_an_error_is_the_driver_s(database: Database) -> None:
    """Whoever reads translates it."""
    async with database.engine.connect() as connection:
        raw = await connection.get_raw_connection()
        driver = cast("psycopg.AsyncConnection[TupleRow]", raw.driver_connection)
        with pytest.raises(psycopg.errors.DivisionByZero):
            BulkQuery(driver, "SELECT 1 / $1::int").rows(0)

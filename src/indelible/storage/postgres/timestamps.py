"""Time-stamp tokens in PostgreSQL; see :class:`indelible.ledger.stamp.TokenStore`."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from indelible.ledger.stamp import Token
from indelible.storage.postgres.database import Database

_LAST = sa.text("SELECT size, at FROM timestamps ORDER BY size DESC, at DESC LIMIT 1")
_KEEP = sa.text("""
INSERT INTO timestamps (size, authority, token, at) VALUES (:size, :authority, :token, :at)
ON CONFLICT DO NOTHING
""")


class PostgresTimestamps:
    """Keeps tokens beside the root checkpoints that they are over."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    async def last(self) -> tuple[int, datetime] | None:
        """Return size and time of the newest token; None before the first."""
        async with self._database.asking() as connection:
            row = (await connection.execute(_LAST)).one_or_none()
        return None if row is None else (row[0], row[1])

    async def keep(self, size: int, token: Token) -> None:
        """Keep a token; the same one is kept once."""
        row = {"size": size, "authority": token.authority, "token": token.data, "at": token.time}
        async with self._database.begin() as connection:
            await connection.execute(_KEEP, row)

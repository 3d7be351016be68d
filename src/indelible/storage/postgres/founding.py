"""What is settled when a database is first used, and must not change under a log that stands."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from indelible.errors import Misconfigured
from indelible.ledger.ports import Effect
from indelible.storage.postgres.database import Database

_LOCK = sa.text("SELECT pg_advisory_xact_lock(499208806)")  # any number that nobody else takes
_READ_ONLY = sa.text("SELECT current_setting('transaction_read_only') = 'on'")
_KEYS = sa.text("SELECT public_key FROM signing_keys")
_ADMIT_KEY = sa.text("INSERT INTO signing_keys (public_key) VALUES (:key) ON CONFLICT DO NOTHING")
_ADMIT_HEIR = sa.text(
    "INSERT INTO signing_keys (public_key, since, statement) "
    "VALUES (:key, clock_timestamp(), :statement)"
)
_ORIGINS = sa.text("SELECT origin FROM logs ORDER BY origin")
_ORIGIN = sa.text("SELECT origin FROM logs LIMIT 1")


async def signing_keys(database: Database) -> frozenset[bytes]:
    """Return the public keys that have signed checkpoints here; none in a new database."""
    async with database.begin() as connection:
        return frozenset((await connection.execute(_KEYS)).scalars())


async def log_origins(database: Database) -> Sequence[str]:
    """Return the origin of every log, in order."""
    async with database.begin() as connection:
        return list((await connection.execute(_ORIGINS)).scalars())


async def found(database: Database, *, public_key: bytes, base: str) -> None:
    """Tie the database to its signing key and to what its logs' origins start with.

    Raises:
        Misconfigured: it is tied to others already, or takes no entries.
    """
    async with database.begin() as connection:
        if await connection.scalar(_READ_ONLY):
            raise Misconfigured(
                "The database at INDELIBLE_DATABASE_URL can only be read: it is a standby, or was "
                "set so. Name the primary."
            )
        # Two nodes that start at once on a new database, each with a key that it made, would both
        # find none and admit both: one of them is told.
        await connection.execute(_LOCK)
        keys = set((await connection.execute(_KEYS)).scalars())
        if not keys:
            await connection.execute(_ADMIT_KEY, {"key": public_key})
        elif public_key not in keys:
            raise Misconfigured(
                "The log in this database was signed with another key than the one configured. "
                "Restore the key file that belongs to it (INDELIBLE_KEY_FILE)."
            )
        origin = (await connection.execute(_ORIGIN)).scalar()
        if origin is not None and not str(origin).startswith(f"{base}/logs/"):
            raise Misconfigured(
                f"The logs in this database are named like {origin}, and INDELIBLE_ORIGIN is "
                f"{base}: set it back; the name is in every entry."
            )


class PostgresSigningKeys:
    """The keys that sign the logs, or did; see :class:`indelible.ledger.rotate.SigningKeys`."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    async def all(self) -> Collection[bytes]:
        """Return the public keys."""
        return await signing_keys(self._database)

    def admit(self, public_key: bytes, statement: str) -> Effect:
        """Add a key, with the statement in which its predecessor signs it in."""

        async def admit(connection: AsyncConnection) -> None:
            row = {"key": public_key, "statement": statement.encode()}
            await connection.execute(_ADMIT_HEIR, row)

        return admit

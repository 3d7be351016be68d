"""What a check reads, and where its result is kept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from indelible.config.settings import Settings
from indelible.ledger.integrity import PastCheck
from indelible.signing.file_key import load_signer
from indelible.storage.postgres.archive import PostgresArchive
from indelible.storage.postgres.database import Database
from indelible.storage.postgres.integrity import PostgresIntegrity


@asynccontextmanager
async def open_archive(
    settings: Settings, database_url: str
) -> AsyncIterator[tuple[PostgresArchive, list[bytes]]]:
    """Yield what a check reads, and the public keys that are trusted.

    That is the key of the configured key file; none where this machine does not have it.

    Raises:
        Misconfigured: the key file can't be used.
    """
    database = Database(database_url, pool_size=2)
    try:
        path = settings.signing_key
        yield PostgresArchive(database), [load_signer(path).public_key] if path.exists() else []
    finally:
        await database.close()


async def keep_check(database_url: str, check: PastCheck) -> None:
    """Keep what a check found, for the page about integrity.

    Raises:
        Unavailable: the database can't be reached, or does not take it.
    """
    database = Database(database_url, pool_size=1)
    try:
        await PostgresIntegrity(database).keep(check)
    finally:
        await database.close()

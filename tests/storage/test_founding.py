"""A database belongs to one signing key, whoever starts first."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa

from indelible.errors import Misconfigured
from indelible.storage.postgres.database import Database
from indelible.storage.postgres.founding import found, signing_keys

pytestmark = pytest.mark.database

KEYS = [bytes([number]) * 32 for number in range(6)]


async def test_of_nodes_that_start_at_once_with_keys_of_their_own_one_founds(
    database: Database,
) -> None:
    """Two signing keys that know nothing of each other never get into one database."""
    await asyncio.gather(*(signing_keys(database) for _ in KEYS))  # connected, so as to be at once
    outcomes = await asyncio.gather(
        *(found(database, public_key=key, base="localhost/audit") for key in KEYS),
        return_exceptions=True,
    )
    assert sum(outcome is None for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Misconfigured) for outcome in outcomes) == len(KEYS) - 1
    winner = KEYS[[outcome is None for outcome in outcomes].index(True)]
    assert await signing_keys(database) == {winner}


async def test_nodes_with_the_same_key_start_together(database: Database) -> None:
    """Nodes that were given a copy of one key file start in any order."""
    await asyncio.gather(
        *(found(database, public_key=KEYS[0], base="localhost/audit") for _ in range(6))
    )
    assert await signing_keys(database) == {KEYS[0]}


async def test_a_database_that_can_only_be_read_is_refused(database_url: str) -> None:
    """A node that was given the URL of a standby does not start, and says why."""
    admin = sa.create_engine(database_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        name = connection.scalar(sa.text("SELECT quote_ident(current_database())"))
        connection.execute(sa.text(f"ALTER DATABASE {name} SET default_transaction_read_only = on"))
    admin.dispose()
    database = Database(database_url)
    with pytest.raises(Misconfigured, match="Name the primary"):
        await found(database, public_key=KEYS[0], base="localhost/audit")
    await database.close()

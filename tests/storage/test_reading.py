"""Snapshots, and the connections that they are taken on."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from indelible.core.activity import TenantId
from indelible.core.scope import Scope
from indelible.errors import Unavailable
from indelible.storage.postgres.database import Database

TENANT = TenantId("3f9c2a44-0000-4000-8000-000000000001")
OTHER = TenantId("3f9c2a44-0000-4000-8000-000000000002")
EVERYTHING = Scope.everything()

LOGS = sa.text("SELECT count(*) FROM logs")
WHO = sa.text("""
SELECT current_user::text, coalesce(current_setting('indelible.scope', true), ''),
    current_setting('plan_cache_mode'), current_setting('transaction_isolation'),
    current_setting('transaction_read_only')
""")
AS_USUAL = ("indelible_app", "", "auto", "read committed", "off")


@pytest.fixture
async def logs(database: Database) -> None:
    """Logs of two tenants."""
    await add_log(database, TENANT)
    await add_log(database, OTHER)


async def add_log(database: Database, tenant: TenantId) -> None:
    """Make a log."""
    async with database.begin() as connection:
        await connection.execute(
            sa.text(
                "INSERT INTO logs (origin, tenant) VALUES (CAST(:tenant AS text), CAST(:tenant AS uuid))"
            ),
            {"tenant": tenant},
        )


async def who(connection: AsyncConnection) -> tuple[str, ...]:
    """As whom a connection acts, and how."""
    return tuple((await connection.execute(WHO)).one())


@pytest.mark.usefixtures("logs")
async def test_a_snapshot_shows_what_its_scope_may_see(database: Database) -> None:
    """One tenant its own log and nobody else's; those who see everything, all of them."""
    for scope, count in ((Scope(tenant=TENANT), 1), (EVERYTHING, 2), (Scope(tenant=OTHER), 1)):
        async with database.reading(scope) as connection:
            assert (await connection.execute(LOGS)).scalar() == count


@pytest.mark.usefixtures("logs")
async def test_a_snapshot_stands_still(database: Database) -> None:
    """What is committed meanwhile is not seen."""
    async with database.reading(EVERYTHING) as connection:
        await add_log(database, TenantId("3f9c2a44-0000-4000-8000-000000000003"))
        assert (await connection.execute(LOGS)).scalar() == 2
    async with database.reading(EVERYTHING) as connection:
        assert (await connection.execute(LOGS)).scalar() == 3


async def test_nothing_can_be_written_in_a_snapshot(database: Database) -> None:
    """Whoever reads can't change anything, whatever the statement."""
    async with database.reading(EVERYTHING, custom_plans=True) as connection:
        assert await who(connection) == (
            "indelible_overseer", "", "force_custom_plan", "repeatable read", "on"
        )  # fmt: skip
        with pytest.raises(sa.exc.DBAPIError, match="read-only"):
            await connection.execute(sa.text("CREATE TEMP TABLE t (n int)"))


async def test_a_connection_comes_back_as_it_went(database_url: str) -> None:
    """No transaction, role or setting of a reader outlives its block, however that ended."""
    database = Database(database_url, readers=3)
    before = await backends(database)
    scope = Scope(tenant=TENANT)
    for ending in (None, RuntimeError("of the reader"), asyncio.CancelledError()):
        with suppress(RuntimeError, asyncio.CancelledError):
            async with database.reading(scope, custom_plans=True) as connection:
                assert (await who(connection))[:2] == ("indelible_reader", TENANT)
                if ending is not None:
                    raise ending
        assert await backends(database) == before
    await database.close()


async def test_readers_that_are_cut_off_leave_nothing_behind(database_url: str) -> None:
    """Cancelled at any moment: connections are whole and idle, and the same as before."""
    database = Database(database_url, readers=3)
    before = await backends(database)
    draw = random.Random(3)

    async def read() -> None:
        async with database.reading(Scope(tenant=TENANT)):
            await asyncio.sleep(0.0005)

    for _ in range(60):
        readers = [asyncio.create_task(read()) for _ in range(4)]
        await asyncio.sleep(draw.random() * 0.004)
        for reader in readers:
            reader.cancel()
        await asyncio.wait(readers)
    assert await backends(database) == before
    await database.close()


async def backends(database: Database) -> set[int]:
    """The server's process ids behind the readers' pool of three, which must all be as usual."""
    pids = set()
    pool = database._readers
    async with pool.connect() as one, pool.connect() as two, pool.connect() as three:
        for connection in (one, two, three):
            assert await who(connection) == AS_USUAL
            pids.add((await connection.execute(sa.text("SELECT pg_backend_pid()"))).scalar_one())
    return pids


async def test_a_server_that_restarted_fails_one_reader(
    database: Database, server_url: str
) -> None:
    """Not one for each connection that the pool had."""
    async with (
        database.reading(EVERYTHING),
        database.reading(EVERYTHING),
        database.reading(EVERYTHING),
    ):
        pass
    engine = sa.create_engine(server_url)
    with engine.connect() as administrator:
        administrator.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE application_name LIKE 'indelible%'"
            )
        )
    engine.dispose()
    with pytest.raises(Unavailable):
        async with database.reading(EVERYTHING):
            pass
    for _ in range(3):
        async with database.reading(EVERYTHING) as connection:
            assert (await connection.execute(LOGS)).scalar() == 0

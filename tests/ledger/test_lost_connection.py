"""A connection that dies in the commit: the truth is learned, not guessed."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from types import MappingProxyType

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from indelible.core.activity import TenantId
from indelible.core.redaction import Redactor
from indelible.errors import Unavailable, Unknown
from indelible.ledger.append import Appender
from indelible.ledger.ports import AppendTransaction
from indelible.signing.file_key import FileSigner
from indelible.storage.postgres.append import PostgresLedger
from indelible.storage.postgres.database import Database
from tests.ledger.conftest import BASE, Clock, an_activity
from tests.ledger.cutting import cutting


class Unfinished(Exception):
    """Rolls a transaction back."""


class DyingStore:
    """A real store whose first commit is answered by silence.

    Faults: ``after`` the commit took place, or ``before`` it did.
    """

    def __init__(self, store: PostgresLedger, fault: str) -> None:
        self.store = store
        self.fault = fault

    @asynccontextmanager
    async def append(
        self,
        tenants: Collection[TenantId | None],
        keys: Mapping[TenantId | None, Collection[bytes]] = MappingProxyType({}),
    ) -> AsyncIterator[AppendTransaction]:
        fault, self.fault = self.fault, ""
        if fault == "before":
            with suppress(Unfinished):
                async with self.store.append(tenants, keys) as transaction:
                    yield transaction
                    raise Unfinished
        else:
            async with self.store.append(tenants, keys) as transaction:
                yield transaction
        if fault:
            raise Unknown("the connection died in the commit")


def dying(database: Database, signer: FileSigner, clock: Clock, fault: str) -> Appender:
    """An appender on a store with *fault*."""
    store = DyingStore(PostgresLedger(database, base=BASE), fault)
    return Appender(store, signer, redactor=Redactor(), clock=clock)


async def count(database: Database) -> int:
    """How many entries stand."""
    async with database.begin() as connection:
        return int((await connection.execute(sa.text("SELECT count(*) FROM entries"))).scalar_one())


async def test_entries_that_were_committed_are_acknowledged(
    database: Database, signer: FileSigner, clock: Clock
) -> None:
    """Where the commit took place before the connection died, the receipts are good."""
    appender = dying(database, signer, clock, "after")
    receipts = await appender.record([an_activity(), an_activity()])
    assert [receipt.seq for receipt in receipts] == [0, 1]
    assert await count(database) == 2
    (third,) = await appender.record([an_activity()])
    assert third.seq == 2


async def test_entries_that_were_not_committed_are_refused(
    database: Database, signer: FileSigner, clock: Clock
) -> None:
    """Where nothing was committed, the caller learns that for sure, and can go on."""
    appender = dying(database, signer, clock, "before")
    with pytest.raises(Unavailable) as caught:
        await appender.record([an_activity(), an_activity()])
    assert not isinstance(caught.value, Unknown)
    assert await count(database) == 0
    (first,) = await appender.record([an_activity()])
    assert first.seq == 0


@pytest.mark.parametrize("entries", [2, 40], ids=["few", "many"])
@pytest.mark.parametrize("fault", ["before", "after"])
async def test_a_connection_that_is_cut_in_the_commit_is_looked_into(
    database: Database,
    database_url: str,
    signer: FileSigner,
    clock: Clock,
    fault: str,
    entries: int,
) -> None:
    """Cut before COMMIT arrives nothing stands and that is said; after it, all is acknowledged."""
    with tempfile.TemporaryDirectory() as folder:
        async with cutting(database_url, Path(folder)) as (url, cutter):
            through = Database(url, pool_size=2)
            store = PostgresLedger(through, base=BASE)
            appender = Appender(store, signer, redactor=Redactor(), clock=clock)
            cutter.fault = fault
            batch = [an_activity(key=f"key {number}") for number in range(entries)]
            if fault == "after":
                receipts = await appender.record(batch)
                assert [receipt.seq for receipt in receipts] == list(range(entries))
            else:
                with pytest.raises(Unavailable) as caught:
                    await appender.record(batch)
                assert not isinstance(caught.value, Unknown)
            assert cutter.cuts == 1
            assert await count(database) == (entries if fault == "after" else 0)
            again = await appender.record(batch)
            assert [receipt.seq for receipt in again] == list(range(entries))
            assert await count(database) == entries
            await through.close()


async def test_what_the_server_refuses_before_the_commit_is_not_unknown(
    database: Database, signer: FileSigner, clock: Clock
) -> None:
    """COMMIT goes along with the rest, and is not done where the rest was refused."""
    store = PostgresLedger(database, base=BASE)
    appender = Appender(store, signer, redactor=Redactor(), clock=clock)
    await appender.record([an_activity()])

    async def impatient(connection: AsyncConnection) -> None:
        await connection.execute(sa.text("SET LOCAL lock_timeout = 100"))

    in_the_way = sa.text(
        "INSERT INTO entries SELECT log, resource_type, 1, time, person, resource, client, "
        "gen_random_uuid(), action, failed, session, bytes, details, leaf FROM entries WHERE seq = 0"
    )
    async with database.engine.connect() as connection:
        await connection.execute(in_the_way)
        with pytest.raises(Unavailable) as caught:
            await appender.record([an_activity()], effect=impatient)
    assert not isinstance(caught.value, Unknown)
    assert await count(database) == 1
    (second,) = await appender.record([an_activity()])
    assert second.seq == 1


async def test_an_effect_may_take_a_step_back(
    database: Database, signer: FileSigner, clock: Clock
) -> None:
    """A savepoint that it rolls back makes the driver forget its statements; the entry stands."""
    store = PostgresLedger(database, base=BASE)
    appender = Appender(store, signer, redactor=Redactor(), clock=clock)

    async def step_back(connection: AsyncConnection) -> None:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        await driver.execute("SELECT 1", prepare=True)
        savepoint = await connection.begin_nested()
        await connection.execute(sa.text("SELECT 1"))
        await savepoint.rollback()

    for seq in range(3):
        (receipt,) = await appender.record([an_activity()], effect=step_back)
        assert receipt.seq == seq

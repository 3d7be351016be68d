"""A connection that dies in the commit: the truth is learned, not guessed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager, suppress
from types import MappingProxyType

import pytest
import sqlalchemy as sa

from indelible.core.activity import TenantId
from indelible.core.redaction import Redactor
from indelible.errors import Unavailable, Unknown
from indelible.ledger.append import Appender
from indelible.ledger.ports import AppendTransaction
from indelible.signing.file_key import FileSigner
from indelible.storage.postgres.append import PostgresLedger
from indelible.storage.postgres.database import Database
from tests.ledger.conftest import BASE, Clock, an_activity


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

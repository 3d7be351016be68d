"""The index that reads PostgreSQL, on a log that the real appender wrote."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable

import msgspec
import psycopg
import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from indelible.core.activity import Client, Resource
from indelible.core.redaction import Redactor
from indelible.core.scope import Scope
from indelible.errors import Unavailable
from indelible.index import part_reader
from indelible.index.postgres.index import PostgresIndex
from indelible.index.postgres.segmenter import PostgresSegmenter
from indelible.ledger.append import Appender
from indelible.ledger.export_parts import Wanted
from indelible.ledger.search import Filter
from indelible.signing.file_key import FileSigner
from indelible.storage.postgres.append import PostgresLedger
from indelible.storage.postgres.database import Database
from tests.index.contract import START, ActivityIndexContract, exported
from tests.index.model import ACME, World, an_activity

pytestmark = pytest.mark.database
ENTRIES = 400


class Clock:
    """Stands still or jumps, as the test says; nanoseconds."""

    def __init__(self) -> None:
        self.now = int(START.timestamp()) * 10**9

    def __call__(self) -> int:
        return self.now


@pytest.fixture(scope="module")
def clock() -> Clock:
    """The appender's clock."""
    return Clock()


@pytest.fixture(scope="module")
async def shared_database(shared_database_url: str) -> AsyncIterator[Database]:
    """A database for this module."""
    database = Database(shared_database_url)
    yield database
    await database.close()


@pytest.fixture(scope="module")
async def world(shared_database: Database, clock: Clock) -> World:
    """A log of some hundred random entries, many in the same microsecond."""
    signer = FileSigner(Ed25519PrivateKey.generate())
    store = PostgresLedger(shared_database, base="audit.test")
    world = World(Appender(store, signer, redactor=Redactor(), clock=clock))
    lots = random.Random(4)
    while len(world.entries) < ENTRIES:
        await world.record([an_activity(lots) for _ in range(lots.choice((1, 2, 9)))])
        clock.now += lots.choice((0, 1_000, 10**9, 60 * 10**9))
    return world


@pytest.fixture
def index(shared_database: Database, world: World) -> PostgresIndex:
    """A new index: it remembers nothing."""
    return PostgresIndex(shared_database.reading)


@pytest.fixture
def add(world: World) -> Callable[..., Awaitable[None]]:
    """Record one more entry."""

    async def add(*, resource_type: str = "edge", name: str | None = None, **fields) -> None:
        activity = an_activity(random.Random(5))
        resource = Resource(type=resource_type, id="r-new", name=name)
        await world.record([msgspec.structs.replace(activity, resource=resource, **fields)])

    return add


class TestPostgresIndex(ActivityIndexContract):
    """The contract."""


@pytest.fixture(scope="module")
async def segmented(shared_database: Database, world: World) -> None:
    """Make segments of what is there."""
    segmenter = PostgresSegmenter(shared_database.begin, least=30, most_behind=0)
    while await segmenter.advance():
        pass


class TestSegmented(ActivityIndexContract):
    """The contract, when most entries are in segments and the newest are not."""

    pytestmark = pytest.mark.usefixtures("segmented")


async def test_remembered(index: PostgresIndex, world: World, add) -> None:
    """What was counted before is not counted again, and what came since is added."""
    where, scope = Filter(resource_type="edge"), Scope.everything()
    for _ in range(3):
        assert await index.count(where, scope) == len(world.passing(where, scope))
        histogram = await index.histogram(where, scope)
        seen = sum(each.success + each.failure for each in histogram.buckets)
        assert seen == len(world.passing(where, scope))
        await add()
    new = PostgresIndex(index._open)
    assert await index.histogram(where, scope) == await new.histogram(where, scope)


async def test_erased(index: PostgresIndex, world: World, add, shared_database_url: str) -> None:
    """What was erased is not found, not shown, and not remembered; its absence is."""
    where, scope = Filter(search="forget me"), Scope.only(ACME)
    await add(tenant=ACME, name="Forget me", client=Client(ip="203.0.113.9"))
    (row,) = (await index.page(where, scope)).items
    await erase(shared_database_url)
    assert await index.count(where, scope) == 0
    assert await index.count(Filter(address="203.0.113.9"), scope) == 0
    entry = await index.entry(row.id, scope)
    assert {"client", "resource"} <= set(entry.erased)
    assert (entry.resource.name, entry.client) == (None, None)
    async with index.snapshot(Filter(resource="r-new"), scope) as found:
        entries = await asyncio.to_thread(lambda: list(exported(found)))
    assert any("client" not in said and "resource" not in said for _, said in entries)


async def erase(url: str) -> None:
    """Do what an erasure will do."""
    plain = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    async with await psycopg.AsyncConnection.connect(plain) as connection:
        await connection.execute(
            "UPDATE resources SET name = NULL, disclosure = NULL, key = NULL WHERE name = 'Forget me'"
        )
        await connection.execute(
            "UPDATE clients SET ip = NULL, disclosure = NULL, key = NULL WHERE ip = '203.0.113.9'"
        )
        await connection.execute("UPDATE heads SET erasures = erasures + 1")


async def test_unreachable() -> None:
    """A database that can't be reached is said to be so."""
    database = Database("postgresql+psycopg://postgres@/none?host=/nowhere")
    index = PostgresIndex(database.reading)
    for ask in (index.probe(), index.page(Filter(), Scope.everything())):
        with pytest.raises(Unavailable):
            await ask
    await database.close()


async def test_cut_off(
    index: PostgresIndex, shared_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection that dies while a snapshot is read is an error, never a short snapshot."""
    monkeypatch.setattr(part_reader, "ROWS", 5)

    async def read_all() -> None:
        async with index.snapshot(Filter(), Scope.everything()) as found:
            parts = found.parts((Wanted.ENTRIES,))
            await asyncio.to_thread(next, parts)
            await terminate_readers(shared_database_url)
            await asyncio.to_thread(list, parts)

    with pytest.raises(Unavailable):
        await read_all()
    assert await index.probe() == 0.0


async def terminate_readers(url: str) -> None:
    """End every connection of the application, as a restart of the database does."""
    plain = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    async with await psycopg.AsyncConnection.connect(plain) as connection:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name LIKE 'indelible%'"
        )


async def test_probe(index: PostgresIndex) -> None:
    """The index is the log, so it is never behind."""
    assert await index.probe() == 0.0

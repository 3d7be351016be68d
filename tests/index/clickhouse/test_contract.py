"""The index in ClickHouse keeps the contract, however far it has come."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from indelible.core.activity import Action, Resource
from indelible.core.redaction import Redactor
from indelible.core.scope import Scope
from indelible.index.clickhouse.client import ClickHouse, open_clickhouse
from indelible.index.clickhouse.follower import ClickHouseFollower
from indelible.index.clickhouse.index import ClickHouseIndex
from indelible.index.postgres.index import PostgresIndex
from indelible.ledger.append import Appender
from indelible.ledger.search import Filter
from indelible.signing.file_key import FileSigner
from indelible.storage.postgres.append import PostgresLedger
from indelible.storage.postgres.database import Database
from tests.index.contract import START, ActivityIndexContract
from tests.index.model import World, an_activity

pytestmark = pytest.mark.database
ENTRIES = 300


@pytest.fixture(scope="module")
async def shared_database(shared_database_url: str) -> AsyncIterator[Database]:
    """A database for this module."""
    database = Database(shared_database_url)
    yield database
    await database.close()


@pytest.fixture(scope="module", params=["all of it", "half of it"])
def reach(request: pytest.FixtureRequest) -> str:
    """How much of the log is indexed."""
    return request.param


@pytest.fixture(scope="module")
def module_clickhouse(new_clickhouse_url: Callable[[], str], reach: str) -> Iterator[ClickHouse]:
    """A database for one reach."""
    clickhouse = open_clickhouse(new_clickhouse_url())
    yield clickhouse
    clickhouse.close()


@pytest.fixture(scope="module")
def follower(module_clickhouse: ClickHouse, shared_database: Database) -> ClickHouseFollower:
    """What follows, in small steps."""
    return ClickHouseFollower(module_clickhouse, shared_database.reading, block=97)


@pytest.fixture(scope="module")
async def recorded(shared_database: Database) -> World:
    """A log of some hundred random entries, many in the same microsecond."""
    now = int(START.timestamp()) * 10**9
    signer = FileSigner(Ed25519PrivateKey.generate())
    store = PostgresLedger(shared_database, base="audit.test")
    world = World(Appender(store, signer, redactor=Redactor(), clock=lambda: now))
    lots = random.Random(4)
    while len(world.entries) < ENTRIES:
        await world.record([an_activity(lots) for _ in range(lots.choice((1, 2, 9)))])
        now += lots.choice((0, 1_000, 10**9, 60 * 10**9))
    return world


@pytest.fixture(scope="module")
async def world(recorded: World, follower: ClickHouseFollower, reach: str) -> World:
    """The same, as far indexed as it is to be."""
    if reach == "half of it":
        assert [await follower.advance() for _ in range(2)] == [97, 97]
    if reach == "all of it":
        while await follower.advance():
            pass
    return recorded


@pytest.fixture
def index(
    module_clickhouse: ClickHouse, shared_database: Database, world: World
) -> Iterator[ClickHouseIndex]:
    """A new index, that remembers nothing and is not helped out by the ledger."""
    ledger = PostgresIndex(shared_database.reading)
    index = ClickHouseIndex(module_clickhouse, shared_database.reading, ledger=ledger)
    yield index
    assert index.stand_ins == 0


@pytest.fixture
def add(world: World, follower: ClickHouseFollower, reach: str) -> Callable[..., Awaitable[None]]:
    """Record one more entry."""

    async def add(*, resource_type: str = "edge", name: str | None = None, **fields) -> None:
        activity = an_activity(random.Random(5))
        resource = Resource(type=resource_type, id="r-new", name=name)
        await world.record([msgspec.structs.replace(activity, resource=resource, **fields)])
        if reach == "all of it":
            await follower.advance()

    return add


class TestClickHouseIndex(ActivityIndexContract, examples=25):
    """The contract; an answer takes two databases, so fewer are asked for."""


async def test_remembered(index: ClickHouseIndex, world: World, add) -> None:
    """What was counted before is not counted again, and what came since is added."""
    for where in (Filter(resource_type="edge"), Filter(action=Action.EXPORT), Filter(search="e")):
        for _ in range(3):
            expected = len(world.passing(where, Scope.everything()))
            assert await index.count(where, Scope.everything()) == expected
            await add()

"""No question reads more of the log when the log is longer."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from indelible.core.activity import Action, Actor, Client, Resource, Status, TenantId
from indelible.core.redaction import Redactor
from indelible.core.scope import Scope
from indelible.index.postgres import fields
from indelible.index.postgres.index import PostgresIndex
from indelible.index.postgres.segmenter import PostgresSegmenter
from indelible.index.reader import Reader
from indelible.ledger.append import Appender
from indelible.ledger.search import Filter
from indelible.signing.file_key import FileSigner
from indelible.storage.postgres.append import PostgresLedger
from indelible.storage.postgres.database import Database
from tests.index.model import ACME, World, an_activity
from tests.index.postgres.conftest import START, Clock

pytestmark = pytest.mark.database

TENANTS = (ACME, *(TenantId(f"3f9c2a44-0000-4000-8000-00000000000{n}") for n in range(5)), None)
BATCH = 500
SIZES = (11_000, 27_000)
"""Entries. Of fewer the planner may read all: then that is the cheapest."""

FEW = 60  # mentions that are fetched one by one, here
PAGE = 20
MOST_READ = len(TENANTS) * 2 * PAGE
"""Rows of entries that a query may read: of each log no more than two pages."""
SCOPES = (Scope.everything(), Scope.only(ACME))
SINGLE: Mapping[str, Mapping[str, Any]] = {
    "search": {"search": "user7@"},
    "tenant": {"tenant": ACME},
    "resource_type": {"resource_type": "edge"},
    "action": {"action": Action.DELETE},
    "status": {"status": Status.FAILURE},
    "from": {"from_": datetime.fromtimestamp(START + 3, UTC)},
    "to": {"to": datetime.fromtimestamp(START + 9, UTC)},
    "user": {"user": "u-7"},
    "session": {"session": "s-7"},
    "resource": {"resource": "r-7"},
    "address": {"address": "192.0.2.7"},
    "assumed": {"assumed": True},
}
QUESTIONS = {
    "nothing": Filter(),
    **{name: Filter(**said) for name, said in SINGLE.items()},
}
PAIRS = {
    f"{one}, {other}": Filter(**SINGLE[one], **SINGLE[other])
    for one, other in itertools.combinations(SINGLE, 2)
}


class Read(NamedTuple):
    """A part of a plan that reads entries, and how many rows it read."""

    how: str
    rows: float
    query: str


class Plans:
    """What the database did for each query since it was last asked."""

    def __init__(self) -> None:
        self.reads: list[Read] = []

    def taken(self) -> list[Read]:
        """Return them."""
        reads, self.reads = self.reads, []
        return reads

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Have each query of the index explained before it is run, in the same snapshot."""
        run = Reader.all

        async def explained(reader: Reader, query: str, values: Any = None) -> list[Any]:
            ((plan,),) = await run(
                reader, f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {query}", values
            )
            (top,) = json.loads(plan) if isinstance(plan, str) else plan
            for node in nodes(top["Plan"]):
                if node.get("Relation Name", node.get("Index Name", "")).startswith("entries"):
                    rows = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
                    rows += node.get("Rows Removed by Index Recheck", 0)
                    rows *= node["Actual Loops"]
                    self.reads.append(Read(node["Node Type"], rows, query))
            return await run(reader, query, values)

        patch.setattr(Reader, "all", explained)


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the parts of a plan."""
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


class Site:
    """Logs of several tenants, all in segments."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = Clock()
        self.lots = random.Random(3)
        signer = FileSigner(Ed25519PrivateKey.generate())
        store = PostgresLedger(database, base="audit.test")
        self.world = World(Appender(store, signer, redactor=Redactor(), clock=self.clock))

    async def grow(self, size: int) -> None:
        """Record until there are so many entries; number 7 of each kind comes seldom, and early."""
        draw = self.lots.randrange
        while len(self.world.entries) < size:
            rare = len(self.world.entries) < SIZES[0]
            self.clock.now += 10**9

            def among(number: int, rare: bool = rare) -> int:
                drawn = draw(number)
                return drawn + number if drawn == 7 and not rare else drawn

            await self.world.record(
                [
                    an_activity(
                        self.lots,
                        tenant=self.lots.choice(TENANTS),
                        actor=Actor(id=f"u-{(who := among(200))}", email=f"user{who}@example.com"),
                        resource=Resource(
                            type=self.lots.choice(("edge", "user", "acl")), id=f"r-{among(900)}"
                        ),
                        client=Client(ip=f"192.0.2.{among(250)}"),
                        session=f"s-{among(300)}",
                    )
                    for _ in range(BATCH)
                ]
            )
        segmenter = PostgresSegmenter(self.database.begin, least=1, most_behind=0)
        while await segmenter.advance():
            pass
        async with self.database.engine.connect() as connection:
            await connection.exec_driver_sql("RESET ROLE")
            await connection.exec_driver_sql("ANALYZE")
            await connection.commit()


@pytest.fixture(scope="module")
async def site(shared_database_url: str) -> Any:
    """The shorter log."""
    database = Database(shared_database_url)
    site = Site(database)
    await site.grow(SIZES[0])
    yield site
    await database.close()


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> Plans:
    """What the database does, from here on."""
    monkeypatch.setattr(fields, "FEW", FEW)
    plans = Plans()
    plans.install(monkeypatch)
    return plans


async def ask(site: Site, where: Filter, scope: Scope) -> None:
    """Ask a new process for the first page, those after it and in the middle, and what is above."""
    index = PostgresIndex(site.database.reading)
    page = await index.page(where, scope, limit=PAGE)
    await index.page(where, scope, limit=PAGE, position=page.total // 2)
    if page.next is not None:
        await index.page(where, scope, limit=PAGE, cursor=page.next)
    await index.histogram(where, scope)


async def test_indexed(site: Site, plans: Plans) -> None:
    """Whatever is asked, entries are read by an index, and few."""
    for (name, where), scope in zip(PAIRS.items(), itertools.cycle(SCOPES), strict=False):
        await PostgresIndex(site.database.reading).page(where, scope, limit=PAGE, position=30)
        for read in plans.taken():
            assert read.how != "Seq Scan", (name, read.query)
            assert read.rows <= MOST_READ, (name, read.query)


async def test_longer(site: Site, plans: Plans) -> None:
    """Of a log three times as long, no more entries are read."""
    before = await reads_of_each(site, plans)
    await site.grow(SIZES[1])
    plans.taken()
    after = await reads_of_each(site, plans)
    for name, number in after.items():
        assert number <= before[name] * 1.3 + 2 * PAGE, name
    assert sum(after.values()) <= sum(before.values()) * 1.2


async def reads_of_each(site: Site, plans: Plans) -> Mapping[str, float]:
    """Return how many rows of entries are read for each question."""
    number = {}
    for (name, where), scope in zip(QUESTIONS.items(), itertools.cycle(SCOPES), strict=False):
        await ask(site, where, scope)
        reads = plans.taken()
        assert all(read.how != "Seq Scan" for read in reads), name
        assert all(read.rows <= MOST_READ for read in reads), name
        number[name] = sum(read.rows for read in reads)
    return number


async def test_by_itself(site: Site, plans: Plans) -> None:
    """An entry, the types that occur and the state of the segments take no more than a few rows."""
    index = PostgresIndex(site.database.reading)
    for scope in SCOPES:
        entry = site.world.passing(Filter(tenant=ACME), scope)[7]
        await index.entry(entry.id, scope)
        await index.resource_types(scope)
        await index.state(scope)
        reads = plans.taken()
        assert all(read.how != "Seq Scan" for read in reads)
        assert sum(read.rows for read in reads) <= len(TENANTS)

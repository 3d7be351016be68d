"""What is erased or purged in the ledger is gone from ClickHouse, and until then not answered from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from indelible.core.activity import Action, Actor, Client, Resource, Status
from indelible.core.redaction import Redactor
from indelible.core.scope import Scope
from indelible.errors import Misconfigured, Unindexed
from indelible.identity.model import COMMAND_LINE
from indelible.index.clickhouse.client import ClickHouse
from indelible.index.clickhouse.follower import ClickHouseFollower
from indelible.index.clickhouse.index import ClickHouseIndex
from indelible.index.postgres.index import PostgresIndex
from indelible.ledger.append import Appender
from indelible.ledger.erase import Circumstances, PersonEraser
from indelible.ledger.retention import Purger
from indelible.ledger.search import Filter
from indelible.signing.file_key import FileSigner
from indelible.storage.postgres.append import PostgresLedger
from indelible.storage.postgres.database import Database
from indelible.storage.postgres.erase import PostgresErasure
from indelible.storage.postgres.founding import found
from indelible.storage.postgres.retention import PostgresRetention
from tests.ledger.conftest import BASE, OTHER, TENANT, Clock, an_activity

pytestmark = pytest.mark.database

ADA = Actor(id="ada", email="Ada.Lovelace@example.com", name="Ada Lovelace")
HOME = Client(ip="203.0.113.77", user_agent="Difference Engine/2")
EVERYTHING = Scope.everything()
TELLING = ("lovelace", "203.0.113.77")
OF_ADA = (Filter(search="lovelace"), Filter(address=HOME.ip))
DAY = 86_400 * 10**9


class Failing(ClickHouse):
    """Fails at one of its writes, before or after it is done."""

    def __init__(self, clickhouse: ClickHouse) -> None:
        super().__init__(clickhouse._connect)
        self.left = 10**9
        self.done = False

    async def insert(self, table, columns) -> None:
        await self._perhaps(lambda: ClickHouse.insert(self, table, columns))

    async def command(self, statement: str) -> None:
        await self._perhaps(lambda: ClickHouse.command(self, statement))

    async def _perhaps(self, write) -> None:
        self.left -= 1
        if self.left == 0 and not self.done:
            raise Unindexed("as the test says")
        await write()
        if self.left == 0:
            raise Unindexed("as the test says")


class Site:
    """A log with people in it, followed."""

    def __init__(self, database: Database, clickhouse: ClickHouse, clock: Clock) -> None:
        self.clock = clock
        self.clickhouse = Failing(clickhouse)
        signer = FileSigner(Ed25519PrivateKey.generate())
        self.public_key = signer.public_key
        self.appender = Appender(
            PostgresLedger(database, base=BASE), signer, redactor=Redactor(), clock=clock
        )
        self.eraser = PersonEraser(store=PostgresErasure(database), recorder=self.appender)
        self.purger = Purger(
            store=PostgresRetention(database),
            recorder=self.appender,
            clock=lambda: datetime.fromtimestamp(clock.now / 1e9, UTC),
        )
        self.ledger = PostgresIndex(database.reading)
        self.index = ClickHouseIndex(self.clickhouse, database.reading, ledger=self.ledger)
        self.new_follower: Callable[[], ClickHouseFollower] = lambda: ClickHouseFollower(
            self.clickhouse, database.reading, block=50
        )
        self.follower = self.new_follower()

    async def follow(self) -> None:
        """Index all there is."""
        while await self.follower.advance():
            pass

    async def told(self) -> list[str]:
        """Return which of the texts that tell of Ada ClickHouse holds."""
        said = []
        for table in ("entries", "people", "clients", "resources", "positions"):
            said += [str(row) for row in await self.clickhouse.ask(f"SELECT * FROM {table}")]
        return [text for text in TELLING if any(text in each.lower() for each in said)]

    async def same(self, *questions: Filter) -> None:
        """Check that index and ledger say the same, the index by itself."""
        before = self.index.stand_ins
        for where in questions:
            for scope in (EVERYTHING, Scope.only(TENANT), Scope.only(OTHER)):
                mine = await self.index.page(where, scope, limit=200)
                assert mine == await self.ledger.page(where, scope, limit=200)
                assert await self.index.histogram(where, scope) == await self.ledger.histogram(
                    where, scope
                )
        assert self.index.stand_ins == before


@pytest.fixture
async def site(database: Database, clickhouse: ClickHouse, clock: Clock) -> Site:
    """A log of Ada and others."""
    site = Site(database, clickhouse, clock)
    await found(database, public_key=site.public_key, base=BASE)
    user = Resource(type="user", id=ADA.id, name="Ada Lovelace")
    for _ in range(6):
        clock.now += DAY
        await site.appender.record(
            [an_activity() for _ in range(20)]
            + [
                an_activity(actor=ADA, client=HOME, session="s-ada", action=Action.REVOKE),
                an_activity(resource=user, status=Status.FAILURE),
                an_activity(actor=ADA, tenant=OTHER, client=HOME),
            ]
        )
    await site.follow()
    return site


async def erase(site: Site) -> None:
    await site.eraser.erase(ADA.id, Circumstances(actor=COMMAND_LINE, reason="asked for it"))


async def test_erased_at_once(site: Site) -> None:
    """From the moment of an erasure nobody finds by what was erased; soon it is gone from the disk."""
    assert [await site.index.count(where, EVERYTHING) for where in OF_ADA] == [18, 12]
    assert await site.told() == list(TELLING)
    await erase(site)
    assert [await site.index.count(where, EVERYTHING) for where in OF_ADA] == [0, 0]
    assert site.index.stand_ins == 2
    await site.follow()
    assert await site.told() == []
    await site.same(*OF_ADA, Filter(user=ADA.id), Filter(resource=ADA.id), Filter())
    assert await site.index.count(Filter(user=ADA.id), EVERYTHING) == 12


async def test_purged(site: Site) -> None:
    """Of purged entries nothing is left to be found by, and all answers are the ledger's."""
    site.clock.now += 397 * DAY
    await site.appender.record([an_activity(tenant=TENANT), an_activity(tenant=OTHER)])
    assert await site.purger.run()
    await site.follow()
    questions = (
        Filter(), Filter(status=Status.SUCCESS), Filter(status=Status.FAILURE),
        Filter(session="s-ada"), Filter(action=Action.REVOKE), Filter(user=ADA.id),
        Filter(resource_type="edge"), Filter(resource_type=""), Filter(assumed=True),
        Filter(assumed=False), Filter(assumed=False, user=ADA.id), *OF_ADA,
    )  # fmt: skip
    await site.same(*questions)
    told = (await site.index.histogram(Filter(), EVERYTHING)).buckets
    assert sum(each.purged for each in told) > 0
    kept = await site.index.count(Filter(session="s-ada"), EVERYTHING)
    assert 0 < kept < 6
    found = await site.clickhouse.ask("SELECT count() FROM entries WHERE session = 's-ada'")
    assert found[0][0] == kept


@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
async def test_interrupted(site: Site, *, done: bool) -> None:
    """However often the follower fails while it applies an erasure, it is applied in the end."""
    await erase(site)
    site.clickhouse.done = done
    failures = 0
    for left in range(1, 30):
        site.follower = site.new_follower()
        site.clickhouse.left = left
        try:
            await site.follow()
            break
        except Unindexed:
            failures += 1
            assert await site.index.count(OF_ADA[0], EVERYTHING) == 0
    site.clickhouse.left = 10**9
    assert failures > 5
    assert await site.told() == []
    await site.same(*OF_ADA, Filter(user=ADA.id), Filter())


async def test_does_not_add_up(site: Site) -> None:
    """Where an entry is missing from the index, or there twice, the log is indexed anew."""
    for spoil in (
        "INSERT INTO entries SELECT * FROM entries WHERE log = 2 AND seq < 7",
        "ALTER TABLE entries DELETE WHERE log = 2 AND seq = 11",
    ):
        await site.clickhouse.command(spoil)
        site.follower = site.new_follower()
        await site.follow()
        await site.same(Filter(), Filter(action=Action.UPDATE), Filter(search="edge"))


async def test_left_behind(site: Site) -> None:
    """Rows that a follower left without a position count for nothing, and go."""
    await site.clickhouse.command(
        "INSERT INTO entries SELECT * REPLACE (batch + 1000000000000 AS batch) FROM entries"
    )
    await site.same(Filter(action=Action.UPDATE), Filter(search="edge"))
    await site.new_follower().advance()
    assert (await site.clickhouse.ask("SELECT count() FROM entries"))[0][0] == 138


async def test_left_behind_and_erased(site: Site) -> None:
    """What a killed follower left of a log that was never indexed does not outlive an erasure."""
    await site.follower.reset()
    site.clickhouse.left = 4  # people, clients and resources; not the entries
    with pytest.raises(Unindexed):
        await site.follower.advance()
    site.clickhouse.left = 10**9
    assert await site.told() == list(TELLING)
    await erase(site)
    site.follower = site.new_follower()
    await site.follow()
    assert await site.told() == []
    await site.same(*OF_ADA, Filter(user=ADA.id), Filter())


async def test_out_of_reach(site: Site) -> None:
    """Without its tables the index does not answer: the ledger does, and they are made again."""
    for table in ("positions", "entries"):
        await site.clickhouse.command(f"DROP TABLE {table}")
    assert await site.index.count(OF_ADA[0], EVERYTHING) == 18
    assert not (await site.index.state(EVERYTHING)).usable
    assert site.index.stand_ins == 1
    with pytest.raises(Unindexed):
        await site.follow()
    await site.follow()
    await site.same(*OF_ADA, Filter())


async def test_not_ours(site: Site) -> None:
    """An index of another ledger is not added to."""
    await site.clickhouse.command(
        "INSERT INTO positions SELECT * REPLACE ('other/log' AS origin, batch + 1 AS batch) "
        "FROM positions"
    )
    with pytest.raises(Misconfigured, match="not of this ledger"):
        await site.new_follower().advance()
    assert await site.index.count(OF_ADA[0], EVERYTHING) == 18
    assert site.index.stand_ins == 1


async def test_far_behind(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """When too much is not indexed to be joined, the ledger answers alone."""
    monkeypatch.setattr("indelible.index.clickhouse.tail.LONGEST", 3)
    await site.appender.record([an_activity(actor=ADA) for _ in range(3)])
    assert await site.index.count(OF_ADA[0], EVERYTHING) == 21
    assert site.index.stand_ins == 0
    site.clock.now += 10**9
    await site.appender.record([an_activity(actor=ADA)])
    assert await site.index.count(OF_ADA[0], EVERYTHING) == 22
    assert site.index.stand_ins == 1
    state = await site.index.state(EVERYTHING)
    assert (state.behind, state.indexed) == (4, 138)
    assert state.lag_seconds > 0


async def test_one_at_a_time(site: Site, database: Database) -> None:
    """While one follower works, another one leaves it alone."""
    async with database.reading(EVERYTHING) as connection:
        await connection.exec_driver_sql("SELECT pg_try_advisory_xact_lock(%s)", (0x1DE11B1E,))
        assert await site.new_follower().advance() is None
    assert await site.new_follower().advance() == 0

"""Retention: what is old goes, what is kept proves, and nobody takes it for missing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
import sqlalchemy as sa

from indelible.core.activity import Action, Actor, Status
from indelible.core.evidence import ProofFile, check_entry
from indelible.core.key import VerifierKey
from indelible.core.scope import Scope
from indelible.errors import Conflict, Invalid, NotFound, Purged
from indelible.identity.model import COMMAND_LINE
from indelible.index.postgres.index import PostgresIndex
from indelible.index.rows import PURGED
from indelible.ledger.append import Appender
from indelible.ledger.check import check
from indelible.ledger.export_parts import Wanted
from indelible.ledger.prove import Prover
from indelible.ledger.publish import Publisher
from indelible.ledger.retention import (
    Circumstances,
    Due,
    Purger,
    RetentionDesk,
    Rules,
    purged_by,
)
from indelible.ledger.search import Filter
from indelible.signing.file_key import FileSigner
from indelible.storage.postgres.archive import PostgresArchive
from indelible.storage.postgres.cosignatures import Cosignatures
from indelible.storage.postgres.database import Database
from indelible.storage.postgres.founding import found as found_database
from indelible.storage.postgres.provable import PostgresEvidence
from indelible.storage.postgres.retention import PostgresRetention
from indelible.storage.postgres.root import PostgresRoot
from tests.ledger.conftest import BASE, OTHER, TENANT, Clock, an_activity

pytestmark = pytest.mark.database

SCOPE = Scope.only(TENANT)
OLD = Actor(id="old-hand", email="old.hand@example.com", name="Old Hand")
BY_HAND = Circumstances(actor=COMMAND_LINE)


class Site:
    """A log of 700 old entries and 30 young ones, and what purges it."""

    def __init__(self, database: Database, appender: Appender, clock: Clock) -> None:
        self.database = database
        self.appender = appender
        self.clock = clock
        self.store = PostgresRetention(database)
        self.desk = RetentionDesk(store=self.store, recorder=appender)
        self.index = PostgresIndex(database.reading)
        self.purger = Purger(
            store=self.store,
            recorder=appender,
            clock=lambda: datetime.fromtimestamp(clock.now / 1e9, UTC),
        )

    async def days_later(self, days: float) -> None:
        """Let time pass."""
        self.clock.now += int(timedelta(days=days).total_seconds() * 1e9)


@pytest.fixture
async def site(
    database: Database, new_appender: Callable[[], Appender], clock: Clock, signer: FileSigner
) -> Site:
    """The logs of two tenants and the platform's."""
    await found_database(database, public_key=signer.public_key, base=BASE)
    appender = new_appender()
    site = Site(database, appender, clock)
    await appender.record([an_activity(actor=OLD, status=Status.FAILURE, key="k")], source="s")
    await appender.record([an_activity() for _ in range(699)])
    await appender.record([an_activity(tenant=None), an_activity(tenant=OTHER)])
    await site.days_later(399)
    await appender.record([an_activity("young") for _ in range(30)])
    return site


async def test_nothing_goes_before_its_time(site: Site) -> None:
    """An entry stays for 400 days unless a tenant's rules say otherwise."""
    assert not await site.purger.run()
    assert (await site.desk.read(TENANT)).purged == 0


async def test_what_is_old_goes_and_everything_holds(
    site: Site, database_url: str, signer: FileSigner
) -> None:
    """Bytes, details and mentions of old entries go; the check holds; appends go on."""
    archive = PostgresArchive(site.database)
    await site.days_later(1.5)
    purged = await site.purger.run(most=300)
    assert [(due.tenant, due.seqs) for due, _ in purged] == [
        (TENANT, range(300)),
        (OTHER, range(1)),
        (TENANT, range(300, 600)),
        (TENANT, range(600, 700)),
    ]
    assert not await site.purger.run()
    report = await check(archive, [signer.public_key])
    assert report.holds, report.findings
    assert report.purged == 701
    await site.appender.record([an_activity() for _ in range(600)])
    elsewhere = Appender(
        site.appender._store, signer, redactor=site.appender._preparer._redactor, clock=site.clock
    )
    await elsewhere.record([an_activity() for _ in range(300)])
    report = await check(archive, [signer.public_key])
    assert report.holds, report.findings
    url = sa.make_url(database_url).set(drivername="postgresql").render_as_string(False)
    with psycopg.connect(url) as connection:

        def one(query: str) -> object:
            return connection.execute(query).fetchone()[0]  # type: ignore[index,call-overload]

        assert one("SELECT count(*) FROM people WHERE email = 'old.hand@example.com'") == 0
        assert one("SELECT count(*) FROM entries WHERE bytes IS NULL") == 701
        assert one("SELECT count(*) FROM receipts WHERE body IS NOT NULL") == 0
        assert one("SELECT sum(purged) FROM heads") == 701
    (again,) = await site.appender.record([an_activity("another", key="k")], source="s")
    assert again.seq == 0


async def test_rows_show_as_purged(site: Site) -> None:
    """Purged rows are on the page, in their place; a condition that can't be told leaves them out."""
    before = (await site.index.page(Filter(), SCOPE, limit=200)).total
    await site.days_later(2)
    await site.purger.run()
    page = await site.index.page(Filter(to=datetime.fromtimestamp(1_760_000_100, UTC)), SCOPE)
    assert page.total == 700
    assert [row.seq for row in page.items[:2]] == [699, 698]
    assert all(row.purged and row.resource.type == PURGED for row in page.items)
    entry = await site.index.entry(page.items[0].id, SCOPE)
    assert (entry.public, len(entry.leaf_hash), entry.payload) == (None, 64, None)
    assert (await site.index.page(Filter(), SCOPE)).total == before + 1
    for where, total in (
        (Filter(status=Status.SUCCESS), 31),
        (Filter(status=Status.FAILURE), 0),
        (Filter(action=Action.UPDATE), 30),
        (Filter(action=Action.CREATE), 0),
        (Filter(action=Action.DELETE), 1),
        (Filter(user="old-hand"), 0),
        (Filter(search="update"), 30),
    ):
        found = await site.index.page(where, SCOPE, limit=200)
        assert (found.total, len(found.items)) == (total, total), where
    async with site.index.snapshot(Filter(), SCOPE) as kept:
        parts = await asyncio.to_thread(list, kept.parts((Wanted.TABLE,)))
    seqs = b"".join(seqs for part in parts for _, seqs, _ in part.noted)
    assert kept.total == len(seqs) // 8 == 31
    histogram = await site.index.histogram(Filter(), SCOPE)
    told = [(bucket.success + bucket.failure, bucket.purged) for bucket in histogram.buckets]
    assert [*map(sum, zip(*told, strict=True))] == [31, 700]


async def test_a_purge_is_an_entry(site: Site) -> None:
    """Its public part says what it took."""
    await site.days_later(2)
    purged = await site.purger.run()
    entry = await site.index.entry(purged[0][1].id, SCOPE)
    assert (entry.action, entry.resource.type, entry.resource.id) == (
        Action.DELETE, "entries", "0-699",
    )  # fmt: skip
    assert entry.payload == {"purged": {"first": 0, "last": 699}}
    assert purged_by(entry.action, entry.resource.type, entry.resource.id) == 700
    assert purged_by("delete", "entries", "0-1x") == purged_by("delete", "edge", "0-1") == 0


async def test_a_hold_stops_it(site: Site) -> None:
    """While a tenant is on hold nothing of it is purged, also by a purge that was under way."""
    await site.days_later(2)
    (due, *_) = await site.store.due(
        datetime.fromtimestamp(site.clock.now / 1e9, UTC), default=400, most=10
    )
    await site.desk.change(TENANT, Rules(hold="case 17/2026"), BY_HAND)
    with pytest.raises(Conflict):
        await site.appender.record([an_activity()], effect=site.store.purge(due))
    assert [due.tenant for due, _ in await site.purger.run()] == [OTHER]
    said = (await site.index.page(Filter(resource=TENANT), SCOPE)).items[0]
    entry = await site.index.entry(said.id, SCOPE)
    assert entry.changes == {"retention.hold": {"before": None, "after": "case 17/2026"}}
    await site.desk.change(TENANT, Rules(), BY_HAND)
    assert [due.tenant for due, _ in await site.purger.run()] == [TENANT]


@pytest.mark.parametrize(("before", "after"), [(None, 3_650), (1, None), (1, 400)])
async def test_longer_rules_stop_a_purge_under_way(
    site: Site, before: int | None, after: int | None
) -> None:
    """What was due by rules of before is kept once a change to longer ones was answered."""
    await site.desk.change(TENANT, Rules(days=before), BY_HAND)
    await site.days_later(2 if before is None else 0.1)
    now = datetime.fromtimestamp(site.clock.now / 1e9, UTC)
    (due, *_) = await site.store.due(now, default=400, most=10)
    assert due.tenant == TENANT
    await site.desk.change(TENANT, Rules(days=after), BY_HAND)
    with pytest.raises(Conflict):
        await site.appender.record([an_activity()], effect=site.store.purge(due))
    assert (await site.desk.read(TENANT)).purged == 0


async def test_rules_of_a_tenant(site: Site) -> None:
    """Days are the tenant's own where it has any; what can't be one is refused."""
    assert await site.desk.read(TENANT) == (Rules(), 0)
    changed = await site.desk.change(TENANT, Rules(days=3_650), BY_HAND)
    assert changed.rules == Rules(days=3_650)
    await site.days_later(2)
    assert [due.tenant for due, _ in await site.purger.run()] == [OTHER]
    await site.desk.change(TENANT, Rules(days=1), BY_HAND)
    assert (await site.purger.run())[0][0].seqs == range(731)
    for wrong in (Rules(days=0), Rules(days=40_000), Rules(hold=" "), Rules(hold="a\nb c")):
        with pytest.raises(Invalid):
            await site.desk.change(TENANT, wrong, BY_HAND)
    with pytest.raises(NotFound):
        await site.desk.read("3f9c2a44-0000-4000-8000-00000000dead")


async def test_two_purge_at_once(site: Site) -> None:
    """Of two that mean the same entries one purges, the other is refused and nothing is said."""
    await site.days_later(2)
    due = Due(
        (
            await site.store.due(
                datetime.fromtimestamp(site.clock.now / 1e9, UTC), default=400, most=10
            )
        )[0].log,
        TENANT,
        range(10),
    )
    await site.appender.record([an_activity()], effect=site.store.purge(due))
    with pytest.raises(Conflict):
        await site.appender.record([an_activity()], effect=site.store.purge(due))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET bytes = NULL, leaf = sha256(bytes) WHERE seq = 5",
        "UPDATE entries SET bytes = NULL WHERE seq = 5",
        "UPDATE entries SET leaf = NULL, bytes = NULL WHERE seq = 5",
        "UPDATE entries SET leaf = sha256(bytes) WHERE seq = 5",
        "UPDATE receipts SET body = 'x'",
        "UPDATE people SET email = 'x'",
        "UPDATE people SET disclosure = NULL, key = NULL, digest = 'x' WHERE disclosure IS NOT NULL",
        "DELETE FROM receipts",
    ],
)
def test_the_database_refuses_any_other_change(
    site: Site, database_url: str, statement: str
) -> None:
    """Even the owner of the tables can't purge to another hash, or rewrite a mention, by accident."""
    url = sa.make_url(database_url).set(drivername="postgresql").render_as_string(False)
    with (
        psycopg.connect(url) as connection,
        pytest.raises(psycopg.Error, match=r"append-only|check"),
    ):
        connection.execute(statement)  # type: ignore[call-overload]


async def test_what_is_kept_still_proves(
    site: Site, signer: FileSigner, new_appender: Callable[[], Appender]
) -> None:
    """Evidence made before a purge holds after it, and kept entries get theirs anew, at any edge."""
    root = PostgresRoot(site.database, base=BASE, cosignatures=Cosignatures(site.database))
    prover = Prover(store=PostgresEvidence(site.database, root), root=root)
    page = await site.index.page(Filter(), SCOPE, limit=200)
    old, kept = page.items[-1], page.items[0]
    _, before = await prover.prove(old.id, SCOPE)
    await site.days_later(2)
    await site.purger.run()
    await site.appender.record([an_activity() for _ in range(50)])
    key = VerifierKey(f"{BASE}/logs/{TENANT}", signer.public_key)
    assert check_entry(before.entry, ProofFile.parse(before.proof), key).seq == old.seq
    for _ in range(2):
        _, evidence = await prover.prove(kept.id, SCOPE)
        part = check_entry(evidence.entry, ProofFile.parse(evidence.proof), key)
        assert (part.seq, part.id) == (kept.seq, kept.id)
        await Publisher(root, signer).publish()
    gone = (await site.index.page(Filter(to=page.items[30].time), SCOPE, limit=1)).items[0]
    assert gone.purged
    with pytest.raises(Purged):
        await prover.prove(gone.id, SCOPE)

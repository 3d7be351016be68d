"""Erasure: the person is gone, from wherever they were; everybody else is there; all checks hold."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Callable

import psycopg
import pytest
import sqlalchemy as sa

from indelible.core.activity import Action, Actor, ActorType, Client, Request, Resource
from indelible.core.scope import Scope
from indelible.errors import Forbidden, Invalid, NotFound
from indelible.identity.model import COMMAND_LINE
from indelible.index.postgres.index import PostgresIndex
from indelible.ledger.append import Appender
from indelible.ledger.check import check
from indelible.ledger.erase import Circumstances, Erased, PersonEraser
from indelible.ledger.person_words import PersonWords
from indelible.ledger.search import Filter
from indelible.signing.file_key import FileSigner
from indelible.storage.postgres.append import PostgresLedger
from indelible.storage.postgres.archive import PostgresArchive
from indelible.storage.postgres.binaries import find_programs
from indelible.storage.postgres.database import Database
from indelible.storage.postgres.erase import PostgresErasure
from indelible.storage.postgres.founding import found as found_database
from tests.ledger.conftest import BASE, OTHER, TENANT, an_activity

pytestmark = pytest.mark.database

ADA = Actor(id="6f1d-ada", email="Ada.Lovelace@example.com", name="Ada Lovelace")
ROOT = Actor(id="6f1d-root", email="root@platform.test", name="Root Root")
BOB = Actor(id="6f1d-bob", email="bob@example.com", name="Bob Hope")
HOME = Client(ip="203.0.113.77", user_agent="Difference Engine/2")
TELLING = ("lovelace", "203.0.113.77", "difference engine", "+44 20 7946 0018")
OPERATOR = Circumstances(actor=COMMAND_LINE, reason="asked for it on 3 May")


@pytest.fixture
async def appender(
    new_appender: Callable[[], Appender], database: Database, signer: FileSigner
) -> Appender:
    """An appender on logs in which Ada is everywhere."""
    await found_database(database, public_key=signer.public_key, base=BASE)
    appender = new_appender()
    user = Resource(type="user", id=ADA.id, name="Ada Lovelace")
    told = {"name": "Ada", "owner": "ada.lovelace@example.com"}
    await appender.record(
        [
            an_activity(actor=ADA, client=HOME, payload={"mtu": 1400}, key="1"),
            an_activity(actor=ADA, client=HOME, payload={"from": HOME.ip, "who": "Ada"}),
            an_activity(actor=BOB, payload={"plain": "Canada"}, key="2"),
            an_activity(actor=BOB, resource=user, payload={"phone": "+44 20 7946 0018"}),
            an_activity(actor=BOB, payload=told, key="3"),
            an_activity(
                actor=BOB,
                payload=None,
                request=Request(
                    method="GET", path="/api/users?q=%22Ada%2ELovelace%40example.com%22"
                ),
            ),
            an_activity(actor=BOB, resource=Resource(type="session", id="s", name=ADA.email)),
            an_activity(actor=BOB, assumed_by=ADA, client=HOME),
        ],
        source="probe",
    )
    await appender.record([an_activity(actor=ADA, client=HOME, tenant=OTHER)])
    await appender.record([an_activity(tenant=None, client=Client(ip="192.0.2.1"))])
    await appender.record(
        [
            an_activity(
                tenant=None,
                client=HOME,
                actor=Actor(type=ActorType.ANONYMOUS, id="anonymous", email=ADA.email),
            )
        ]
    )
    return appender


@pytest.fixture
def eraser(appender: Appender, database: Database) -> PersonEraser:
    """What erases from them."""
    return PersonEraser(store=PostgresErasure(database), recorder=appender)


def dump(database_url: str) -> str:
    """Return everything that the database holds, as pg_dump writes it."""
    url = sa.make_url(database_url).set(drivername="postgresql").render_as_string(False)
    program = find_programs().bin / "pg_dump"
    told = subprocess.run([program, url], check=True, capture_output=True)
    lines = told.stdout.decode().splitlines()
    return "\n".join(line for line in lines if "restrict " not in line[:12])  # random


async def details_of_all(database: Database) -> str:
    """Return everything that anybody can read of any entry."""
    index = PostgresIndex(database.reading)
    page = await index.page(Filter(), Scope.everything(), limit=200)
    entries = [await index.entry(row.id, Scope.everything()) for row in page.items]
    return repr(entries)


@pytest.mark.parametrize("asked", [ADA.id, ADA.email, "ada.lovelace@EXAMPLE.com"])
async def test_an_erased_person_is_nowhere(
    eraser: PersonEraser, database: Database, database_url: str, signer: FileSigner, asked: str
) -> None:
    """No dump and no answer names them or what tells who they are, and every check holds."""
    before = dump(database_url).lower()
    assert "lovelace" in before
    assert HOME.ip in before
    erasure = await eraser.erase(asked, OPERATOR)
    assert erasure.person == ADA.id
    assert {tenant: erased for tenant, erased, _ in erasure.logs} == {
        TENANT: Erased(people=2, clients=1, resources=2, details=5),
        OTHER: Erased(people=1, clients=1),
        None: Erased(people=1, clients=1),
    }
    after = dump(database_url).lower()
    shown = (await details_of_all(database)).lower()
    for word in TELLING:
        assert word not in after
        assert word not in shown
    assert "canada" in shown
    report = await check(PostgresArchive(database), [signer.public_key])
    assert report.holds, report.findings


async def test_rows_say_what_was_erased(eraser: PersonEraser, database: Database) -> None:
    """What was erased is named on each row; the person's entries are still found by their id."""
    await eraser.erase(ADA.id, OPERATOR)
    index = PostgresIndex(database.reading)
    page = await index.page(Filter(user=ADA.id), Scope.only(TENANT))
    assert [row.seq for row in page.items] == [7, 1, 0]
    assert page.items[-1].erased == ("person", "client")
    assert page.items[1].erased == ("person", "client", "details")
    assert (page.items[-1].actor.email, page.items[-1].client) == (None, None)
    assert not (await index.page(Filter(search="lovelace"), Scope.only(TENANT))).items
    said = (await index.page(Filter(resource=ADA.id), Scope.only(TENANT), limit=1)).items[0]
    assert (said.action, said.resource.type) == (Action.DELETE, "disclosures")
    entry = await index.entry(said.id, Scope.everything())
    assert entry.payload == {
        "erased": {"people": 2, "clients": 1, "resources": 2, "details": 5},
        "reason": "asked for it on 3 May",
    }


async def test_no_hash_confirms_a_guess(
    eraser: PersonEraser, appender: Appender, database_url: str
) -> None:
    """Of what was erased the reported body's hash goes too; the same key still gets its receipt."""
    (first,) = await appender.record([an_activity("kept", key="4")], source="probe")
    await eraser.erase(ADA.id, OPERATOR)
    url = sa.make_url(database_url).set(drivername="postgresql").render_as_string(False)
    with psycopg.connect(url) as connection:
        kept = connection.execute("SELECT seq FROM receipts WHERE body IS NOT NULL ORDER BY seq")
        assert [seq for (seq,) in kept] == [2, first.seq]
    (again,) = await appender.record([an_activity(actor=BOB, key="1")], source="probe")
    assert again.seq == 0


async def test_what_comes_afterwards_is_said_anew(
    eraser: PersonEraser, appender: Appender, database: Database, signer: FileSigner
) -> None:
    """A person who acts again is disclosed again, by every process, until erased again."""
    elsewhere = Appender(
        PostgresLedger(database, base=BASE), signer, redactor=appender._preparer._redactor
    )
    await elsewhere.record([an_activity(actor=ADA, client=HOME)])
    await eraser.erase(ADA.id, OPERATOR)
    index = PostgresIndex(database.reading)
    for each in (appender, elsewhere):
        await each.record([an_activity(actor=ADA, client=HOME)])
        (newest,) = (await index.page(Filter(), Scope.only(TENANT), limit=1)).items
        assert (newest.actor.email, newest.client, newest.erased) == (ADA.email, HOME, ())
    again = await eraser.erase(ADA.id, OPERATOR)
    assert again.logs[0][1] == Erased(people=1, clients=1)
    with pytest.raises(NotFound):
        await eraser.erase(ADA.id, OPERATOR)
    assert (await check(PostgresArchive(database), [signer.public_key])).holds


async def test_nothing_is_erased_where_something_is_wrong(
    eraser: PersonEraser, database_url: str
) -> None:
    """Nobody erases themselves, a stranger is not found, and a reason names nobody."""
    before = dump(database_url)
    for who, circumstances, error in (
        ("nobody@example.com", OPERATOR, NotFound),
        (ADA.id, Circumstances(actor=ADA), Forbidden),
        (ADA.id, Circumstances(actor=BOB, assumed_by=ADA), Forbidden),
        (ADA.id, Circumstances(actor=ROOT, reason="Ada Lovelace asked"), Invalid),
        (ADA.id, Circumstances(actor=ROOT, reason="a\nb"), Invalid),
    ):
        with pytest.raises(error):
            await eraser.erase(who, circumstances)
    assert dump(database_url) == before


async def test_a_condition_that_fails_keeps_everything(eraser: PersonEraser) -> None:
    """What must hold in the same transaction and does not, lets nothing be erased."""

    async def refuse(_: object) -> None:
        raise Forbidden("no")

    with pytest.raises(Forbidden):
        await eraser.erase(ADA.id, Circumstances(actor=ROOT, condition=refuse))
    assert (await eraser.find(ADA.id)).logs


async def test_erasing_beside_appends(
    eraser: PersonEraser, appender: Appender, database: Database, signer: FileSigner
) -> None:
    """Appends that go on meanwhile are neither lost nor disturbed, and the numbers stay true."""

    async def append() -> None:
        for _ in range(20):
            await appender.record([an_activity(actor=ADA, client=HOME), an_activity(actor=BOB)])

    await asyncio.gather(append(), eraser.erase(ADA.id, OPERATOR))
    report = await check(PostgresArchive(database), [signer.public_key])
    assert report.holds, report.findings


@pytest.mark.parametrize(
    ("text", "anywhere", "of_theirs"),
    [
        ("mail ada@x.test now", True, True),
        ("mail ADA@X.TEST", True, True),
        ("nada@x.test", False, False),
        ("ada@x.testing", False, True),
        ("q=%22ada%40x.test%22", True, True),
        ("to Ada King", True, True),
        ("q=ada+king", True, True),
        ("Ada", False, True),
        ("Canada", False, False),
        ("from 192.0.2.1 on", False, True),
        ("from 192.0.2.11 on", False, False),
        ('the \\"Countess\\" of L', True, True),
    ],
)
def test_words_that_name(text: str, anywhere: bool, of_theirs: bool) -> None:
    """Addresses and full names tell anywhere; a first name only in what the person did."""
    words = PersonWords(
        emails=["ada@x.test"],
        names=["Ada King", "Ada", 'the "Countess" of L'],
        addresses=["192.0.2.1"],
    )
    assert words.name(text) is anywhere
    assert words.name(text, of_theirs=True) is of_theirs

"""The campaign of tampering: five logs of 400 entries; whatever is done to them is caught.

``TAMPERINGS=20 pytest -s tests/ledger/test_tampering.py`` does more of each kind, and prints how many
of each were caught, and by whom.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from random import Random

import httpx
import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from indelible.core.activity import Actor, Client, TenantId
from indelible.core.redaction import Redactor
from indelible.ledger.append import Appender
from indelible.ledger.check import check
from indelible.storage.postgres.append import PostgresLedger
from indelible.storage.postgres.archive import PostgresArchive
from indelible.storage.postgres.archive_snapshot import PostgresSnapshot
from indelible.storage.postgres.database import Database, driver_of
from indelible.storage.postgres.founding import found as found_database
from tests.ledger.conftest import BASE, an_activity
from tests.ledger.forging import Forger
from tests.ledger.tampering import ENTRIES, LOGS, SIZES, flips, others
from tests.witness.installation import KEY, SIGNER, Installation, copied, dropped
from tests.witness.running import WitnessProcess

pytestmark = pytest.mark.database

COUNT = int(os.environ.get("TAMPERINGS", "1"))
TENANTS = [None, *(TenantId(f"3f9c2a44-0000-4000-8000-00000000000{n}") for n in range(1, LOGS))]
EVE, ROOT = (
    Actor(id="eve", email="eve@example.com", name="Eve"),
    Actor(id="root", email="root@x.test"),
)


@pytest.fixture(scope="module")
def witness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WitnessProcess]:
    """A witness on another machine, as it were."""
    folder: Path = tmp_path_factory.mktemp("witness")
    with WitnessProcess(folder, [KEY]) as witness:
        yield witness


@pytest.fixture(scope="module")
async def url(shared_database_url: str, witness: WitnessProcess) -> str:
    """URL of a database with five logs, published and cosigned; nobody is connected to it."""
    database = Database(shared_database_url)
    await found_database(database, public_key=SIGNER.public_key, base=BASE)
    appender = Appender(PostgresLedger(database, base=BASE), SIGNER, redactor=Redactor())
    async with httpx.AsyncClient() as client:
        installation = Installation(shared_database_url, [witness], 1, client)
        for size in SIZES:
            for tenant in TENANTS:
                client_said = Client(ip="198.51.100.7", user_agent="curl/8")
                batch = [
                    an_activity(
                        tenant=tenant, session=f"s-{n}", client=client_said,
                        **({"assumed_by": ROOT, "actor": EVE} if n % 9 == 0 else {}),
                    )
                    for n in range(size)
                ]  # fmt: skip
                await appender.record(batch)
            await installation.publisher.publish()
        assert [outcome.state for outcome in await installation.ask()] == ["cosigns"]
        await installation.database.close()
    await appender.close()
    await database.close()
    return shared_database_url


class Tampered:
    """The logs as they are after some SQL that nobody commits."""

    def __init__(self, connection: sa.ext.asyncio.AsyncConnection) -> None:
        self._connection = connection

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[PostgresSnapshot]:
        """The view of the transaction that made the changes."""
        yield PostgresSnapshot(await driver_of(self._connection))


async def test_the_untouched_logs_hold(url: str, witness: WitnessProcess) -> None:
    """What nobody touched passes, 2,000 entries, root log and cosignatures included."""
    database = Database(url)
    report = await check(PostgresArchive(database), [SIGNER.public_key], witnesses=[witness.key])
    await database.close()
    assert report.holds, report.findings
    assert (report.entries, report.root_leaves, report.cosignatures) == (
        LOGS * ENTRIES, LOGS * len(SIZES), 1,
    )  # fmt: skip


async def test_tampering_without_the_key_is_caught_by_the_check(
    url: str, witness: WitnessProcess
) -> None:
    """Every bit flipped, every row deleted, swapped, moved or put in is found by the check alone."""
    random = Random(1)
    engine = create_async_engine(url)
    done: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    unseen: list[str] = []
    async with engine.connect() as connection:
        await connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for kind, sql in [*flips(random, COUNT), *others(random, COUNT)]:
            point = await connection.begin_nested()
            try:
                changed = 0
                for statement in sql.split("; "):
                    driven = statement.replace("%", "%%")
                    changed += (await connection.exec_driver_sql(driven)).rowcount
            except sa.exc.DBAPIError as error:
                if os.environ.get("WHY"):
                    print(kind, sql, error)
                refused[kind] += 1  # by a constraint that even the superuser has to drop first
                await point.rollback()
                continue
            assert changed, sql
            report = await check(Tampered(connection), [SIGNER.public_key], witnesses=[witness.key])
            await point.rollback()
            done[kind] += 1
            if report.holds:
                unseen.append(sql)
    await engine.dispose()
    for kind in sorted({*done, *refused}):
        print(f"| {kind} | {done[kind]} | {refused[kind]} |")
    print(f"| all | {done.total()} | {refused.total()} |")
    assert not unseen
    assert done.total() > refused.total()


async def forged(url: str, kind: str, random: Random) -> None:
    """Do to a database what a thief of the key does."""
    log, seq = random.randrange(1, LOGS + 1), random.randrange(ENTRIES)
    plain = sa.make_url(url).set(drivername="postgresql").render_as_string(False)
    with closing(psycopg.connect(plain)) as connection:
        forger = Forger(connection, SIGNER)
        if kind.startswith("entry"):
            forger.edit(log, seq)
        elif kind.startswith("end"):
            forger.drop_last(log, random.randrange(1, 20))
        if kind != "nothing":
            forger.sign_log(log)
        if "root log" in kind:
            forger.sign_root(BASE)
        connection.commit()


async def caught_by(url: str, witnesses: list[WitnessProcess]) -> set[str]:
    """Return who notices: the check at once, the witness at the next checkpoint."""
    caught = set()
    database = Database(url)
    report = await check(
        PostgresArchive(database), [SIGNER.public_key], witnesses=[each.key for each in witnesses]
    )
    await database.close()
    if not report.holds:
        caught.add("check")
    async with httpx.AsyncClient() as client:
        installation = Installation(url, witnesses, len(witnesses), client)
        await installation.record()
        if any(state.accuses for state in await installation.states()):
            caught.add("witness")
        await installation.database.close()
    return caught


@contextmanager
def as_it_was(witness: WitnessProcess, folder: Path) -> Iterator[WitnessProcess]:
    """The witness, with what it had seen before anybody forged anything."""
    shutil.copytree(witness.state.parent, folder)
    with WitnessProcess(folder, [KEY]) as again:
        yield again


@pytest.mark.parametrize(
    ("kind", "caught_with_witness", "caught_without"),
    [
        ("nothing", set(), set()),
        ("entry changed, its log signed anew", {"check"}, {"check"}),
        ("entry changed, its log and the root log signed anew", {"witness"}, set()),
        ("end cut off, its log signed anew", {"check"}, {"check"}),
        ("end cut off, its log and the root log signed anew", {"check", "witness"}, {"check"}),
    ],
)
async def test_the_stolen_key(
    url: str,
    witness: WitnessProcess,
    tmp_path: Path,
    kind: str,
    caught_with_witness: set[str],
    caught_without: set[str],
) -> None:
    """With the key everything can be made to fit, but not what a witness has seen.

    The control: where nobody is a witness, a log that was signed anew with the root log is not told
    from one that never was another.
    """
    random = Random(kind)
    for number in range(COUNT):
        seed = random.random()
        for watched in (True, False):
            copy = copied(url)
            try:
                await forged(copy, kind, Random(seed))
                with as_it_was(witness, tmp_path / f"witness-{number}-{watched}") as again:
                    caught = await caught_by(copy, [again] if watched else [])
            finally:
                dropped(copy)
            print(
                f"| {kind} | {'witness on' if watched else 'witness off'} | {caught or 'unseen'} |"
            )
            assert caught == (caught_with_witness if watched else caught_without)

"""Checking: what holds passes; what somebody changed with SQL is named, with log and seq."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import psycopg
import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.ext.asyncio import create_async_engine

from indelible.core.activity import Actor
from indelible.core.redaction import Redactor
from indelible.ledger.append import Appender
from indelible.ledger.check import check
from indelible.ledger.findings import MAX_FINDINGS, Finding, Findings, Report
from indelible.signing.file_key import FileSigner
from indelible.storage.postgres.append import PostgresLedger
from indelible.storage.postgres.archive import PostgresArchive
from indelible.storage.postgres.archive_snapshot import PostgresSnapshot
from indelible.storage.postgres.database import Database, driver_of
from indelible.storage.postgres.founding import found as found_database
from tests.ledger.conftest import BASE, OTHER, an_activity
from tests.ledger.faults import (
    ENTRIES,
    LOG,
    MENTIONS,
    RESPELL,
    SIZE,
    SIZES,
    TREE,
    Fault,
    about_text,
    entry,
    mention,
    unpack_all,
    unpack_all_within,
)

pytestmark = pytest.mark.database

THE_LOG = f"(SELECT id FROM logs WHERE origin = '{LOG}')"
PAST_TRIGGERS = "SET LOCAL session_replication_role = replica"
SHARED = Actor(id="ada", email="ada@example.com", name="Ada")


async def fill(database: Database, appender: Appender, signer: FileSigner) -> None:
    """Make a log of 613 entries in seven commits, another tenant's and the platform's."""
    await found_database(database, public_key=signer.public_key, base=BASE)
    for number, size in enumerate(SIZES):
        await appender.record(
            [an_activity(**({"actor": SHARED} if number == 1 else {})) for _ in range(size)]
        )
    await appender.record([an_activity(tenant=OTHER) for _ in range(5)])
    await appender.record([an_activity(tenant=None)])


@pytest.fixture
async def archive(
    database: Database, new_appender: Callable[[], Appender], signer: FileSigner
) -> PostgresArchive:
    """Three logs in a database of their own."""
    await fill(database, new_appender(), signer)
    return PostgresArchive(database)


@pytest.fixture
def tamper(database_url: str) -> Callable[[str], None]:
    """Run SQL as the superuser, past triggers and foreign keys."""
    url = sa.make_url(database_url).set(drivername="postgresql").render_as_string(False)

    def run(statement: str) -> None:
        with psycopg.connect(url) as connection:
            connection.execute(PAST_TRIGGERS)
            if about_text(statement):
                unpack_all(connection)
            connection.execute(statement.replace(":log", THE_LOG))  # type: ignore[call-overload]

    return run


@pytest.fixture(scope="module")
async def owner(
    shared_database_url: str, signer: FileSigner
) -> AsyncIterator[sa.ext.asyncio.AsyncEngine]:
    """The superuser of a database that holds the three logs."""
    database = Database(shared_database_url)
    ledger = PostgresLedger(database, base=BASE)
    await fill(database, Appender(ledger, signer, redactor=Redactor()), signer)
    await database.close()
    engine = create_async_engine(shared_database_url)
    yield engine
    await engine.dispose()


class Tampered:
    """The three logs as they are after some SQL that nobody commits."""

    def __init__(self, connection: sa.ext.asyncio.AsyncConnection) -> None:
        self._connection = connection

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[PostgresSnapshot]:
        """The view of the transaction that made the changes."""
        yield PostgresSnapshot(await driver_of(self._connection))


@pytest.fixture
async def found(
    owner: sa.ext.asyncio.AsyncEngine, signer: FileSigner
) -> AsyncIterator[Callable[..., Awaitable[list[Finding]]]]:
    """Change something as the superuser and check."""
    async with owner.connect() as connection:
        await connection.exec_driver_sql(PAST_TRIGGERS)

        async def run(*statements: str) -> list[Finding]:
            if any(map(about_text, statements)):
                await unpack_all_within(connection)
            for statement in statements:
                await connection.exec_driver_sql(statement.replace(":log", THE_LOG))
            return (await check(Tampered(connection), [signer.public_key])).findings

        yield run
        await connection.rollback()


async def test_what_was_appended_holds(archive: PostgresArchive, signer: FileSigner) -> None:
    """An untouched database passes, every entry, tile and checkpoint looked at."""
    told: list[tuple[int, int]] = []
    report = await check(archive, [signer.public_key], progress=lambda *at: told.append(at))
    assert report.holds, report.findings
    assert (report.logs, report.entries, report.checkpoints) == (3, SIZE + 6, len(SIZES) + 2)
    assert report.tiles == 2
    assert told[0] == (0, SIZE + 6)
    assert told[-1] == (SIZE + 6, SIZE + 6)
    believing = await check(archive)
    assert believing.holds


async def test_what_was_stored_before_it_was_packed_holds(
    found: Callable[..., Awaitable[list[Finding]]],
) -> None:
    """Entries as they were hashed, without their leaves beside them, are read as they are."""
    assert not await found(
        "UPDATE entries SET leaf = NULL WHERE starts_with(convert_from(bytes, 'UTF8'), '{')"
    )


@pytest.mark.parametrize("fault", [*ENTRIES, *MENTIONS, *TREE], ids=lambda fault: fault.name)
async def test_what_was_changed_is_named(
    fault: Fault, found: Callable[..., Awaitable[list[Finding]]]
) -> None:
    """Whatever the superuser changes, the check names the log and, where it can be told, the seq."""
    findings = await found(*fault.sql.split("; "))
    at = (None, None) if fault.at is None else fault.at
    named = [f for f in findings if (f.first, f.last) == at and re.search(fault.what, f.what)]
    assert named, [str(finding) for finding in findings]
    assert fault.log is None or {finding.log for finding in findings} == {fault.log}
    assert len(findings) <= max(fault.most, 1), [str(finding) for finding in findings]


async def test_an_edited_entry_does_not_hide_another(
    found: Callable[..., Awaitable[list[Finding]]],
) -> None:
    """Changes in several places of a log are each named."""
    findings = await found(
        entry(10, RESPELL), entry(400, RESPELL), entry(401, RESPELL), entry(550, "failed = true")
    )
    assert [(f.first, f.last) for f in findings] == [(10, 10), (400, 401), (550, 550)]


async def test_a_key_slipped_in_is_named_and_does_not_count(
    archive: PostgresArchive, tamper: Callable[[str], None], signer: FileSigner
) -> None:
    """With the key file at hand the database is not believed about who signs."""
    tamper("INSERT INTO signing_keys (public_key) VALUES (decode(repeat('ab', 32), 'hex'))")
    findings = (await check(archive, [signer.public_key])).findings
    assert [str(finding) for finding in findings] == [
        f"signing keys: the database names {'ab' * 32}, which is not the configured key"
    ]
    stranger = FileSigner(Ed25519PrivateKey.generate())
    wrong = await check(archive, [stranger.public_key])
    assert sum("signed by no known key" in finding.what for finding in wrong.findings) == 9


async def test_a_stored_key_that_is_none_is_a_finding(
    archive: PostgresArchive, tamper: Callable[[str], None], signer: FileSigner
) -> None:
    """Whatever stands among the keys, the check goes on."""
    tamper("ALTER TABLE signing_keys DROP CONSTRAINT signing_keys_public_key_check")
    tamper("INSERT INTO signing_keys (public_key) VALUES ('short')")
    assert not (await check(archive)).holds
    assert len((await check(archive, [signer.public_key])).findings) == 1


async def test_what_is_gone_without_a_word_is_named(
    archive: PostgresArchive, tamper: Callable[[str], None], signer: FileSigner
) -> None:
    """Disclosures that no entry about an erasure accounts for were taken away by somebody."""
    tamper(mention("people", "person", 0, "disclosure = NULL, email = NULL, key = NULL"))
    tamper(entry(5, "details = NULL"))
    report = await check(archive, [signer.public_key])
    assert [finding.what for finding in report.findings] == [
        "1 disclosures of people are gone, and the entries about erasures account for 0",
        "1 disclosures of details are gone, and the entries about erasures account for 0",
    ]


async def test_a_check_beside_appends_sees_one_instant(
    archive: PostgresArchive, new_appender: Callable[[], Appender], signer: FileSigner
) -> None:
    """Entries that are appended while a check runs neither wait for it nor disturb it."""
    appender = new_appender()

    async def append() -> None:
        for _ in range(20):
            await appender.record([an_activity() for _ in range(30)])

    reports, _ = await asyncio.gather(
        asyncio.gather(*(check(archive, [signer.public_key]) for _ in range(3))), append()
    )
    for report in reports:
        assert report.holds, report.findings
    assert (await check(archive, [signer.public_key])).entries == SIZE + 6 + 600


@pytest.mark.parametrize("sizes", [[4096, 1], [4095, 300], [5000, 5000], [1] * 30 + [8192]])
async def test_logs_of_several_windows_hold_and_name_what_was_changed(
    database: Database,
    new_appender: Callable[[], Appender],
    signer: FileSigner,
    tamper: Callable[[str], None],
    sizes: list[int],
) -> None:
    """Commits that reach over what is read at once change nothing about what is found."""
    for size in sizes:
        await new_appender().record([an_activity() for _ in range(size)])
    archive = PostgresArchive(database)
    report = await check(archive, [signer.public_key])
    assert [f for f in report.findings if f.log != "signing keys"] == []
    assert report.entries == sum(sizes)
    tamper(entry(4090, RESPELL))
    tamper("DELETE FROM entries WHERE log = :log AND seq BETWEEN 100 AND 140")
    findings = (await check(archive, [signer.public_key])).findings
    exact = sum(sizes) // 256 * 256 > 4090
    assert (findings[0].first, findings[0].last) == (100, 140)
    assert findings[1].first is not None
    assert findings[1].first <= 4090 <= (findings[1].last or 0)
    assert not exact or findings[1].first == 4090
    assert len(findings) == 2, [str(finding) for finding in findings]


def test_neighbours_with_the_same_fault_are_one_finding() -> None:
    """A thousand rows changed alike are one line; what is too much is counted."""
    report = Report()
    findings = Findings("log", report)
    for seq in range(5_000):
        findings.add("same", seq)
    for seq in range(5_000, 5_000 + 2 * MAX_FINDINGS, 2):
        findings.add("apart", seq)
    findings.close()
    assert str(report.findings[0]) == "log: seq 0 to 4999: same"
    assert len(report.findings) == MAX_FINDINGS
    assert report.suppressed == 1
    assert str(Finding(log="log", first=1, last=3, what="x", one_of=True)) == (
        "log: an entry of seq 1 to 3: x"
    )

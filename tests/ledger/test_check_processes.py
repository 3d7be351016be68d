"""A check in several processes finds the same; one that is interrupted goes on from where it was."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from indelible.bootstrap import join_archive
from indelible.cli.check_state import StateFile
from indelible.ledger import check as checking
from indelible.ledger.append import Appender
from indelible.ledger.archive import Shared, Snapshot, StoredLog, StoredRow, StoredRows
from indelible.ledger.check import check
from indelible.ledger.check_state import Progressed
from indelible.ledger.ports import LogNumber
from indelible.signing.file_key import FileSigner
from indelible.storage.postgres.archive import PostgresArchive
from indelible.storage.postgres.database import Database
from indelible.storage.postgres.founding import found as found_database
from indelible.worker.checking import Processes
from tests.ledger.conftest import BASE, OTHER, an_activity
from tests.ledger.faults import RESPELL, unpack_all

pytestmark = pytest.mark.database


class Interrupted(Exception):
    """Somebody pressed Ctrl-C."""


class Stopping(StateFile):
    """A state file that is interrupted once something was kept in it."""

    def save(self, progressed: Progressed) -> None:
        super().save(progressed)
        raise Interrupted


@pytest.fixture
async def archive(
    database: Database, new_appender: Callable[[], Appender], signer: FileSigner
) -> PostgresArchive:
    """Two logs, one of 9,000 entries."""
    await found_database(database, public_key=signer.public_key, base=BASE)
    appender = new_appender()
    for _ in range(9):
        await appender.record([an_activity() for _ in range(1_000)])
    await appender.record([an_activity(tenant=OTHER) for _ in range(10)])
    return PostgresArchive(database)


def tamper(database_url: str, statement: str) -> None:
    """Run SQL as the superuser, past triggers."""
    url = sa.make_url(database_url).set(drivername="postgresql").render_as_string(False)
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")
        unpack_all(connection)
        connection.execute(statement)  # type: ignore[call-overload]


async def test_several_processes_find_the_same(
    archive: PostgresArchive, database_url: str, signer: FileSigner
) -> None:
    """What is found does not depend on how many look, and all of them see one instant."""
    tamper(database_url, f"UPDATE entries SET {RESPELL} WHERE seq IN (10, 5000, 8999) AND log = 1")
    tamper(database_url, "DELETE FROM entries WHERE seq BETWEEN 4000 AND 4200 AND log = 1")
    tamper(database_url, "UPDATE people SET email = 'x' WHERE actor_id = 'user-3'")
    alone = await check(archive, [signer.public_key])
    crew = Processes(join_archive, 2)
    together = await check(archive, [signer.public_key], crew=crew)
    assert together.findings == alone.findings
    assert (together.entries, together.tiles) == (alone.entries, alone.tiles)
    assert len(alone.findings) >= 5


class Empty:
    """A view of logs without entries."""

    async def share(self) -> Shared:
        return Shared("", "", "", "")

    async def resource_types(self) -> dict[int, str]:
        return {}

    async def rows(self, _: LogNumber, __: range) -> StoredRows:
        return StoredRows(*([()] * len(StoredRow._fields)))


@asynccontextmanager
async def join_empty(_: Shared) -> AsyncIterator[Snapshot]:
    """Open such a view in another process."""
    yield Empty()  # type: ignore[misc]  # as far as windows need it


@pytest.mark.parametrize("expected", [0, 2, 9])
async def test_every_window_comes_in_order(expected: int) -> None:
    """However many windows each log has, and whoever looks at which of them."""
    logs = [StoredLog(LogNumber(at), f"log/{at}", 0, b"", 0) for at in range(9)]
    ranges = [
        [range(at * 8, at * 8 + 8) for at in range(count)]
        for count in (40, 1, 90, 70, 0, 1, 3, 200, 8)
    ]
    crew = Processes(join_empty, 3)
    async with crew.at(Empty()):  # type: ignore[arg-type]  # as far as windows need it
        for at, log in enumerate(logs):
            for place in range(at, min(at + expected, len(logs))):
                if place == at + expected - 1 or at == 0:
                    crew.expect(logs[place], ranges[place])
            windows = [window async for window in crew.windows(log, ranges[at])]
            assert [range(each.start, each.stop) for each in windows] == ranges[at]
            assert all(len(each.missing) == 8 for each in windows)


@pytest.mark.parametrize("spoilt", [False, True])
async def test_an_interrupted_check_goes_on(
    archive: PostgresArchive,
    database_url: str,
    signer: FileSigner,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    spoilt: bool,
) -> None:
    """It looks at the rest alone, and finds in sum what a whole check finds."""
    monkeypatch.setattr(checking, "_SAVE_SECONDS", 0)
    if spoilt:
        tamper(database_url, "UPDATE entries SET failed = NOT failed WHERE seq IN (7, 8000)")
        tamper(database_url, "UPDATE people SET email = 'x' WHERE actor_id = 'user-3'")
    whole = await check(archive, [signer.public_key])
    file = tmp_path / "check.json"
    report = None
    begun: list[int] = []
    while report is None:
        told: list[int] = []

        def tell(done: int, _: int, told: list[int] = told) -> None:
            told.append(done)

        with suppress(Interrupted):
            report = await check(archive, [signer.public_key], state=Stopping(file), progress=tell)
        begun.append(told[0])
    assert begun == [0, 4_096, 8_192, 9_000, 9_010]  # within a log, and between two
    assert not file.exists()
    assert (report.entries, report.tiles, report.checkpoints, report.logs) == (
        whole.entries, whole.tiles, whole.checkpoints, whole.logs,
    )  # fmt: skip
    assert report.findings == whole.findings
    assert report.holds is not spoilt


async def test_a_state_file_that_can_t_be_read_starts_anew(
    archive: PostgresArchive, signer: FileSigner, tmp_path: Path
) -> None:
    """Garbage, and the state of a check with other keys, count for nothing."""
    file = tmp_path / "check.json"
    file.write_text('{"trusted": [], "done": 3}')
    assert (await check(archive, [signer.public_key], state=StateFile(file))).entries == 9_010
    assert not file.exists()

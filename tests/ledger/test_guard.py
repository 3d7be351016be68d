"""The restore guard: a database that went back is not written to until somebody owns up to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from indelible.bootstrap import open_services, record_restore
from indelible.cli import restore
from indelible.config.settings import Settings, load_settings
from indelible.core.key import VerifierKey
from indelible.core.scope import Scope
from indelible.delivery.published_head import NAME, PublishedHeadFile
from indelible.errors import Contradicted, Misconfigured, Unavailable
from indelible.identity.model import COMMAND_LINE
from indelible.ledger.guard import RESOURCE_TYPE
from indelible.ledger.search import Filter
from indelible.signing.file_key import make_signer
from indelible.web.problems import problem_of
from indelible.web.services import Services
from tests.ledger.conftest import TENANT, an_activity
from tests.witness.running import WitnessProcess

pytestmark = pytest.mark.database

Open = Callable[..., AbstractAsyncContextManager[Services]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation whose database is elsewhere than its data folder."""
    return load_settings(data=tmp_path, database_pool=6, publish_seconds=0.1)


class Backup:
    """Copies of a database, made and restored as its owner does it."""

    def __init__(self, url: str) -> None:
        plain = sa.make_url(url).set(drivername="postgresql")
        self._name = str(plain.database)
        self._url = plain.set(database="postgres").render_as_string(hide_password=False)

    def make(self) -> None:
        """Copy the database as it stands."""
        self._run(f"CREATE DATABASE {self._name}_copy TEMPLATE {self._name}")

    def restore(self) -> None:
        """Put the copy in the database's place."""
        self._run(f"DROP DATABASE {self._name} WITH (FORCE)")
        self._run(f"CREATE DATABASE {self._name} TEMPLATE {self._name}_copy")

    def drop(self) -> None:
        """Drop the copy."""
        self._run(f"DROP DATABASE IF EXISTS {self._name}_copy WITH (FORCE)")

    def _run(self, statement: str) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]  # names are ours


@pytest.fixture
def backup(database_url: str) -> Iterator[Backup]:
    """Backups of the test's database."""
    backup = Backup(database_url)
    yield backup
    backup.drop()


async def work(settings: Settings, url: str, entries: int) -> int:
    """Run the service until *entries* more are published; return the size of the root log."""
    async with open_services(settings, url, publish=True) as services:
        for _ in range(entries):
            before = await services.root.size()
            await services.recorder.record([an_activity()])
            await until_published(services, settings, before)
        return await services.root.size()


async def until_published(services: Services, settings: Settings, before: int) -> None:
    async with asyncio.timeout(60):
        while not before < await services.root.size() == _kept(settings):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def refusal(services: Services) -> str:
    """Fail to record, and return what the operator is told; anybody else is told nothing of it."""
    with pytest.raises(Contradicted) as refused:
        await services.recorder.record([an_activity()])
    problem = problem_of(refused.value)
    assert problem.status == 503
    assert "seen." in problem.detail
    assert "checkpoint" not in problem.detail
    return refused.value.diagnostics()


def _kept(settings: Settings) -> int:
    seen = PublishedHeadFile(settings.data).read()
    return 0 if seen is None else seen.size


async def test_an_untouched_database_is_written_to(settings: Settings, database_url: str) -> None:
    """Starts and stops, and nodes that saw less, contradict nothing."""
    assert await work(settings, database_url, 3) >= 3
    older = (settings.data / NAME).read_text(encoding="utf-8")
    size = await work(settings, database_url, 3)
    (settings.data / NAME).write_text(older, encoding="utf-8")
    assert await work(settings, database_url, 2) > size


async def test_a_database_that_was_rolled_back_refuses_until_that_is_recorded(
    settings: Settings, database_url: str, backup: Backup
) -> None:
    """After a restore nothing is recorded, in words that say what to do; then all goes on."""
    await work(settings, database_url, 3)
    backup.make()
    published = await work(settings, database_url, 4)
    backup.restore()
    async with open_services(settings, database_url, publish=True) as services:
        size = await services.root.size()
        assert size == published - 4
        assert not await services.ready()
        said = await refusal(services)
        assert "indelible restore record" in said
        assert f"has seen {published} checkpoints in the root log; it has {size}" in said
        # Whoever looks into it can read.
        page = await services.index.page(Filter(), Scope.everything(), limit=100)
        assert page.total == 3
        await asyncio.sleep(0.5)
        assert await services.root.size() == size
    excused = await record_restore(settings, database_url, COMMAND_LINE, "disk died")
    assert len(excused) == 1
    for entries in (1, 8):
        await work(settings, database_url, entries)
    async with open_services(settings, database_url) as services:
        where = Filter(resource_type=RESOURCE_TYPE)
        (row,) = (await services.index.page(where, Scope.everything(), limit=5)).items
        entry = await services.index.entry(row.id, Scope.everything())
        assert entry.payload["reason"] == "disk died"
    assert await record_restore(settings, database_url, COMMAND_LINE, "again") == []


async def test_a_database_that_went_another_way_refuses(
    settings: Settings, database_url: str, backup: Backup
) -> None:
    """A copy that has grown past what was published, otherwise, is as little written to."""
    await work(settings, database_url, 2)
    backup.make()
    published = await work(settings, database_url, 3)
    kept = (settings.data / NAME).read_text(encoding="utf-8")
    backup.restore()
    (settings.data / NAME).unlink()  # as another machine sees it
    assert await work(settings, database_url, 5) > published
    (settings.data / NAME).write_text(kept, encoding="utf-8")
    async with open_services(settings, database_url) as services:
        assert f"its first {published} checkpoints differ" in await refusal(services)


async def test_a_restore_under_a_running_service_is_told(
    settings: Settings, database_url: str, backup: Backup
) -> None:
    """The service stops recording, and what was published stays remembered."""
    await work(settings, database_url, 2)
    backup.make()
    async with open_services(settings, database_url, publish=True) as services:
        for _ in range(3):
            before = await services.root.size()
            await services.recorder.record([an_activity()])
            await until_published(services, settings, before)
        kept = (settings.data / NAME).read_text(encoding="utf-8")
        backup.restore()
        async with asyncio.timeout(60):
            while True:
                try:
                    await services.recorder.record([an_activity()])
                except Contradicted:
                    break
                except Unavailable:  # connections to what was there before
                    await asyncio.sleep(0.05)
        assert not await services.ready()
    assert (settings.data / NAME).read_text(encoding="utf-8") == kept
    async with open_services(settings, database_url) as services:
        await refusal(services)


async def test_a_log_that_was_cut_refuses(
    settings: Settings, database_url: str, backup: Backup
) -> None:
    """One log cut back behind what was published of it is enough."""
    await work(settings, database_url, 4)
    url = sa.make_url(database_url).set(drivername="postgresql").render_as_string(False)
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")
        log = f"(SELECT id FROM logs WHERE tenant = '{TENANT}')"
        for statement in (
            f"DELETE FROM entries WHERE log = {log} AND seq >= 2",
            f"DELETE FROM checkpoints WHERE log = {log} AND size > 2",
            f"UPDATE heads SET size = 2 WHERE log = {log}",
        ):
            connection.execute(statement)  # type: ignore[call-overload]
    async with open_services(settings, database_url) as services:
        assert "has 2 entries; 4 were published" in await refusal(services)


def test_an_operator_records_a_restore(
    settings: Settings, database_url: str, backup: Backup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command says what it excuses, and refuses to do so for no reason."""
    asyncio.run(work(settings, database_url, 1))
    backup.make()
    asyncio.run(work(settings, database_url, 2))
    backup.restore()
    monkeypatch.setenv("INDELIBLE_DATABASE_URL", database_url)
    monkeypatch.setenv("INDELIBLE_DATA", str(settings.data))
    run = CliRunner().invoke
    assert run(restore.app, ["record", "--reason", " "]).exit_code == 2
    done = run(restore.app, ["record", "--reason", "the disk died"])
    assert done.exit_code == 0, done.output
    assert "has seen 3 checkpoints" in done.stdout
    again = run(restore.app, ["record", "--reason", "the disk died"])
    assert "Nothing contradicts this database" in again.stdout
    assert asyncio.run(work(settings, database_url, 1)) >= 2


async def test_a_damaged_memory_is_told(settings: Settings, database_url: str) -> None:
    """What can't be read is not taken for nothing."""
    await work(settings, database_url, 1)
    (settings.data / NAME).write_text("?", encoding="utf-8")
    with pytest.raises(Misconfigured, match="delete it"):
        await work(settings, database_url, 1)


async def test_a_witness_remembers_what_this_machine_forgot(
    settings: Settings, database_url: str, backup: Backup
) -> None:
    """Database and data folder put back together are told by a witness; out of reach, it is not."""
    public = make_signer(settings.signing_key).public_key
    log = VerifierKey("localhost/audit/root", public)
    with WitnessProcess(settings.data / "witness", [log], "w.test") as witness:
        settings = settings.model_copy(update={"witnesses": [witness.setting]})
        await work(settings, database_url, 2)
        backup.make()
        async with open_services(settings, database_url, publish=True) as services:
            before = await services.root.size()
            await services.recorder.record([an_activity()])
            async with asyncio.timeout(60):
                while True:
                    newest = await services.root.newest(witnessed=True)
                    if newest is not None and newest.size > before:
                        break
                    await asyncio.sleep(0.05)
        backup.restore()
        (settings.data / NAME).unlink()
        async with open_services(settings, database_url, publish=True) as services:
            assert "The witness w.test has seen 3 checkpoints" in await refusal(services)
        await record_restore(settings, database_url, COMMAND_LINE, "both disks died")
        async with open_services(settings, database_url, publish=True) as services:
            await services.recorder.record([an_activity()])

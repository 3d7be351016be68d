"""The service with an index in ClickHouse: what it tells of it, and that it is made anew."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from indelible.bootstrap import open_services
from indelible.cli import index, tenants
from indelible.config.settings import Settings, load_settings
from indelible.core.scope import Scope
from indelible.errors import Misconfigured
from indelible.index.clickhouse.tables import TABLES, Tables
from indelible.ledger.search import Filter
from indelible.web.app import create_app
from tests.web.conftest import Platform, an_activity


@pytest.fixture(scope="module")
def settings(
    new_clickhouse_url: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    """Settings that name a ClickHouse."""
    return load_settings(
        data=tmp_path_factory.mktemp("platform"),
        database_pool=8,
        clickhouse_url=new_clickhouse_url(),
        index_seconds=0.1,
        super_admin_second_factor=False,
    )


@pytest.fixture(scope="module")
async def platform(settings: Settings, shared_database_url: str) -> AsyncIterator[Platform]:
    """A platform that is searched in ClickHouse, and follows."""
    async with AsyncExitStack() as stack:
        opened = open_services(settings, shared_database_url, publish=True)
        services = await stack.enter_async_context(opened)
        app = create_app(lambda: open_services(settings, shared_database_url))
        app.state.services = services
        platform = Platform(app, services, shared_database_url)
        await platform.furnish(stack)
        yield platform


async def caught_up(platform: Platform) -> dict[str, object]:
    """Wait until everything is indexed, and return what is told of the index."""
    for _ in range(200):
        index = (await platform.get("root", "/api/integrity")).json()["index"]
        if index["usable"] and index["behind"] == 0:
            return index
        await asyncio.sleep(0.1)
    raise AssertionError("the follower does not catch up")


@pytest.mark.database
async def test_own_writes_are_read(platform: Platform) -> None:
    """What was recorded is on the next page, whether or not it is indexed."""
    for number in range(20):
        await platform.report("acme", an_activity(session=f"own-{number}"))
        page = await platform.get("acme.admin", "/api/activity", session=f"own-{number}")
        assert page.json()["total"] == 1
        assert float(page.headers["X-Index-Lag"]) >= 0
    histogram = await platform.get("acme.admin", "/api/activity/histogram", search="berlin")
    assert sum(each["success"] for each in histogram.json()["buckets"]) >= 20
    assert "X-Index-Lag" in histogram.headers


@pytest.mark.database
async def test_lag_is_told(platform: Platform) -> None:
    """How far the index is behind stands on the integrity page and among the figures."""
    index = await caught_up(platform)
    assert (index["engine"], index["lagSeconds"]) == ("clickhouse", 0)
    assert index["indexed"] >= 20
    own = (await platform.get("acme.admin", "/api/integrity")).json()["index"]
    assert own["indexed"] < index["indexed"]
    await asyncio.sleep(0.3)
    figures = (await platform.get("nobody", "/metrics")).text
    assert "indelible_index_usable 1.0" in figures
    assert "indelible_index_behind_entries 0.0" in figures
    assert "indelible_index_lag_seconds" in figures
    assert "indelible_index_stand_ins" in figures
    assert (await platform.get("nobody", "/healthz")).json()["lagSeconds"] == 0


@pytest.mark.database
def test_rebuilt_by_one_command(database_url: str, clickhouse_url: str, tmp_path: Path) -> None:
    """One command makes the index anew from the ledger and says how many entries it has."""
    environment = {
        "INDELIBLE_DATA": str(tmp_path),
        "INDELIBLE_DATABASE_URL": database_url.replace("postgresql+psycopg", "postgresql"),
        "INDELIBLE_CLICKHOUSE_URL": clickhouse_url,
    }

    def run(app: typer.Typer, *arguments: str) -> str:
        done = CliRunner().invoke(app, arguments, env=environment, catch_exceptions=False)
        assert done.exit_code == 0
        return done.stdout

    run(tenants.app, "create", "acme")
    for _ in range(2):
        assert run(index.app, "rebuild") == "1 entries are indexed.\n"


@pytest.mark.database
async def test_without_clickhouse(database_url: str, tmp_path: Path) -> None:
    """A ClickHouse that can't be reached keeps nobody from starting, recording and reading."""
    settings = load_settings(data=tmp_path, clickhouse_url="http://127.0.0.1:9/none")
    async with open_services(settings, database_url, publish=True) as services:
        assert (await services.index.page(Filter(), Scope.everything())).total == 0
        assert services.following is not None
        assert not (await services.following.state(Scope.everything())).usable


def test_only_clickhouse() -> None:
    """The setting takes the URL of ClickHouse's HTTP interface."""
    with pytest.raises(Misconfigured, match="CLICKHOUSE_URL"):
        load_settings(clickhouse_url="clickhouse://host:9000/db")


def test_tables_of_a_cluster() -> None:
    """On a cluster every table is replicated, and distributed by log."""
    statements = Tables("main").create()
    assert len(statements) == 2 * len(TABLES)
    assert "'positions_local', 0)" in statements[-1]
    for local, distributed in zip(statements[::2], statements[1::2], strict=True):
        assert "_local ON CLUSTER 'main'" in local
        assert "Replicated" in local
        assert "Distributed('main', currentDatabase(), " in distributed
    assert (
        "ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/{database}/positions_local', '{replica}', batch)"
        in statements[-2]
    )
    assert (
        Tables("main")
        .change("entries", "DELETE WHERE 1")
        .startswith("ALTER TABLE entries_local ON CLUSTER 'main' DELETE")
    )
    assert len(Tables().create()) == len(TABLES)

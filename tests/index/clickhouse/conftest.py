"""ClickHouse in this process. One process has one folder of it, and as many databases as it likes."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest

from indelible.index.clickhouse.client import ClickHouse, open_clickhouse
from tests.ledger.conftest import Clock

_numbers = itertools.count()


@pytest.fixture(scope="session")
def engine_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of the engine."""
    clickhouse_connect = pytest.importorskip("clickhouse_connect")
    pytest.importorskip("chdb")
    url = f"chdb://{tmp_path_factory.mktemp('clickhouse')}"
    keeps_it_open = clickhouse_connect.get_client(dsn=url)
    yield url
    keeps_it_open.close()


@pytest.fixture(scope="session")
def new_clickhouse_url(engine_url: str) -> Callable[[], str]:
    """Make a database and return its URL."""
    import clickhouse_connect

    def new() -> str:
        name = f"test_{next(_numbers)}"
        client = clickhouse_connect.get_client(dsn=engine_url)
        client.command(f"CREATE DATABASE {name}")
        client.close()
        return f"{engine_url}?database={name}"

    return new


@pytest.fixture
def clickhouse_url(new_clickhouse_url: Callable[[], str]) -> str:
    """URL of an empty database."""
    return new_clickhouse_url()


@pytest.fixture
def clickhouse(clickhouse_url: str) -> Iterator[ClickHouse]:
    """A connection to an empty database."""
    clickhouse = open_clickhouse(clickhouse_url)
    yield clickhouse
    clickhouse.close()


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still until the test moves it."""
    return Clock()

"""What every test may use: a real PostgreSQL of its own, started and stopped by the tests."""

from __future__ import annotations

import itertools
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import psycopg
import pytest
import sqlalchemy as sa

from indelible.storage.postgres.database import Database
from indelible.storage.postgres.embedded import EmbeddedServer
from indelible.storage.postgres.schema import migrate

_TEMPLATE = "indelible_template"
_numbers = itertools.count()


# The same examples at every run: what lands is not decided by lot. Campaigns draw new ones.
hypothesis.settings.register_profile("landing", derandomize=True, deadline=None)
hypothesis.settings.register_profile("campaign", max_examples=2_000, deadline=None)
hypothesis.settings.load_profile("landing")


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of an embedded server that lives as long as the test session."""
    server = EmbeddedServer(tmp_path_factory.mktemp("data"))
    with server:
        yield server.url
    server.remove()


@pytest.fixture(scope="session")
def template(server_url: str) -> str:
    """Name of a migrated, empty database to copy."""
    _administer(server_url, f"CREATE DATABASE {_TEMPLATE}")
    migrate(_named(server_url, _TEMPLATE))
    return _TEMPLATE


@pytest.fixture
def database_url(server_url: str, template: str) -> Iterator[str]:
    """URL of a fresh, migrated database."""
    yield from _fresh(server_url, template)


@pytest.fixture(scope="module")
def shared_database_url(server_url: str, template: str) -> Iterator[str]:
    """URL of a migrated database that the tests of one module share."""
    yield from _fresh(server_url, template)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh, migrated database, connected as the application is."""
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of other people's vectors and data; tests skip where it is absent."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip(f"no vectors: {folder.name}/ is not beside the project")
    return folder


def _fresh(server_url: str, template: str) -> Iterator[str]:
    name = f"test_{os.getpid()}_{next(_numbers)}"
    _administer(server_url, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    yield _named(server_url, name)
    _administer(server_url, f"DROP DATABASE {name} WITH (FORCE)")


def _named(url: str, database: str) -> str:
    return sa.make_url(url).set(database=database).render_as_string(hide_password=False)


def _administer(url: str, statement: str) -> None:
    plain = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]  # names are ours

"""Migrations over data that is there already."""

from __future__ import annotations

import uuid
from importlib.resources import as_file, files

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from indelible.storage.postgres import schema
from indelible.storage.postgres.schema import migrate

pytestmark = pytest.mark.database

SESSIONS = """
INSERT INTO users (id, email, name, role) VALUES (:user, 'root@x.test', 'Root', 'super_admin');
INSERT INTO sessions (id, token_digest, user_id, created_at, expires_at, idle, ended_at, ended_how)
VALUES (gen_random_uuid(), sha256('a'), :user, '2026-01-02Z', '2026-01-03Z', '1 h', NULL, NULL),
    (gen_random_uuid(), sha256('b'), :user, '2026-01-04Z', '2026-01-05Z', '1 h', now(), 'sign_out')
"""


@pytest.fixture
def empty(server_url):
    """URL of a database without a schema."""
    name = f"empty_{uuid.uuid4().hex}"
    admin = sa.create_engine(server_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
        yield sa.make_url(server_url).set(database=name).render_as_string(hide_password=False)
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


def test_sessions_of_before(empty):
    """Sessions from before step-up was known were proved when they began; none was revoked."""
    engine = sa.create_engine(empty, poolclass=sa.NullPool)
    with engine.connect() as connection, as_file(files(schema.__package__) / "migrations") as at:
        config = Config()
        config.set_main_option("script_location", str(at))
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        for statement in SESSIONS.split(";\n"):
            connection.execute(
                sa.text(statement), {"user": str(uuid.uuid5(uuid.NAMESPACE_DNS, "x"))}
            )
        connection.commit()
    migrate(empty)
    with engine.connect() as connection:
        rows = connection.execute(
            sa.text("SELECT proved_at = created_at, revoked_by FROM sessions")
        ).all()
    assert [tuple(row) for row in rows] == [(True, None)] * 2


def test_what_is_purged_is_vacuumed_early(empty):
    """Dead rows of a purge are cleared away long before they are a fifth of a huge log."""
    migrate(empty)
    engine = sa.create_engine(empty, poolclass=sa.NullPool)
    options = "SELECT relname FROM pg_class WHERE reloptions @> :wanted ORDER BY relname"
    wanted = ["autovacuum_vacuum_scale_factor=0.02"]
    with engine.connect() as connection:
        tables = connection.scalars(sa.text(options), {"wanted": wanted}).all()
    assert tables == ["entries_part", "receipts"]


def test_names_that_are_forgotten_already_are_not_written_again(empty):
    """A purge in many steps rewrites the rows of a log's segments once, not at every step."""
    migrate(empty)
    engine = sa.create_engine(empty, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO logs (origin) VALUES ('localhost/audit/logs/a')"))
        connection.execute(
            sa.text(
                "INSERT INTO search_segments (log, first, size, named, samples, times) "
                "SELECT id, n * 9, 9, n = 0, '', '' FROM logs, generate_series(0, 1) AS n"
            )
        )
    rows = []
    for _ in range(2):
        with engine.begin() as connection:
            connection.execute(sa.text("SELECT search_forget_names(id) FROM logs"))
        with engine.connect() as connection:
            query = "SELECT first, named, xmin::text FROM search_segments ORDER BY first"
            rows.append(connection.execute(sa.text(query)).all())
    assert rows[0] == rows[1]
    assert [named for _, named, _ in rows[1]] == [False, False]

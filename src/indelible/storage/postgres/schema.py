"""Brings the database to the schema that this version needs."""

from __future__ import annotations

from importlib.resources import as_file, files

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from indelible.errors import Unavailable

_LOCK = 0x1DE11B1E  # any number, the same in every process


def migrate(url: str) -> None:
    """Run what is missing of the migrations; several processes may start at once.

    Args:
        url: SQLAlchemy URL of the database's owner.

    Raises:
        Unavailable: the database can't be reached.
    """
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    try:
        with engine.connect() as connection, as_file(files(__package__) / "migrations") as folder:
            connection.execute(sa.select(sa.func.pg_advisory_lock(_LOCK)))
            connection.commit()
            config = Config()
            config.set_main_option("script_location", str(folder))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
            connection.execute(sa.select(sa.func.pg_advisory_unlock(_LOCK)))
    except sa.exc.OperationalError as error:
        raise Unavailable(f"The database can't be reached: {error.orig}") from error
    finally:
        engine.dispose()

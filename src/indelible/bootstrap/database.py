"""The database: the embedded server, or the one that the operator names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from indelible.config.settings import Settings
from indelible.errors import Misconfigured
from indelible.storage.postgres.embedded import EmbeddedServer
from indelible.storage.postgres.schema import migrate


@contextmanager
def open_database(settings: Settings) -> Iterator[str]:
    """Yield the URL of a database that runs and has the schema of this version.

    Without INDELIBLE_DATABASE_URL that is the embedded server; the last to leave stops it.

    Raises:
        Misconfigured: PostgreSQL can't run here.
        Unavailable: it can't be reached.
    """
    if settings.database_url is not None:
        url = sa.make_url(settings.database_url.get_secret_value())
        if settings.database_password_file is not None:
            url = url.set(password=password_in(settings.database_password_file))
        named = url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        migrate(named)
        yield named
        return
    with EmbeddedServer(settings.data) as server:
        migrate(server.url)
        yield server.url


def password_in(path: Path) -> str:
    """Return the password in a file, such as a mounted secret.

    Raises:
        Misconfigured: it can't be read.
    """
    try:
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"A password can't be read from {path}: {error}") from None

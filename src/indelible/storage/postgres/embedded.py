"""The embedded PostgreSQL: a private server on a local socket, for those who bring none.

Any number of processes may use the same data folder: the first starts the server, the last to
leave stops it, and one that finds it running (because its starter was killed) adopts it.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from indelible.errors import Misconfigured
from indelible.storage.postgres.binaries import SERVICE_HOME, Programs, find_programs
from indelible.storage.postgres.cluster import Cluster

DATABASE = "indelible"


class EmbeddedServer:
    """A PostgreSQL of our own below *data*; a context manager that starts and stops it."""

    def __init__(self, data: Path) -> None:
        """Take the data folder; it is made, mode 700, where it does not exist."""
        self._data = data.resolve()
        self._home = self._data / "postgresql"
        self._using: int | None = None
        self._cluster: Cluster | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """SQLAlchemy URL of the database, its owner signed in."""
        socket = self._cluster.socket if self._cluster else None
        return f"postgresql+psycopg://postgres@/{DATABASE}?host={socket}"

    def start(self) -> None:
        """Start the server, or adopt the one that runs; on return it accepts connections.

        Raises:
            Misconfigured: PostgreSQL can't be found or can't run here.
            Unavailable: it did not come up in time; the message quotes its log.
        """
        programs = find_programs()
        try:
            self._data.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._home.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise Misconfigured(
                f"The data folder {self._data} can't be used: {error.strerror}."
            ) from error
        with self._turn():
            self._cluster = Cluster(_cluster_folder(self._home, programs), programs)
            self._using = self._open("users")
            fcntl.flock(self._using, fcntl.LOCK_SH)
            try:
                if not self._cluster.accepts():
                    self._cluster.start()
                _make_database(self._cluster)
            except BaseException:
                self._leave(self._cluster)
                raise

    def stop(self) -> None:
        """Leave; the last to leave stops the server, sessions ended and data flushed."""
        if self._cluster is not None and self._using is not None:
            with self._turn():
                self._leave(self._cluster)

    def remove(self) -> None:
        """Delete the database for good. Only where nobody uses it any more.

        Raises:
            Misconfigured: it is in use.
        """
        if not self._home.is_dir():
            return
        programs = find_programs()
        with self._turn():
            if not self._is_unused():
                raise Misconfigured(f"The database of {self._data} is in use.")
            Cluster(_cluster_folder(self._home, programs), programs).remove()

    def _leave(self, cluster: Cluster) -> None:
        """Use it no longer, and shut it down where nobody else does; in our turn."""
        if self._using is not None:
            os.close(self._using)
            self._using = None
        if self._is_unused():
            cluster.shut_down()

    def _is_unused(self) -> bool:
        users = self._open("users")
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        finally:
            os.close(users)
        return True

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Be the one process that starts or stops the server.

        Two files, because whoever uses the server holds on to "users" for all that time: a kernel
        lock, so that it is gone when the process is, however it ended.
        """
        lock = self._open("lock")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _open(self, name: str) -> int:
        return os.open(self._home / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _cluster_folder(home: Path, programs: Programs) -> Path:
    """Return the folder of data, socket and log: below *home*, or the service user's as root.

    The random name ties it to this data folder: a new data folder gets a new, empty database.
    """
    if programs.uid is None:
        return home
    name_file = home / "cluster"
    if not name_file.exists():
        name_file.write_text(secrets.token_hex(8), encoding="ascii")
    name = name_file.read_text(encoding="ascii", errors="replace").strip()
    if not (name.isascii() and name.isalnum()):
        raise Misconfigured(f"{name_file} does not name a cluster; restore it from a backup.")
    folder = SERVICE_HOME / "clusters" / name
    programs.let_in(folder.parent)
    programs.own(folder)
    return folder


def _make_database(cluster: Cluster) -> None:
    with cluster.connect() as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if known.fetchone() is None:
            connection.execute(f"CREATE DATABASE {DATABASE} TEMPLATE template0")

"""The embedded PostgreSQL: a private server on a local socket, for those who bring none.

Any number of processes may use the same data folder: the first starts the server, the last to
leave stops it, and one that finds it running (because its starter was killed) adopts it.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg import conninfo

from indelible.errors import Misconfigured, Unavailable
from indelible.storage.postgres.binaries import SERVICE_HOME, Programs, find_programs

DATABASE = "indelible"
_SOCKET_PATH_LIMIT = 100  # sun_path holds 107 bytes, PostgreSQL's file name among them
_START_SECONDS = 120.0
_STOP_SECONDS = 60.0

_CONFIGURATION = """\
listen_addresses = ''
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 256MB
max_wal_size = 4GB
checkpoint_timeout = 15min
wal_compression = on
fsync = on
synchronous_commit = on
jit = off
timezone = 'UTC'
# What a statement carried never reaches the server's log: it may be somebody's data.
log_min_error_statement = panic
log_parameter_max_length_on_error = 0
log_error_verbosity = terse
"""


class EmbeddedServer:
    """A PostgreSQL of our own below *data*; a context manager that starts and stops it."""

    def __init__(self, data: Path) -> None:
        """Take the data folder; it is made, mode 700, where it does not exist."""
        self._data = data.resolve()
        self._lock: int | None = None
        self._socket: Path | None = None
        self._cluster: Path | None = None

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
        return f"postgresql+psycopg://postgres@/{DATABASE}?host={self._socket}"

    def start(self) -> None:
        """Start the server, or adopt the one that runs; on return it accepts connections.

        Raises:
            Misconfigured: PostgreSQL can't be found or can't run here.
            Unavailable: it did not come up in time; the message quotes its log.
        """
        programs = find_programs()
        home = self._data / "postgresql"
        if not home.is_dir():
            home.mkdir(parents=True, mode=0o700)
        # Exclusive while starting: two processes must not both find no server. Shared afterwards:
        # whoever can have it exclusively again is the last to leave.
        self._lock = os.open(home / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        try:
            self._cluster = cluster = _cluster_folder(home, programs)
            self._socket = _socket_folder(cluster, programs)
            if not self._accepts():
                self._launch(cluster, programs)
            self._make_database()
        except BaseException:
            os.close(self._lock)
            self._lock = None
            raise
        fcntl.flock(self._lock, fcntl.LOCK_SH)

    def stop(self) -> None:
        """Leave; the last to leave stops the server, sessions ended and data flushed."""
        if self._lock is None or self._cluster is None:
            return
        lock, self._lock = self._lock, None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            return
        try:
            _shut_down(self._cluster)
        finally:
            os.close(lock)

    def _accepts(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _connect(self) -> psycopg.Connection[Any]:
        where = conninfo.make_conninfo(host=str(self._socket), user="postgres", dbname="postgres")
        return psycopg.connect(where, autocommit=True, connect_timeout=5)

    def _launch(self, cluster: Path, programs: Programs) -> None:
        data = _initialise(cluster, programs)
        configuration = _CONFIGURATION.format(socket=self._socket)
        (cluster / "indelible.conf").write_text(configuration, encoding="utf-8")
        log_path = cluster / "server.log"
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            with log_path.open("ab") as log:
                # A session of its own: Ctrl-C at our terminal is for us to answer, in order.
                server = subprocess.Popen(
                    [programs.bin / "postgres", "-D", data],
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/",
                    start_new_session=True, user=programs.uid, group=programs.gid,
                    extra_groups=programs.extra_groups,
                )  # fmt: skip
            while server.poll() is None and time.monotonic() < deadline:
                if self._accepts():
                    return
                time.sleep(0.05)
            # It gives up at once while processes of a killed predecessor still hold its memory.
            time.sleep(0.5)
        raise Unavailable(_last_words(log_path))

    def _make_database(self) -> None:
        with self._connect() as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if known.fetchone() is None:
                connection.execute(f"CREATE DATABASE {DATABASE} TEMPLATE template0")


def _cluster_folder(home: Path, programs: Programs) -> Path:
    """Return the folder of data, socket and log: below *home*, or the service user's as root.

    The random name ties it to this data folder: a new data folder gets a new, empty database.
    """
    if programs.uid is None:
        return home
    name_file = home / "cluster"
    if not name_file.exists():
        name_file.write_text(secrets.token_hex(8), encoding="ascii")
    name = name_file.read_text(encoding="ascii").strip()
    if not name.isalnum():
        raise Misconfigured(f"{name_file} does not name a cluster; restore it from a backup.")
    folder = SERVICE_HOME / "clusters" / name
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    _own(folder, programs)
    return folder


def _socket_folder(cluster: Path, programs: Programs) -> Path:
    folder = cluster / "socket"
    if len(str(folder)) > _SOCKET_PATH_LIMIT:
        # Below a deep data folder the socket's name would not fit: a short private one instead.
        remembered = cluster / "socket-folder"
        if remembered.exists() and Path(remembered.read_text(encoding="utf-8")).is_dir():
            return Path(remembered.read_text(encoding="utf-8"))
        folder = Path(tempfile.mkdtemp(prefix="indelible-"))
        remembered.write_text(str(folder), encoding="utf-8")
        return folder
    _own(folder, programs)
    return folder


def _own(folder: Path, programs: Programs) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    if programs.uid is not None and programs.gid is not None:
        os.chown(folder, programs.uid, programs.gid)


def _initialise(cluster: Path, programs: Programs) -> Path:
    """Return the folder of the data, made by initdb where there is none.

    It is made under another name and renamed when whole: an interrupted first start leaves no
    half-made cluster behind.
    """
    data = cluster / "data"
    if data.exists():
        return data
    draft = cluster / "data.draft"
    shutil.rmtree(draft, ignore_errors=True)
    made = subprocess.run(
        [programs.bin / "initdb", "-D", draft, "--username=postgres", "--encoding=UTF8",
         # Unicode case folding that is the same on every machine.
         "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
         "--auth-local=trust", "--auth-host=reject", "--data-checksums"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd="/", check=False,
        user=programs.uid, group=programs.gid, extra_groups=programs.extra_groups,
    )  # fmt: skip
    if made.returncode != 0:
        raise Misconfigured(f"initdb failed: {made.stderr.strip() or made.stdout.strip()}")
    with (draft / "postgresql.conf").open("a", encoding="utf-8") as configuration:
        configuration.write(f"\ninclude = '{cluster / 'indelible.conf'}'\n")
    draft.rename(data)
    return data


def _shut_down(cluster: Path) -> None:
    """Ask the postmaster for a fast shutdown and wait until it is gone."""
    pid_file = cluster / "data" / "postmaster.pid"
    try:
        pid = int(pid_file.read_text(encoding="ascii").splitlines()[0])
        os.kill(pid, signal.SIGINT)
    except (FileNotFoundError, ProcessLookupError):
        return
    deadline = time.monotonic() + _STOP_SECONDS
    while pid_file.exists():
        if time.monotonic() > deadline:
            raise Unavailable(f"PostgreSQL (process {pid}) did not stop in {_STOP_SECONDS:.0f} s.")
        time.sleep(0.02)


def _last_words(log: Path) -> str:
    tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-8:])
    return f"The embedded PostgreSQL did not start. The end of {log}:\n{tail}"

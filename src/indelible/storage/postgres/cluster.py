"""One PostgreSQL cluster on this machine: its folder, how it is made, started and shut down."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg
from psycopg import conninfo

from indelible.errors import Misconfigured, Unavailable
from indelible.storage.postgres.binaries import MAJOR, Programs

_SOCKET_PATH_LIMIT = 100  # sun_path holds 107 bytes, PostgreSQL's file name among them
_START_SECONDS = 300.0  # after a crash it first replays up to max_wal_size
_STOP_SECONDS = 60.0

_CONFIGURATION = """\
listen_addresses = ''
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 256MB
max_wal_size = 4GB
checkpoint_timeout = 15min
fsync = on
synchronous_commit = on
jit = off
timezone = 'UTC'
# What a statement carried never reaches the server's log: it may be somebody's data.
log_min_error_statement = panic
log_parameter_max_length_on_error = 0
log_error_verbosity = terse
"""

# What a server says that starts while processes of a killed predecessor still end. It passes.
_PASSING = ("pre-existing shared memory block", 'postmaster.pid" already exists')


class Cluster:
    """The cluster in a folder. The caller sees to it that one process at a time starts or stops it.

    Attributes:
        socket: folder of its socket.
    """

    def __init__(self, folder: Path, programs: Programs) -> None:
        """Take the folder, which exists and is the server's own, and the programs to run."""
        self._folder = folder
        self._programs = programs
        self._data = folder / "data"
        self._server: subprocess.Popen[bytes] | None = None
        self.socket = _socket_folder(folder, programs)

    def connect(self) -> psycopg.Connection[Any]:
        """Connect as the owner, to the database that is always there."""
        where = conninfo.make_conninfo(host=str(self.socket), user="postgres", dbname="postgres")
        return psycopg.connect(where, autocommit=True, connect_timeout=5)

    def accepts(self) -> bool:
        """Return whether a server accepts connections."""
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def start(self) -> None:
        """Make the cluster where there is none, and start its server.

        Raises:
            Misconfigured: PostgreSQL can't run on this cluster or in this environment.
            Unavailable: it did not come up; the message quotes its log.
        """
        self._initialise()
        self._configure()
        self._forget_empty_pid_file()
        deadline = time.monotonic() + _START_SECONDS
        while not self._launch(deadline):
            time.sleep(0.5)

    def shut_down(self) -> None:
        """Ask the server for a fast shutdown, sessions ended and data flushed, and await its end.

        Raises:
            Unavailable: it does not end.
        """
        if not self.accepts():
            return  # the pid file, if there is one, is what a killed server left behind
        pid_file = self._data / "postmaster.pid"
        pid = int(pid_file.read_text(encoding="ascii").splitlines()[0])
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + _STOP_SECONDS
        while pid_file.exists():
            if time.monotonic() > deadline:
                raise Unavailable(f"PostgreSQL (process {pid}) does not stop.")
            time.sleep(0.02)
        if self._server is not None:
            self._server.wait(_STOP_SECONDS)

    def remove(self) -> None:
        """Delete all of it; the server must be down."""
        shutil.rmtree(self._folder)
        if not self.socket.is_relative_to(self._folder):
            shutil.rmtree(self.socket)

    def _launch(self, deadline: float) -> bool:
        """Start a server and wait until it accepts; False where it gave up for a passing reason."""
        if self.accepts():
            return True
        log = self._folder / "server.log"
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(log, flags, 0o600), "r+b", buffering=0) as output:
            said_before = output.seek(0, os.SEEK_END)
            # A session of its own: Ctrl-C at our terminal is for us to answer, in order.
            server = self._server = subprocess.Popen(
                [self._programs.bin / "postgres", "-D", self._data],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/",
                start_new_session=True, user=self._programs.uid, group=self._programs.gid,
                extra_groups=self._programs.extra_groups,
            )  # fmt: skip
            try:
                while server.poll() is None and time.monotonic() < deadline:
                    if self.accepts():
                        return True
                    time.sleep(0.05)
            except BaseException:
                self._give_up(server)
                raise
            self._give_up(server)
            output.seek(said_before)
            words = output.read().decode(errors="replace")
        if any(passing in words for passing in _PASSING) and time.monotonic() < deadline:
            return False
        tail = "\n".join(words.splitlines()[-8:])
        raise Unavailable(f"The embedded PostgreSQL did not start. The end of {log}:\n{tail}")

    def _give_up(self, server: subprocess.Popen[bytes]) -> None:
        """End a server that is not to be waited for: nobody else knows of it."""
        if server.poll() is None:
            server.send_signal(signal.SIGINT)
            server.wait(_STOP_SECONDS)

    def _configure(self) -> None:
        text = _CONFIGURATION.format(socket=str(self.socket).replace("'", "''"))
        # Written beside and renamed: the folder may be another user's, who could lay a link there.
        with tempfile.NamedTemporaryFile("w", dir=self._folder, delete=False) as draft:
            draft.write(text)
            os.fchmod(draft.fileno(), 0o644)
        Path(draft.name).rename(self._folder / "indelible.conf")

    def _forget_empty_pid_file(self) -> None:
        """Delete what a server leaves that was cut off at its very start, and stumbles over."""
        pid_file = self._data / "postmaster.pid"
        if pid_file.exists() and pid_file.stat().st_size == 0:
            pid_file.unlink()

    def _initialise(self) -> None:
        """Make the data by initdb where there are none.

        They are made under another name and renamed when whole: an interrupted first start leaves
        no half-made cluster behind.
        """
        if self._data.exists():
            self._refuse_other_version()
            return
        draft = self._folder / "data.draft"
        shutil.rmtree(draft, ignore_errors=True)
        made = subprocess.run(
            [self._programs.bin / "initdb", "-D", draft, "--username=postgres", "--encoding=UTF8",
             # Unicode case folding that is the same on every machine.
             "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
             "--auth-local=trust", "--auth-host=reject", "--data-checksums"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd="/", check=False,
            user=self._programs.uid, group=self._programs.gid,
            extra_groups=self._programs.extra_groups,
        )  # fmt: skip
        if made.returncode != 0:
            raise Misconfigured(f"initdb failed: {made.stderr.strip() or made.stdout.strip()}")
        with (draft / "postgresql.conf").open("a", encoding="utf-8") as configuration:
            # Relative to this very file, so that the whole folder can be moved.
            configuration.write("\ninclude = '../indelible.conf'\n")
        draft.rename(self._data)

    def _refuse_other_version(self) -> None:
        try:
            version = (self._data / "PG_VERSION").read_text(encoding="ascii").strip()
        except (FileNotFoundError, NotADirectoryError):
            raise Misconfigured(
                f"{self._data} is not a PostgreSQL cluster. Move it away, or restore it."
            ) from None
        if version != MAJOR:
            raise Misconfigured(
                f"{self._data} was made by PostgreSQL {version}; this is {MAJOR}. Dump it with "
                "that version's pg_dumpall, move it away and restore the dump."
            )


def _socket_folder(folder: Path, programs: Programs) -> Path:
    """Return the folder of the socket: in *folder*, or where its name is too long, in a short one.

    The short one is remembered, so that whoever comes next finds the server that runs.
    """
    socket = folder / "socket"
    if len(os.fsencode(socket)) <= _SOCKET_PATH_LIMIT:
        programs.own(socket)
        return socket
    remembered = folder / "socket-folder"
    if remembered.exists():
        socket = Path(remembered.read_text(encoding="utf-8"))
        if _is_private(socket):
            return socket
    socket = Path(tempfile.mkdtemp(prefix="indelible-", dir="/tmp"))
    remembered.write_text(str(socket), encoding="utf-8")
    return socket


def _is_private(folder: Path) -> bool:
    """Return whether *folder* is ours alone: below /tmp, somebody else may have made it anew."""
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return False
    return found.st_uid == os.geteuid() and found.st_mode & 0o777_077 == 0o040_000

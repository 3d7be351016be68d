"""``indelible check``, against a real database."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from click.testing import Result
from typer.testing import CliRunner

from indelible.cli import check, tenants
from indelible.errors import Misconfigured
from tests.cli.indelible import command_app

pytestmark = pytest.mark.database


@pytest.fixture
def run(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    """Check an installation that has two tenants."""
    monkeypatch.setenv("INDELIBLE_DATABASE_URL", database_url)
    monkeypatch.setenv("INDELIBLE_DATA", str(tmp_path))
    for name in ("Acme", "Globex"):
        assert CliRunner().invoke(tenants.app, ["create", name]).exit_code == 0

    def run(*options: str) -> Result:
        result = CliRunner().invoke(command_app(check.check), list(options))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def tamper(database_url: str) -> Callable[[str], None]:
    """Run SQL as the superuser, past triggers."""
    url = sa.make_url(database_url).set(drivername="postgresql").render_as_string(False)

    def execute(statement: str) -> None:
        with psycopg.connect(url) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(statement)  # type: ignore[call-overload]

    return execute


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until *condition* holds."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_what_holds_ends_with_zero(run: Callable[..., Result]) -> None:
    """The result says what was looked at."""
    result = run()
    assert result.exit_code == 0
    assert "2 logs, 2 entries, 2 signed checkpoints, 0 tiles" in result.stdout
    assert "Everything holds." in result.stdout
    assert json.loads(run("--json").stdout).items() >= {
        "holds": True, "keyFromFile": True, "logs": 2, "entries": 2, "findings": [], "suppressed": 0,
    }.items()  # fmt: skip


def test_an_edited_row_is_named_and_ends_with_one(
    run: Callable[..., Result], tamper: Callable[[str], None]
) -> None:
    """Log and seq stand in the words and in the JSON."""
    tamper("UPDATE entries SET failed = true WHERE log = 1")
    result = run()
    assert result.exit_code == 1
    found = json.loads(run("--json").stdout)
    assert run("--json").exit_code == 1
    assert found["holds"] is False
    (finding,) = found["findings"]
    assert (finding["first"], finding["last"], finding["oneOf"]) == (0, 0, False)
    assert f"{finding['log']}: seq 0: its failure is stored as True" in result.stdout
    assert "1 finding: the logs do not hold." in result.stdout


def test_several_processes_and_a_state_file(run: Callable[..., Result], tmp_path: Path) -> None:
    """The result is the same; nothing is left of the progress of a check that ended."""
    state = tmp_path / "check.json"
    result = run("--processes", "2", "--state", str(state), "--json")
    assert json.loads(result.stdout).items() >= {"holds": True, "entries": 2, "purged": 0}.items()
    assert not state.exists()


def test_an_interrupted_check_goes_on_where_it_was(
    run: Callable[..., Result],
    tamper: Callable[[str], None],
    database_url: str,
    tmp_path: Path,
) -> None:
    """Ctrl-C ends every process at once and without a trace; the same command does the rest."""
    state = tmp_path / "check.json"
    url = sa.make_url(database_url).set(drivername="postgresql").render_as_string(False)
    with psycopg.connect(url) as other:
        other.execute("LOCK TABLE root_leaves IN ACCESS EXCLUSIVE MODE")  # it waits for this, last
        process = started(state)
        wait_for(lambda: somebody_waits(other))
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert (out, err.strip()) == (
        "", "Interrupted; the same command goes on from where this was.",
    )  # fmt: skip
    tamper("UPDATE entries SET failed = true WHERE log = 1")  # in what was looked at
    rest = run("--state", str(state))
    assert "Going on behind 2 entries of 2." in rest.stderr
    assert "2 logs, 2 entries, 2 signed checkpoints" in rest.stdout
    assert rest.exit_code == 0
    assert not state.exists()
    assert run("--state", str(state)).exit_code == 1


@pytest.mark.usefixtures("run")
def test_no_process_outlives_a_check_that_is_killed(database_url: str, tmp_path: Path) -> None:
    """It would wait for ever, and hold its view of the database open."""
    state = tmp_path / "check.json"
    url = sa.make_url(database_url).set(drivername="postgresql").render_as_string(False)
    with psycopg.connect(url) as other:
        other.execute("LOCK TABLE root_leaves IN ACCESS EXCLUSIVE MODE")
        process = started(state)
        wait_for(lambda: somebody_waits(other))
        assert is_there(process.pid)
        process.kill()
        process.communicate(timeout=30)
        wait_for(lambda: not is_there(process.pid))


def started(state: Path) -> subprocess.Popen[str]:
    """A check in two processes, as a terminal starts it: it is a group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.cli.indelible", "check", "--processes", "2",
         "--state", str(state)],
        start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        # Whoever runs the tests in the background has SIGINT ignored, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )  # fmt: skip


def somebody_waits(connection: psycopg.Connection[Any]) -> bool:
    """Whether a lock of *connection* is in somebody's way."""
    return connection.execute("SELECT FROM pg_locks WHERE NOT granted").fetchone() is not None


def is_there(group: int) -> bool:
    """Whether any process of *group* is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_many_findings_are_cut_on_a_terminal_and_whole_in_json(
    run: Callable[..., Result], tamper: Callable[[str], None]
) -> None:
    """A hundred lines are enough to read; --json has the rest."""
    tamper("INSERT INTO checkpoints SELECT 1, -n, root, signature FROM checkpoints, "
           "generate_series(1, 150) n WHERE log = 1")  # fmt: skip
    assert "... and 50 more; --json lists them." in run().stdout
    assert len(json.loads(run("--json").stdout)["findings"]) == 150


def test_without_the_key_file_it_says_whom_it_believed(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    """A machine without the key can check too; the result says on what it rests."""
    (tmp_path / "signing.key").unlink()
    result = run()
    assert result.exit_code == 0
    assert "the database was believed about who signs" in result.stdout
    assert json.loads(run("--json").stdout)["keyFromFile"] is False


def test_a_key_file_of_another_installation_is_told(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    """Signatures by another key than the configured one do not count; an unsafe file is refused."""
    from indelible.signing.file_key import make_signer

    path = tmp_path / "signing.key"
    path.unlink()
    make_signer(path)
    result = run()
    assert result.exit_code == 1
    assert "the configured key is not among those of the database" in result.stdout
    assert result.stdout.count("signed by no known key") == 2
    path.chmod(0o644)
    with pytest.raises(Misconfigured, match="chmod 600"):
        run()

"""``indelible import cloudtrail``, against a real database, with real events."""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from click.testing import Result
from typer.testing import CliRunner

from indelible.cli import check, imports, tenants
from indelible.errors import Invalid, NotFound
from tests.cli.indelible import command_app

pytestmark = pytest.mark.database

Run = Callable[..., Result]
_TABLES = ("entries", "people", "clients", "resources", "receipts", "resource_types", "checkpoints")


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Import into the log of a new tenant, Acme."""
    monkeypatch.setenv("INDELIBLE_DATABASE_URL", database_url)
    monkeypatch.setenv("INDELIBLE_DATA", str(tmp_path / "var"))
    assert CliRunner().invoke(tenants.app, ["create", "Acme"]).exit_code == 0

    def run(
        file: object, *options: str, tenant: str = "Acme", given: bytes | None = None
    ) -> Result:
        command = ["cloudtrail", str(file), "--tenant", tenant, *options]
        result = CliRunner().invoke(imports.app, command, input=given)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def sql(database_url: str) -> Callable[[str], list[Any]]:
    """Ask the database as its owner."""
    url = sa.make_url(database_url).set(drivername="postgresql").render_as_string(False)

    def ask(query: str) -> list[Any]:
        with psycopg.connect(url) as connection:
            return connection.execute(query).fetchall()  # type: ignore[call-overload]

    return ask


def counts(result: Result) -> dict[str, int]:
    """The figures of a summary, by their labels."""
    found = re.findall(r"^ +([\d,]+)  ([a-z][a-z, ]*)$", result.stdout, re.MULTILINE)
    return {label: int(number.replace(",", "")) for number, label in found}


def an_event(number: int, **fields: object) -> dict[str, object]:
    """A bucket made by somebody."""
    return {
        "eventID": f"e-{number}",
        "eventTime": "2021-07-29T23:53:37Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "CreateBucket",
        "readOnly": False,
        "userIdentity": {"type": "IAMUser", "principalId": "AIDA1", "userName": "ada"},
        "requestParameters": {"bucketName": f"bucket-{number}"},
        **fields,
    }


def lines(*events: object) -> bytes:
    """Events, one a line; a string stands as it is."""
    return b"".join(
        (event if isinstance(event, str) else json.dumps(event)).encode() + b"\n"
        for event in events
    )


def holds() -> bool:
    """Whether the check of every log passes."""
    return CliRunner().invoke(command_app(check.check), []).exit_code == 0


def test_real_events_are_recorded_once_and_their_tokens_nowhere(
    run: Run, sql: Callable[[str], list[Any]], shared: Path
) -> None:
    """30,477 events, twice: the writes, then the sessions and contents; no session token is kept."""
    data = shared / "data" / "cloudtrail.ndjson.gz"
    first = run(data)
    assert first.exit_code == 0
    assert counts(first) == {
        "read": 30_477, "recorded": 15_105, "already there": 16, "reads left out": 15_356,
    }  # fmt: skip
    again = run(data)
    assert counts(again)["recorded"] == 0
    assert counts(again)["already there"] == 15_121
    more = run(data, "--include-reads")
    assert counts(more) == {
        "read": 30_477, "recorded": 1_261, "already there": 15_209, "not mapped": 14_007,
    }  # fmt: skip
    assert re.search(r"6,737 +s3.amazonaws.com/GetBucketAcl", more.stdout)
    assert sql("SELECT size FROM heads") == [(15_105 + 1_261 + 1,)]
    assert holds()
    tokens = set[str]()
    with gzip.open(data, "rt") as file:
        for line in file:
            credentials = (json.loads(line).get("responseElements") or {}).get("credentials") or {}
            if "sessionToken" in credentials:
                tokens.add(credentials["sessionToken"])
    assert len(tokens) == 93  # in 181 events, most of them delivered twice
    kept = everything(sql)
    assert kept.count(b"[REDACTED]") >= len(tokens)
    assert not [token for token in tokens if token.encode()[:60] in kept]
    actions = dict(sql("SELECT action, count(*) FROM entries GROUP BY action ORDER BY action"))
    assert actions == {0: 15_188, 1: 9, 4: 2, 7: 1_168}  # create, update, assign, export


def everything(sql: Callable[[str], list[Any]]) -> bytes:
    """All that the database holds of the log, details unpacked, as one text."""
    from indelible.ledger.packing import unpack

    parts = []
    for table in _TABLES:
        for row in sql(f"SELECT * FROM {table}"):
            parts += [value if isinstance(value, bytes) else str(value).encode() for value in row]
    for row in sql("SELECT bytes, details FROM entries"):
        parts += [unpack(packed) for packed in row if packed is not None]
    return b"\n".join(parts)


def test_what_cant_be_recorded_is_named_by_its_line(run: Run, tmp_path: Path) -> None:
    """The import goes on behind a broken line, counts, lists, and ends with status 1."""
    path = tmp_path / "events.ndjson"
    path.write_bytes(
        lines(
            an_event(1),
            "{broken",
            an_event(2, eventID=None),
            an_event(3, requestParameters={"bucketName": "nul\0"}),
            an_event(4, eventName="Frobnicate"),
            an_event(5),
            an_event(1),
            an_event(5, requestParameters={"bucketName": "another"}),
        )
    )
    result = run(path)
    assert result.exit_code == 1
    assert counts(result) == {
        "read": 8, "recorded": 2, "already there": 1, "already there, and different": 1,
        "not mapped": 1, "not recorded": 3,
    }  # fmt: skip
    for place in (
        "events.ndjson:2: not JSON",
        "events.ndjson:3: Not a CloudTrail",
        "events.ndjson:4: ",
    ):
        assert place in result.stderr
    assert "s3.amazonaws.com/Frobnicate" in result.stdout
    assert holds()


def test_other_forms_and_standard_input(run: Run, tmp_path: Path) -> None:
    """A folder of CloudTrail's own files, then a pipe; a tenant is found by its id too."""
    for number in range(3):
        records = {"Records": [an_event(10 * number + each) for each in range(10)]}
        path = tmp_path / "AWSLogs" / f"{number}.json.gz"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(gzip.compress(json.dumps(records).encode()))
    assert counts(run(tmp_path / "AWSLogs", "--batch", "7"))["recorded"] == 30
    listed = CliRunner().invoke(tenants.app, ["list"]).stdout
    again = run("-", tenant=listed.split()[0], given=lines(an_event(29), an_event(30)))
    assert (counts(again)["recorded"], counts(again)["already there"]) == (1, 1)


def test_a_wrong_call_writes_nothing(run: Run, tmp_path: Path) -> None:
    """No such file, no such tenant: said before anything is read."""
    with pytest.raises(Invalid, match="no file"):
        run(tmp_path / "absent")
    (tmp_path / "e.json").write_bytes(lines(an_event(1)))
    with pytest.raises(NotFound):
        run(tmp_path / "e.json", tenant="Nobody")


def test_an_interrupted_import_goes_on_where_it_was(
    run: Run, sql: Callable[[str], list[Any]], tmp_path: Path
) -> None:
    """Ctrl-C ends with status 130 and a whole log; the next run adds the rest, and only it."""
    path = tmp_path / "many.ndjson"
    path.write_bytes(lines(*(an_event(number) for number in range(20_000))))
    command = [
        sys.executable,
        "-m",
        "tests.cli.indelible",
        "import",
        "cloudtrail",
        path,
        "--tenant",
        "acme",
    ]
    process = subprocess.Popen(
        [*map(str, command), "--batch", "5"],
        stdout=subprocess.PIPE,
        env=os.environ,
        text=True,
        # Whoever runs the tests in the background has SIGINT ignored, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    deadline = time.monotonic() + 60
    while sql("SELECT coalesce(sum(size), 0) FROM heads")[0][0] < 500:
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 130, output
    stands = int(sql("SELECT sum(size) FROM heads")[0][0]) - 1
    recorded = int(re.search(r"([\d,]+)  recorded", output)[1].replace(",", ""))  # type: ignore[index]
    assert 450 <= recorded == stands < 20_000
    assert holds()
    rest = run(path)
    assert counts(rest)["recorded"] == 20_000 - stands
    assert counts(rest)["already there"] == stands
    assert holds()


def test_two_imports_at_once_record_each_event_once(
    run: Run, sql: Callable[[str], list[Any]], tmp_path: Path
) -> None:
    """Several processes append to one log; the same events from both stand once."""
    path = tmp_path / "many.ndjson"
    path.write_bytes(lines(*(an_event(number) for number in range(3_000))))
    command = [
        sys.executable,
        "-m",
        "tests.cli.indelible",
        "import",
        "cloudtrail",
        path,
        "--tenant",
        "acme",
    ]
    processes = [
        subprocess.Popen([*map(str, command), "--batch", "100"], stdout=subprocess.DEVNULL)
        for _ in range(2)
    ]
    assert [process.wait(timeout=120) for process in processes] == [0, 0]
    assert sql("SELECT sum(size) FROM heads") == [(3_001,)]
    assert holds()

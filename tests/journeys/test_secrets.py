"""Thirty planted secrets come in on every way there is; none of them is anywhere afterwards."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

import httpx
import psycopg
import pytest
from psycopg import sql

from indelible.ledger.packing import unpack
from tests.capture.planted_secrets import PLANTED, Planted, as_request
from tests.journeys.demo import Demo

pytestmark = pytest.mark.database

_TENANT = "Helvetia Clinics"
# Comes in beside the secrets and is none: what finds this would find them.
_HARMLESS = "harmless-marker-4711"

Sessions = Callable[..., httpx.Client]


@pytest.fixture(scope="module")
def made(demo: Demo, sessions: Sessions, reporter: httpx.Client) -> list[str]:
    """Sends all of them, in all ways; returns the private keys that the platform made meanwhile."""
    admin = sessions("admin", _TENANT)
    made = list(_work(admin))
    edge = admin.get("/api/v1/edges").json()[0]["id"]
    for planted in PLANTED:
        # Refused, for it fits no field; and taken, by a route that reads no body.
        for path in ("/api/v1/edges", f"/api/v1/edges/{edge}/sync"):
            answer = admin.post(path, **_sent(planted))
            # 502: now and then a simulated device does not answer, as real ones do.
            assert answer.status_code < 500 or answer.status_code == 502, (
                planted.name,
                answer.text,
            )
        answer = reporter.post("/api/activity", json=_reported(planted))
        assert answer.status_code == 201, (planted.name, answer.text)
    return made


def _work(admin: httpx.Client) -> Iterator[str]:
    """Do what makes secrets; yield those that the answers show."""
    template = {"name": "secrets-journey", "body": "hostname {{ edge.name }}\n"}
    answer = admin.get("/api/v1/config-templates").json()
    template = answer[0] if answer else admin.post("/api/v1/config-templates", json=template).json()
    body = {"name": "secrets-edge", "site": _HARMLESS, "model": "er-100"}
    answer = admin.post("/api/v1/edges", json=body | {"templateId": template["id"]})
    assert answer.status_code == 201, answer.text
    edge = answer.json()["id"]
    interface = {"name": "wg7", "edgeId": edge, "address": "10.9.9.9/24"}
    yield admin.post("/api/v1/wireguard", json=interface).json()["privateKey"]
    connector = {"name": "secrets-connector", "edgeId": edge, "upstream": "erp.internal"}
    pem = admin.post("/api/v1/connectors", json=connector).json()["privateKey"]
    yield pem.splitlines()[1]


def _sent(planted: Planted) -> dict[str, Any]:
    arguments = as_request(planted)
    arguments["params"] = {**arguments["params"], "about": _HARMLESS}
    return arguments


def _reported(planted: Planted) -> dict[str, Any]:
    """The same as a service would report it."""
    path = f"/somewhere?{urlencode(planted.query | {'about': _HARMLESS})}"
    form = planted.form and planted.body is not None
    return {
        "actor": {"id": "planter", "type": "service", "name": _HARMLESS},
        "action": "update",
        "resource": {"type": "edge", "id": "planted", "name": _HARMLESS},
        "client": {"userAgent": planted.headers.get("User-Agent", "planter/1")},
        "request": {
            "method": "POST",
            "route": "/somewhere",
            "path": path,
            "status": 200,
            **(
                {"id": planted.headers["X-Request-ID"]} if "X-Request-ID" in planted.headers else {}
            ),
        },
        "payload": {
            "body": urlencode(planted.body) if form else planted.body,
            "headers": planted.headers,
            "note": _HARMLESS,
        },
        "changes": {"body": {"before": None, "after": planted.body}},
    }


def _texts(connection: psycopg.Connection[Any]) -> Iterator[tuple[str, bytes]]:
    """Every row of every table as text, every bytea as it is, and the packed details unpacked."""
    tables = connection.execute(
        "SELECT table_schema, table_name FROM information_schema.tables "
        "WHERE table_type = 'BASE TABLE' AND table_schema <> 'information_schema'"
    ).fetchall()
    assert len(tables) > 80  # PostgreSQL's own too: statistics hold samples of values
    for schema, name in tables:
        table = sql.Identifier(schema, name)
        for (row,) in connection.execute(sql.SQL("SELECT t::text FROM {} t").format(table)):
            yield f"{schema}.{name}", row.encode()
        columns = connection.execute(
            "SELECT column_name FROM information_schema.columns "
            "WHERE table_schema = %s AND table_name = %s AND data_type = 'bytea'",
            [schema, name],
        ).fetchall()
        for (column,) in columns:
            query = sql.SQL("SELECT {} FROM {}").format(sql.Identifier(column), table)
            for (value,) in connection.execute(query):
                if value is not None:
                    yield f"{schema}.{name}.{column}", bytes(value)
    for (packed,) in connection.execute(
        "SELECT details FROM entries WHERE details IS NOT NULL UNION ALL SELECT bytes FROM entries"
    ):
        yield "entries, unpacked", unpack(bytes(packed))


def _found(needles: Iterable[str], haystacks: Iterable[tuple[str, bytes]]) -> dict[str, set[str]]:
    """Which needle was found where."""
    pattern = re.compile(b"|".join(re.escape(each.encode()) for each in needles))
    found: dict[str, set[str]] = {}
    for where, text in haystacks:
        for match in pattern.finditer(text):
            found.setdefault(match.group().decode(), set()).add(where)
    return found


@pytest.fixture(scope="module")
def secrets(made: list[str]) -> list[str]:
    """What may be nowhere: the planted ones, and the keys that the platform made."""
    assert len(PLANTED) == 30
    assert len(made) == 2
    return [*(planted.core for planted in PLANTED), *made]


def test_no_secret_is_in_the_database(demo: Demo, secrets: list[str]) -> None:
    """No row of any table holds one, and no file of the database: no log of writes, no left-over."""
    with demo.database() as connection:
        connection.execute("ANALYZE")
        connection.commit()
        found = _found([*secrets, _HARMLESS], _texts(connection))
        connection.execute("CHECKPOINT")
    assert found.pop(_HARMLESS) >= {"public.resources", "entries, unpacked"}
    assert found == {}
    files = (file for file in (demo.cluster / "data").rglob("*") if file.is_file())
    found = _found([*secrets, _HARMLESS], ((str(file), file.read_bytes()) for file in files))
    assert found.pop(_HARMLESS)
    assert found == {}


def test_no_secret_is_in_the_export(api: httpx.Client, secrets: list[str]) -> None:
    """No file of the archive of everything holds one."""
    answer = api.get("/api/activity/export")
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    files = [(name, archive.read(name)) for name in archive.namelist()]
    found = _found([*secrets, _HARMLESS], files)
    assert found.pop(_HARMLESS) == {name for name, _ in files if name != "evidence.json"}
    assert found == {}


def test_no_secret_is_in_an_answer_of_the_api(api: httpx.Client, secrets: list[str]) -> None:
    """What was planted is read back entry by entry, and stands redacted."""
    answers: list[tuple[str, bytes]] = []
    cursor: dict[str, str] = {}
    while True:
        where = {"search": _HARMLESS, "limit": "200", **cursor}
        page = api.get("/api/activity", params=where).json()
        answers += [
            ("entry", api.get(f"/api/activity/{item['id']}").content) for item in page["items"]
        ]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert len(answers) >= len(PLANTED)
    assert _found(secrets, answers) == {}
    assert sum(b"[REDACTED]" in answer for _, answer in answers) >= 0.8 * len(PLANTED)


def test_no_secret_is_in_a_log_or_file(demo: Demo, secrets: list[str]) -> None:
    """Nothing that server, devices, simulator or PostgreSQL printed or wrote beside it holds one."""
    files = [file for file in demo.data.rglob("*") if file.is_file()]
    written = [(str(file), file.read_bytes()) for file in files]
    logs = [(str(file), text) for file, text in demo.logs().items()]
    assert any(name.endswith("server.log") and text for name, text in logs)
    assert _found(secrets, written + logs) == {}


def test_passwords_keys_and_sessions_are_kept_as_hashes(
    demo: Demo, api: httpx.Client, reporter: httpx.Client
) -> None:
    """Neither a password nor an API key, session token or CSRF token is in the database or a log."""
    accounts = json.loads((demo.data / "demo-accounts.json").read_text())
    needles = [account["password"] for account in accounts]
    needles.append(reporter.headers["Authorization"].removeprefix("Bearer "))
    needles += [cookie.value for cookie in api.cookies.jar]
    needles.append(api.headers["X-CSRF-Token"])
    assert all(len(needle) > 15 for needle in needles)
    with demo.database() as connection:
        assert _found(needles, _texts(connection)) == {}
    # The demo itself prints its accounts' passwords; nobody else does.
    logs = [(str(file), text) for file, text in demo.logs().items() if file != demo.printed]
    assert _found(needles, logs) == {}

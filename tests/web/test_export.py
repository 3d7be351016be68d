"""The export: a table that is safe to open, and what proves it."""

from __future__ import annotations

import asyncio
import base64
import csv
import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.core.activity import Action, Activity, Actor, Resource
from indelible.core.disclosure import check
from indelible.core.entry import decode
from indelible.core.scope import Scope
from indelible.errors import Throttled, Unavailable
from indelible.export.activity_table import HEADINGS
from indelible.export.cells import cell, safe
from indelible.export.desk import MAX_AT_ONCE, ExportDesk
from indelible.ledger.export import Exporter
from indelible.ledger.prove_export import ExportProver
from indelible.ledger.search import Filter
from tests.web.conftest import Platform, an_activity

EXPORTED = Activity(
    actor=Actor(id="a"), action=Action.EXPORT, resource=Resource(type="audit_log", id="all")
)
DAY = datetime(2026, 11, 23, tzinfo=UTC).date()
PAYLOADS = (
    "=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\ufeff=1", "\u200b=1",
    "\uff1d1", "\uff0b1", "\uff0d1", "\uff20a", "=cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0",
)  # fmt: skip


@pytest.mark.parametrize("text", PAYLOADS)
def test_formulas(text: str) -> None:
    """What a spreadsheet would run stands behind an apostrophe, and is otherwise as it was."""
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a", "1", "a=b", "a-b", "{}", "/e?x=1", "é", "'=1", "x\ty"])
def test_no_formulas(text: str) -> None:
    """Anything else stays as it is."""
    assert safe(text) == text


def test_known_payloads(shared: Path) -> None:
    """Payloads that others collected do not begin a formula."""
    for text in (shared / "vectors/csv/csv-payload.txt").read_text().splitlines():
        assert safe(text)[:1] not in set("=+-@\t\r")


@given(
    st.lists(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0")), min_size=2)
)
def test_cells(texts: list[str]) -> None:
    """What is written by hand is read by the csv module, and by none as a formula."""
    (row,) = csv.reader(io.StringIO(",".join(map(cell, texts)) + "\r\n", newline=""))
    assert row == [safe(text) for text in texts]


async def unzipped(platform: Platform, who: str, **asked: str) -> dict[str, bytes]:
    """Export as somebody; return the files by name."""
    answer = await platform.get(who, "/api/activity/export", **asked)
    assert answer.status_code == 200, answer.text
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    files = {name: archive.read(name) for name in archive.namelist()}
    (table,) = (name for name in files if name.endswith(".csv"))
    assert answer.headers["content-disposition"] == (
        f'attachment; filename="{table.removesuffix(".csv")}.zip"'
    )
    files["table"] = files[table]
    assert int(answer.headers["x-row-count"]) == len(rows_of(files["table"]))
    return files


def rows_of(table: bytes) -> list[dict[str, str]]:
    """Read a table as a spreadsheet would."""
    return list(csv.DictReader(io.StringIO(table.decode(), newline="")))


@pytest.mark.database
async def test_export(platform: Platform) -> None:
    """The table says what was reported, cell by cell, and the lines beside it prove it."""
    report = an_activity(
        actor={"id": "u-9", "email": "=HYPERLINK(1)", "name": 'O"Neil, Ann'},
        assumedBy={"id": "root", "email": "root@platform.test"},
        resource={"type": "acl", "id": "+1", "name": " @evil\r\nname"},
        status="failure",
        session="s-1",
        client={"ip": "192.0.2.1", "userAgent": "-agent"},
        request={
            "id": "q-1", "method": "PUT", "route": "/a/{id}", "path": "/a/1?q=,", "status": 403,
        },
        payload={"a": "=1", "n": 7},
        changes={"mtu": {"before": 1, "after": 2}},
        occurred="2026-01-02T03:04:05Z",
    )  # fmt: skip
    receipt = (await platform.report("acme", report)).json()["receipts"][0]
    await platform.report("acme", an_activity(resource={"type": "acl", "id": "plain"}))
    files = await unzipped(platform, "acme.admin", resource_type="acl")
    plain, row = rows_of(files["table"])
    assert tuple(row) == HEADINGS
    details = json.loads(row.pop("Details"))
    assert details.pop("assumedBy")["id"] == "root"
    assert details == {"a": "=1", "n": 7}
    assert json.loads(row.pop("Changes")) == report["changes"]
    assert row == {
        "Time": receipt["time"],
        "Tenant": platform.tenants["acme"],
        "User": "'=HYPERLINK(1)",
        "User name": 'O"Neil, Ann',
        "Assumed by": "root@platform.test",
        "Action": "update",
        "Resource type": "acl",
        "Resource id": "'+1",
        "Resource name": "' @evil\r\nname",
        "Status": "failure",
        "IP address": "192.0.2.1",
        "User agent": "'-agent",
        "Method": "PUT",
        "Route": "/a/{id}",
        "Path": "/a/1?q=,",
        "Response status": "403",
        "Session": "s-1",
        "Request id": "q-1",
        "Occurred": "2026-01-02T03:04:05.000000Z",
        "Log": receipt["log"],
        "Seq": str(receipt["seq"]),
        "Entry id": receipt["id"],
        "Erased": "",
    }
    assert {plain[name] for name in ("Details", "Changes", "Method", "Occurred")} == {""}
    lines = [json.loads(line) for line in files["entries.jsonl"].splitlines()]
    for line, cells in zip(lines, (plain, row), strict=True):
        public = decode(base64.b64decode(line["entry"]))
        assert public.id == cells["Entry id"]
        assert public.sd.by_name().keys() == line["disclosures"].keys()
        for name, digest in public.sd.by_name().items():
            check(line["disclosures"][name].encode(), name, digest)


@pytest.mark.database
async def test_recorded(platform: Platform) -> None:
    """The export is an entry: who took what, how many rows. It is not in the archive itself."""
    files = await unzipped(platform, "acme.admin", resource_type="edge", search="berlin")
    entry = await platform.newest()
    assert (entry.action, entry.resource.type) == (Action.EXPORT, "audit_log")
    assert entry.resource.id == entry.tenant == platform.tenants["acme"]
    assert entry.actor.email == "acme.admin@platform.test"
    assert entry.session is not None
    assert entry.client is not None
    assert entry.client.ip == "203.0.113.7"
    rows = rows_of(files["table"])
    said = {"filter": {"search": "berlin", "resource_type": "edge"}, "rows": len(rows)}
    assert entry.payload == said
    assert entry.id not in {row["Entry id"] for row in rows}
    await unzipped(platform, "root")
    entry = await platform.newest()
    assert (entry.resource.id, entry.tenant) == ("all", None)


@pytest.mark.database
async def test_own_tenant_only(platform: Platform) -> None:
    """A tenant's Admin takes away its own log, whatever it asks for."""
    await platform.report("bolt", an_activity())
    files = await unzipped(platform, "acme.admin")
    assert {row["Tenant"] for row in rows_of(files["table"])} == {platform.tenants["acme"]}
    foreign = await unzipped(platform, "acme.admin", tenant=platform.tenants["bolt"])
    assert rows_of(foreign["table"]) == []
    assert foreign["entries.jsonl"] == b""


@pytest.mark.database
async def test_file_date(platform: Platform) -> None:
    """The files are named by the date in the platform's time zone."""
    answer = await platform.people["root"].put(
        "/api/settings", json={"dateFormat": "D MMM YYYY HH:mm:ss", "timeZone": "Etc/GMT+12"}
    )
    assert answer.status_code == 200
    far = await unzipped(platform, "root", search="nothing")
    await platform.people["root"].put(
        "/api/settings", json={"dateFormat": "D MMM YYYY HH:mm:ss", "timeZone": "Etc/GMT-14"}
    )
    ahead = await unzipped(platform, "root", search="nothing")
    assert min(far) < min(ahead)


@pytest.mark.database
async def test_another_site(platform: Platform) -> None:
    """No other site's link can cause an export."""
    answer = await platform.people["root"].get(
        "/api/activity/export", headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403


class Recorder:
    """Takes nothing, or everything."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error

    async def record(self, activities, *, source="", effect=None):
        if self.error:
            raise self.error
        return []


def an_exporter(platform: Platform, recorder: Recorder) -> Exporter:
    """Make an exporter with a desk of its own."""
    return Exporter(
        index=platform.services.index,
        desk=ExportDesk(recorder),
        prover=ExportProver(platform.services.prover),
    )


def export(platform: Platform, recorder: Recorder, exporter: Exporter | None = None):
    """Open an archive of everything."""
    exporter = exporter or an_exporter(platform, recorder)
    return exporter.export(Filter(), Scope.everything(), activity=EXPORTED, said={}, day=DAY)


@pytest.mark.database
async def test_unrecorded(platform: Platform) -> None:
    """What can't be recorded is not given away."""
    with pytest.raises(Unavailable):
        async with export(platform, Recorder(Unavailable("down"))):
            pytest.fail("an archive without an entry")


@pytest.mark.database
async def test_abandoned(platform: Platform) -> None:
    """Who goes away in the middle leaves nothing behind: connections and threads end."""
    exporter = an_exporter(platform, Recorder())
    for _ in range(3 * MAX_AT_ONCE):
        async with export(platform, Recorder(), exporter) as archive:
            assert await anext(archive.chunks)

    async def read() -> None:
        async with export(platform, Recorder(), exporter) as archive:
            async for _ in archive.chunks:
                await asyncio.sleep(0)

    for _ in range(10):
        task = asyncio.create_task(read())
        await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.wait([task])
    assert (await platform.get("root", "/api/activity")).status_code == 200


@pytest.mark.database
async def test_enough_at_once(platform: Platform) -> None:
    """A bounded number of exports is under way; the next one is told to wait."""
    exporter = an_exporter(platform, Recorder())
    opened = [export(platform, Recorder(), exporter) for _ in range(MAX_AT_ONCE)]
    for each in opened:
        await each.__aenter__()
    with pytest.raises(Throttled):
        await export(platform, Recorder(), exporter).__aenter__()
    for each in opened:
        await each.__aexit__(None, None, None)
    async with export(platform, Recorder(), exporter):
        pass

"""What the export button hands over."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from tests.journeys.audit_log import AuditLog
from tests.journeys.conftest import Visit
from tests.journeys.known_log import ENTRIES, KnownLog

pytestmark = [pytest.mark.browser, pytest.mark.database]

_NAME = re.compile(r"activity-log-\d{4}-\d{2}-\d{2}")


def exported(log: AuditLog, folder: Path) -> zipfile.ZipFile:
    """Press the button; return the archive."""
    with log.page.expect_download() as download:
        log.export.click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return zipfile.ZipFile(file)


def table_in(archive: zipfile.ZipFile) -> list[dict[str, str]]:
    """The rows of its CSV file."""
    name = next(each for each in archive.namelist() if each.endswith(".csv"))
    return list(csv.DictReader(io.StringIO(archive.read(name).decode())))


def test_the_button_exports_the_rows_that_it_announces(
    known_log: AuditLog, tmp_path: Path, api: httpx.Client, known: KnownLog
) -> None:
    """A dated ZIP with a CSV of that name, each entry once, newest first; the page says so."""
    expect(known_log.export).to_have_text(f"Export {ENTRIES} rows")
    archive = exported(known_log, tmp_path)
    name = _NAME.search(archive.filename).group()
    assert Path(archive.filename).name == f"{name}.zip"
    assert f"{name}.csv" in archive.namelist()
    assert archive.testzip() is None
    rows = table_in(archive)
    assert [row["Seq"] for row in rows] == [str(seq) for seq in reversed(range(ENTRIES))]
    page = api.get("/api/activity", params={"tenant": known.tenant}).json()
    assert rows[0]["Entry id"] == page["items"][0]["id"]
    said = known_log.page.get_by_role("alert").filter(has_text="Export downloaded")
    expect(said).to_contain_text(f"{name}.zip")


def test_the_export_honours_every_filter(log: AuditLog, known: KnownLog, tmp_path: Path) -> None:
    """What is on the page is what is in the file."""
    log.open(
        tenant=known.tenant, search="wagon", status="success", action="sync", range="24h",
        user="freighter-0",
    )  # fmt: skip
    shown = [re.search(r"Wagon \d+", cell).group() for cell in log.cells("resource")]
    assert 0 < len(shown) < 5
    expect(log.export).to_have_text(f"Export {len(shown)} rows")
    rows = table_in(exported(log, tmp_path))
    assert [row["Resource name"] for row in rows] == shown
    assert {(row["Action"], row["Status"]) for row in rows} == {("sync", "success")}


def test_one_row_is_one_row(log: AuditLog, known: KnownLog) -> None:
    """The button counts as people do."""
    log.open(tenant=known.tenant, search="Wagon 07")
    expect(log.export).to_have_text("Export 1 row")


def test_the_csv_holds_what_the_row_tells(log: AuditLog, known: KnownLog, tmp_path: Path) -> None:
    """Every column of the page and the details; the secret is not in it."""
    log.open(tenant=known.tenant, search="Wagon 07")
    archive = exported(log, tmp_path)
    (row,) = table_in(archive)
    assert row["Tenant"] == known.tenant
    assert row["User"] == "freighter1@freight.test"
    assert row["User name"] == "Freighter 1"
    assert (row["Action"], row["Resource type"]) == ("export", "peering")
    assert (row["Resource id"], row["Resource name"]) == ("peering-00007", "Wagon 07")
    assert (row["IP address"], row["User agent"]) == ("198.51.100.13", "freight/1.0")
    assert (row["Method"], row["Path"]) == ("POST", "/wagons/7?dry=1")
    assert (row["Response status"], row["Session"]) == ("200", "session-2")
    assert json.loads(row["Details"]) == {"load": 7, "couplingPassword": "[REDACTED]"}
    assert json.loads(row["Changes"]) == {"load": {"before": 6, "after": 7}}
    assert not any(b"never shown" in archive.read(name) for name in archive.namelist())


def test_the_export_is_an_entry(
    log: AuditLog, known: KnownLog, tmp_path: Path, api: httpx.Client
) -> None:
    """Who exported, which filter, how many rows."""
    log.open(tenant=known.tenant, status="failure")
    exported(log, tmp_path)
    log.open(action="export", resource_type="audit_log")
    expect(log.rows.first).to_contain_text("ada.lindholm@platform.example")
    details = log.expand(log.rows.first)
    expect(details).to_contain_text("/api/activity/export")
    item = api.get("/api/activity", params={"resource_type": "audit_log"}).json()["items"][0]
    payload = api.get(f"/api/activity/{item['id']}").json()["payload"]
    assert payload["rows"] == 5
    assert payload["filter"] == {"tenant": known.tenant, "status": "failure"}


def test_a_tenants_export_holds_that_tenant_alone(visit: Visit, tmp_path: Path) -> None:
    """All rows of an Admin's export are of one tenant."""
    log = AuditLog(visit("admin", "Northwind Logistics")).open()
    rows = table_in(exported(log, tmp_path))
    assert len({row["Tenant"] for row in rows}) == 1
    assert rows


def test_nothing_is_exported_where_nothing_is(log: AuditLog, known: KnownLog) -> None:
    """The button says why, on focus too, and does nothing."""
    log.open(tenant=known.tenant, search="no such thing")
    expect(log.export).to_have_text("Export 0 rows")
    expect(log.export).to_have_attribute("aria-disabled", "true")
    log.export.focus()
    expect(log.page.get_by_role("tooltip")).to_contain_text("Nothing to export")
    asked: list[str] = []
    log.page.on("request", lambda request: asked.append(request.url))
    log.page.keyboard.press("Enter")
    assert not [url for url in asked if "export" in url]


def test_an_export_that_fails_says_so_and_saves_nothing(known_log: AuditLog) -> None:
    """In words, and the button is there again."""
    page = known_log.page
    page.route("**/api/activity/export*", lambda route: route.fulfill(status=503))
    downloads: list[object] = []
    page.on("download", lambda download: downloads.append(download))  # noqa: PLW0108  # takes no builtin
    known_log.export.click()
    expect(page.get_by_role("alert").filter(has_text="Export failed")).to_be_visible()
    expect(known_log.export).to_have_text(f"Export {ENTRIES} rows")
    assert downloads == []

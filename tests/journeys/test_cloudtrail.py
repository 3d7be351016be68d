"""Thirty thousand real events of another system, imported and worked with in the browser."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.journeys.audit_log import AuditLog
from tests.journeys.demo import Demo
from tests.journeys.test_export import exported, table_in

pytestmark = [pytest.mark.browser, pytest.mark.database]

_ADDRESS = "96.253.26.224"


@dataclass(frozen=True)
class Imported:
    """The tenant that they went to, and those that change something, each once."""

    tenant: str
    events: Sequence[dict[str, Any]]


@pytest.fixture(scope="module")
def imported(demo: Demo, shared: Path) -> Imported:
    """Imports all of them."""
    file = shared / "data" / "cloudtrail.ndjson.gz"
    if not file.exists():
        pytest.skip("no events: data/cloudtrail.ndjson.gz is not beside the project")
    tenant = demo.command("tenants", "create", "Journey Cloud")
    printed = demo.command("import", "cloudtrail", str(file), "--tenant", tenant)
    with gzip.open(file, "rt") as lines:
        read = [json.loads(line) for line in lines]
    events = {event["eventID"]: event for event in read if event["readOnly"] is False}
    assert f"{len(read):,}" in printed
    assert f"{len(events):,}" in printed
    return Imported(tenant, list(events.values()))


def test_every_event_that_changed_something_is_on_the_page(
    log: AuditLog, imported: Imported
) -> None:
    """Each once, and the tenant's own creation."""
    entries = len(imported.events) + 1
    log.open(tenant=imported.tenant)
    log.shows(entries)
    expect(log.place).to_have_text(f"Page 1 of {-(-entries // 20)}")
    expect(log.export).to_have_text(f"Export {entries:,} rows")


def test_search_finds_parts_of_their_names(log: AuditLog, imported: Imported) -> None:
    """In any case, as many as the file has."""
    log.open(tenant=imported.tenant)
    log.find("VPCflowlogs")
    wanted = [e for e in imported.events if "vpcflowlogs" in _parameters(e)]
    log.shows(len(wanted))
    log.find("20210730T01")
    wanted = [e for e in imported.events if "20210730t01" in _parameters(e)]
    log.shows(len(wanted))


def test_filters_narrow_them(log: AuditLog, imported: Imported) -> None:
    """By status and address; the counts are the file's."""
    log.open(tenant=imported.tenant, address=_ADDRESS)
    at_home = [e for e in imported.events if e["sourceIPAddress"] == _ADDRESS]
    log.shows(len(at_home))
    log.open(tenant=imported.tenant)
    log.choose("Status", "Failure")
    log.shows(sum(_failed(e) for e in imported.events))
    assert set(log.cells("status")) == {"Failure"}
    legend = log.page.get_by_role("list", name="Legend")
    expect(legend).to_contain_text("Success 0")


def test_an_event_tells_when_it_occurred(log: AuditLog, imported: Imported) -> None:
    """Its own time stands beside the time of recording; its resource type has a name."""
    log.open(tenant=imported.tenant, search="vpcflowlogs")
    details = log.expand(log.rows.first)
    expect(log.fact(details, "Occurred")).to_contain_text("2021-0")
    expect(log.rows.first).to_contain_text("S3 object")


def test_pages_far_in_are_reached(log: AuditLog, imported: Imported, api: httpx.Client) -> None:
    """By their cursor, as a link has it, and back and forth from there."""
    cursor = None
    for _ in range(30):
        where = {"tenant": imported.tenant, "limit": "200"} | ({"cursor": cursor} if cursor else {})
        cursor = api.get("/api/activity", params=where).json()["next"]
    log.open(tenant=imported.tenant, cursor=cursor)
    expect(log.place).to_have_text(f"Page 301 of {-(-(len(imported.events) + 1) // 20)}")
    before = log.cells("resource")
    log.page.get_by_role("button", name="Next page").click()
    expect(log.place).to_contain_text("Page 302 of")
    log.settled()
    log.page.get_by_role("button", name="Previous page").click()
    expect(log.place).to_contain_text("Page 301 of")
    log.settled()
    assert log.cells("resource") == before


def test_they_are_exported_as_they_are_filtered(
    log: AuditLog, imported: Imported, tmp_path: Path
) -> None:
    """Thousands of rows, each with the request id of an event that failed, and none missing."""
    log.open(tenant=imported.tenant, status="failure")
    rows = table_in(exported(log, tmp_path))
    wanted = [event.get("requestID") or "" for event in imported.events if _failed(event)]
    assert sorted(row["Request id"] for row in rows) == sorted(wanted)


def _parameters(event: dict[str, Any]) -> str:
    return json.dumps(event.get("requestParameters") or {}).lower()


def _failed(event: dict[str, Any]) -> bool:
    said = (event.get("responseElements") or {}).get("ConsoleLogin")
    return "errorCode" in event or said == "Failure"

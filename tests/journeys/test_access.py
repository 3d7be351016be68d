"""Who sees what: the Super Admin all, an Admin their tenant, a Viewer nothing of it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import expect

from tests.journeys.audit_log import AuditLog
from tests.journeys.conftest import Visit
from tests.journeys.demo import Demo
from tests.journeys.known_log import KnownLog

pytestmark = [
    pytest.mark.browser,
    pytest.mark.database,
    pytest.mark.usefixtures("first_minute"),
]

_TENANT = "Northwind Logistics"
_READING = ("", "/histogram", "/vocabulary", "/export", f"/{uuid.uuid4()}")

Sessions = Callable[..., httpx.Client]


def test_a_super_admin_sees_every_tenant(log: AuditLog, known: KnownLog) -> None:
    """And filters by it."""
    log.open()
    log.filters.get_by_role("combobox", name="Tenant").click()
    offered = log.page.get_by_role("option").all_inner_texts()
    assert {_TENANT, "Helvetia Clinics", "Baltic Grid", known.name} <= set(offered)


def test_an_admin_sees_one_tenant_and_no_tenant_filter(visit: Visit, sessions: Sessions) -> None:
    """No other tenant's people are on the page, and no field that could ask for them."""
    log = AuditLog(visit("admin", _TENANT)).open()
    expect(log.filters.get_by_role("combobox", name="Tenant")).to_have_count(0)
    session = sessions("admin", _TENANT)
    own = session.get("/api/auth/session").json()["user"]["tenant"]["id"]
    items = session.get("/api/activity", params={"limit": "200"}).json()["items"]
    assert {item["tenant"] for item in items} == {own}
    log.find("helvetia.example")
    expect(log.page.get_by_text("No entry passes these filters")).to_be_visible()


def test_the_tenant_of_an_entry_is_named(log: AuditLog, known: KnownLog, visit: Visit) -> None:
    """To a Super Admin, who filters by it, and to an Admin, who has nothing to choose."""
    log.open(search="wagon")
    details = log.expand(log.rows.first)
    expect(log.fact(details, "Tenant")).to_contain_text("Journey Freight")
    details.get_by_role("button", name="Filter by this tenant").click()
    log.settled()
    assert log.search["tenant"] == known.tenant
    theirs = AuditLog(visit("admin", "Northwind Logistics")).open()
    details = theirs.expand(theirs.rows.first)
    expect(theirs.fact(details, "Tenant")).to_contain_text("Northwind Logistics")
    expect(details.get_by_role("button", name="Filter by this tenant")).to_have_count(0)


def test_an_admin_does_not_reach_another_tenant_by_its_id(
    visit: Visit, sessions: Sessions, known: KnownLog
) -> None:
    """Another tenant in the address changes nothing about what is in sight."""
    page = visit("admin", _TENANT)
    page.goto(f"/admin/audit-log?tenant={known.tenant}")
    expect(page.get_by_text("@freight.test")).to_have_count(0)
    answer = sessions("admin", _TENANT).get("/api/activity", params={"tenant": known.tenant})
    nobody = sessions("admin", _TENANT).get("/api/activity", params={"tenant": str(uuid.uuid4())})
    assert answer.status_code == nobody.status_code
    if answer.is_success:
        assert answer.json() == nobody.json()
        assert answer.json()["items"] == []
    else:
        assert "@freight.test" not in answer.text


def test_another_tenants_entry_is_answered_as_an_absent_one(
    visit: Visit, sessions: Sessions, api: httpx.Client, known: KnownLog
) -> None:
    """Same status, same words, in the API and on the page."""
    foreign = api.get("/api/activity", params={"tenant": known.tenant}).json()["items"][0]["id"]
    # As like the foreign one as an id can be.
    absent = foreign[:-1] + ("0" if foreign[-1] != "0" else "1")
    session = sessions("admin", _TENANT)
    answers = [session.get(f"/api/activity/{each}") for each in (foreign, absent)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content.replace(foreign.encode(), absent.encode()) == answers[1].content
    kept = {"date", "x-request-id"}
    headers = [{k: v for k, v in a.headers.items() if k not in kept} for a in answers]
    assert headers[0] == headers[1]
    words = []
    for each in (foreign, absent):
        page = visit("admin", _TENANT)
        log = AuditLog(page).open(open=each)
        row = log.table.locator("tbody > tr").filter(has=page.get_by_role("button", name="Close"))
        expect(row).to_be_visible()
        words.append(row.inner_text())
    assert words[0] == words[1]


def test_an_admin_has_no_settings(visit: Visit, sessions: Sessions) -> None:
    """Neither the page nor the right."""
    page = visit("admin", _TENANT)
    page.goto("/admin/audit-log")
    expect(page.get_by_role("link", name="Audit log")).to_be_visible()
    expect(page.get_by_role("link", name="Settings")).to_have_count(0)
    page.goto("/admin/settings")
    expect(page.get_by_role("heading", name="Page not found")).to_be_visible()
    body = {"dateFormat": "DD/MM/YYYY HH:mm:ss", "timeZone": "UTC"}
    assert sessions("admin", _TENANT).put("/api/settings", json=body).status_code == 403


def test_a_viewer_finds_no_such_page(visit: Visit) -> None:
    """Nothing in the navigation, nothing at the address, and no request for rows was made."""
    page = visit("viewer", _TENANT)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/admin/audit-log")
    expect(page.get_by_role("heading", name="Page not found")).to_be_visible()
    expect(page.get_by_role("link", name="Audit log")).to_have_count(0)
    assert not [url for url in asked if "/api/activity" in url]


def test_a_viewer_is_told_where_they_are(visit: Visit) -> None:
    """The start page says who is signed in, and that there is nothing here for them."""
    page = visit("viewer", _TENANT)
    page.goto("/admin/")
    expect(page.get_by_role("heading", name=re.compile("^Signed in as"))).to_be_visible()


@pytest.mark.parametrize("path", _READING)
def test_the_api_refuses_a_viewer(sessions: Sessions, path: str) -> None:
    """403, whatever of the log is asked for."""
    answer = sessions("viewer", _TENANT).get(f"/api/activity{path}")
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", _READING)
def test_the_api_refuses_strangers(demo: Demo, path: str) -> None:
    """401, whatever of the log is asked for."""
    assert httpx.get(f"{demo.url}/api/activity{path}").status_code == 401


def test_a_key_that_records_does_not_read(reporter: httpx.Client) -> None:
    """A service puts in and takes nothing out."""
    assert reporter.get("/api/activity").status_code == 403
    assert reporter.get("/api/activity/export").status_code == 403

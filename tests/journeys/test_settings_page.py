"""The platform's date format and time zone, on every page at once."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.audit_log import AuditLog
from tests.journeys.conftest import Visit
from tests.journeys.known_log import KnownLog

pytestmark = [pytest.mark.browser, pytest.mark.database]


@pytest.fixture(autouse=True)
def _as_before(api: httpx.Client) -> Iterator[None]:
    before = api.get("/api/settings").json()
    yield
    assert api.put("/api/settings", json=before).status_code == 200


def _save(page: Page, date_format: str, zone: str) -> None:
    page.goto("/admin/settings")
    page.get_by_role("radio", name=date_format).check()
    field = page.get_by_role("combobox", name="Time zone")
    field.click()
    page.keyboard.type(zone)  # over what stood there, as a person types
    page.get_by_role("option", name=zone, exact=True).click()
    page.get_by_role("button", name="Save settings").click()
    expect(page.get_by_text("Settings saved. The change is in the log.")).to_be_visible()


def test_times_follow_the_settings_at_once(page: Page, log: AuditLog, known: KnownLog) -> None:
    """Format and zone of rows, of the column's heading and of open rows; no reload is needed."""
    log.open(tenant=known.tenant)
    instant = log.rows.first.locator("time").get_attribute("datetime")
    expect(log.rows.first).to_contain_text(f"{instant[:10]} {instant[11:19]}")
    _save(page, "MM/DD/YYYY hh:mm:ss A", "Asia/Kathmandu")
    page.get_by_role("link", name="Audit log").click()
    log.settled()
    expect(log.table.get_by_role("columnheader", name="Timestamp Asia/Kathmandu")).to_be_visible()
    assert all(
        re.fullmatch(r"\d\d/\d\d/\d{4} \d\d:\d\d:\d\d [AP]M", each) for each in log.cells("time")
    )
    log.open(tenant=known.tenant)
    minutes = (int(instant[14:16]) + 45) % 60  # Kathmandu is 5:45 h ahead
    shown = log.rows.first.locator("time").inner_text()
    assert re.fullmatch(rf"\d\d/\d\d/\d{{4}} \d\d:{minutes:02}:{instant[17:19]} [AP]M", shown)


def test_others_see_them_too(page: Page, visit: Visit) -> None:
    """The settings are the platform's, not one browser's."""
    _save(page, "D MMM YYYY HH:mm:ss", "Europe/Berlin")
    theirs = AuditLog(visit("admin", "Northwind Logistics")).open()
    expect(theirs.table.get_by_role("columnheader", name="Timestamp Europe/Berlin")).to_be_visible()
    assert all(re.match(r"\d\d? [A-Z][a-z]{2} \d{4} ", each) for each in theirs.cells("time"))


def test_a_change_of_settings_is_an_entry(page: Page, log: AuditLog) -> None:
    """Who changed what, before and after."""
    _save(page, "DD/MM/YYYY HH:mm:ss", "Europe/Lisbon")
    log.open(search="ada.lindholm", action="update")
    details = log.expand(log.rows.first)
    changes = details.get_by_role("table")
    expect(changes).to_contain_text("DD/MM/YYYY HH:mm:ss")
    zone = changes.get_by_role("row").filter(has_text="Europe/Lisbon")
    assert zone.get_by_role("cell").all_inner_texts() == ["UTC", "Europe/Lisbon"]


def test_a_preview_and_a_way_back(page: Page) -> None:
    """What is chosen is shown before it is saved, and can be undone."""
    page.goto("/admin/settings")
    preview = page.get_by_label("Preview")
    save = page.get_by_role("button", name="Save settings")
    expect(save).to_be_disabled()
    page.get_by_role("radio", name="MM/DD/YYYY hh:mm:ss A").check()
    expect(preview).to_contain_text(re.compile("[AP]M"))
    expect(save).to_be_enabled()
    page.get_by_role("button", name="Undo changes").click()
    expect(preview).not_to_contain_text(re.compile("[AP]M"))
    expect(save).to_be_disabled()


def test_a_zone_that_the_browser_does_not_know(page: Page, log: AuditLog) -> None:
    """An old browser shows times in UTC and says so; no page breaks over it."""

    def as_if_new(route: Route) -> None:
        said = route.fetch().json()
        settings = said.get("settings", said)
        settings["timeZone"] = "Mars/Olympus"
        route.fulfill(json=said)

    page.route("**/api/auth/session", as_if_new)
    page.route("**/api/settings", as_if_new)
    page.goto("/admin/audit-log")
    log.settled()
    expect(log.table.get_by_role("columnheader", name="Timestamp UTC")).to_be_visible()
    page.goto("/admin/settings")
    expect(page.get_by_role("combobox", name="Time zone")).to_have_value("Mars/Olympus")

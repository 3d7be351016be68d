"""A row of the table, and all that it tells when it is opened."""

from __future__ import annotations

import re
from datetime import datetime

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.audit_log import AuditLog
from tests.journeys.conftest import Visit
from tests.journeys.known_log import ENTRIES, KnownLog

pytestmark = [pytest.mark.browser, pytest.mark.database]


def test_the_columns_are_those_of_the_log(known_log: AuditLog) -> None:
    """Timestamp with its zone, user, action, resource, status, address; newest first."""
    headings = known_log.table.get_by_role("columnheader").all_inner_texts()
    assert headings[1:] == [
        "Timestamp UTC", "User", "Action", "Resource", "Status", "IP Address",
    ]  # fmt: skip
    newest = known_log.rows.first
    expect(newest).to_contain_text("freighter2@freight.test")
    expect(newest).to_contain_text("Wagon 44")
    expect(newest).to_contain_text("Success")
    expect(newest).to_contain_text("198.51.100.10")
    times = known_log.cells("time")
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", each) for each in times)
    assert times == sorted(times, reverse=True)


def test_a_timestamp_tells_other_zone_and_iso_form(visit: Visit, known: KnownLog) -> None:
    """On hover, the viewer's own time stands beside the platform's."""
    page = visit("super_admin", timezone_id="Pacific/Auckland")
    log = AuditLog(page).open(tenant=known.tenant)
    time = log.rows.first.locator("time")
    time.hover()
    tip = page.get_by_role("tooltip")
    expect(tip).to_contain_text("Pacific/Auckland")
    instant = datetime.fromisoformat(time.get_attribute("datetime"))
    expect(tip).to_contain_text(f"{instant:%Y-%m-%dT%H:%M:%SZ}")


def test_a_resource_tells_its_full_id_and_is_copied(visit: Visit, known: KnownLog) -> None:
    """Shortened in the row, whole on hover and on focus; a press copies it."""
    page = visit("super_admin", permissions=["clipboard-read", "clipboard-write"])
    log = AuditLog(page).open(tenant=known.tenant, search="Wagon 06")
    resource = log.rows.first.get_by_role("button", name=re.compile("copy id of"))
    assert "config_template-00006" not in resource.inner_text()
    resource.focus()
    expect(page.get_by_role("tooltip")).to_contain_text("config_template-00006")
    expect(page.get_by_role("tooltip")).to_contain_text("Wagon 06")
    page.keyboard.press("Enter")
    expect(page.get_by_role("tooltip")).to_contain_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "config_template-00006"


def test_a_row_opens_and_closes_by_click(known_log: AuditLog) -> None:
    """Anywhere on the row; a second click closes it."""
    row = known_log.rows.nth(1)
    row.locator("td[data-column=user]").click()
    expect(known_log.details(row)).to_be_visible()
    expect(row.locator("button[data-expander]")).to_have_attribute("aria-expanded", "true")
    row.locator("td[data-column=status]").click()
    expect(row.locator("button[data-expander]")).to_have_attribute("aria-expanded", "false")
    expect(known_log.page.get_by_role("region", name=re.compile("^Details"))).to_have_count(0)


def test_a_row_opens_and_closes_by_keyboard(known_log: AuditLog) -> None:
    """Arrow keys go from row to row, Enter and Space open and close; focus stays."""
    keyboard = known_log.page.keyboard
    known_log.rows.first.locator("button[data-expander]").focus()
    keyboard.press("ArrowDown")
    keyboard.press("ArrowDown")
    third = known_log.rows.nth(2).locator("button[data-expander]")
    expect(third).to_be_focused()
    keyboard.press("Enter")
    expect(known_log.details(known_log.rows.nth(2))).to_be_visible()
    expect(third).to_be_focused()
    keyboard.press("Space")
    expect(third).to_have_attribute("aria-expanded", "false")
    keyboard.press("End")
    expect(known_log.rows.last.locator("button[data-expander]")).to_be_focused()


def test_a_row_is_reached_with_tab_alone(known_log: AuditLog) -> None:
    """Without a mouse, from the search field on, every control comes in order."""
    page = known_log.page
    known_log.filters.get_by_role("searchbox").focus()
    first = known_log.rows.first.locator("button[data-expander]")
    for _ in range(20):
        page.keyboard.press("Tab")
        if first.evaluate("button => button === document.activeElement"):
            return
    raise AssertionError("the first row was not reached")


def test_details_tell_request_and_place_in_the_log(
    log: AuditLog, known: KnownLog, api: httpx.Client
) -> None:
    """Method and path, response status, request id, session, seq and leaf hash, as the API has them."""
    log.open(tenant=known.tenant, search="Wagon 07")
    row = api.get("/api/activity", params={"tenant": known.tenant, "search": "Wagon 07"}).json()
    entry = api.get(f"/api/activity/{row['items'][0]['id']}").json()
    details = log.expand(log.rows.first)
    expect(details).to_contain_text("POST")
    expect(details).to_contain_text("/wagons/7?dry=1")
    expect(details).to_contain_text("200 OK")
    for label, value in (
        ("Request ID", "request-7"),
        ("Session", "session-2"),
        ("IP address", "198.51.100.13"),
        ("User agent", "freight/1.0"),
        ("Tenant", known.name),
        ("Route", "/wagons/{id}"),
        ("Seq", str(entry["seq"])),
        ("Leaf hash", entry["leafHash"]),
        ("Log", entry["log"]),
        ("Entry ID", entry["id"]),
    ):
        expect(log.fact(details, label)).to_contain_text(value)


def test_a_failure_tells_its_status(log: AuditLog, known: KnownLog) -> None:
    """The word, not the colour alone, and the response's status code."""
    log.open(tenant=known.tenant, status="failure")
    expect(log.rows.first.locator("td[data-column=status]")).to_have_text("Failure")
    expect(log.expand(log.rows.first)).to_contain_text("409 Conflict")


def test_changes_stand_before_and_after(log: AuditLog, known: KnownLog) -> None:
    """A table of the changed fields."""
    log.open(tenant=known.tenant, search="Wagon 07")
    changes = log.expand(log.rows.first).get_by_role("table")
    assert changes.get_by_role("columnheader").all_inner_texts() == ["Field", "Before", "After"]
    row = changes.get_by_role("row").filter(has_text="load")
    assert row.get_by_role("cell").all_inner_texts() == ["6", "7"]


def test_a_redacted_value_is_a_labelled_token(log: AuditLog, known: KnownLog) -> None:
    """Its name stays, its value is a token that says why."""
    log.open(tenant=known.tenant, search="Wagon 07")
    details = log.expand(log.rows.first)
    expect(details.get_by_text("couplingPassword")).to_be_visible()
    token = details.get_by_text("Redacted", exact=True)
    expect(token).to_be_visible()
    expect(token).to_have_attribute("title", re.compile("secret stood here"))
    expect(log.page.get_by_text("never shown")).to_have_count(0)


@pytest.mark.usefixtures("first_minute")
def test_a_private_key_that_the_platform_made_is_redacted(log: AuditLog, api: httpx.Client) -> None:
    """A WireGuard interface: its private key was in the answer, and is a token in the log."""
    where = {"resource_type": "wireguard", "action": "create", "status": "success"}
    log.open(**where)
    details = log.expand(log.rows.first)
    row = details.locator("dt", has_text="privateKey").locator("xpath=following-sibling::dd[1]")
    expect(row).to_have_text("Redacted")
    for item in api.get("/api/activity", params=where).json()["items"]:
        entry = api.get(f"/api/activity/{item['id']}").json()
        assert entry["payload"]["privateKey"] == "[REDACTED]"
        assert entry["payload"]["publicKey"] != "[REDACTED]"


def test_open_rows_are_in_the_address(log: AuditLog, known: KnownLog, page: Page) -> None:
    """A link to an entry opens it, even where it is not on the first page."""
    log.open(tenant=known.tenant)
    page.get_by_role("button", name="Next page").click()
    expect(log.place).to_have_text("Page 2 of 3")
    log.settled()
    log.expand(log.rows.nth(3))
    entry = log.search["open"]
    log.open(tenant=known.tenant, open=entry)
    expect(page.get_by_text("Open, but not on this page of the log")).to_be_visible()
    expect(log.rows).to_have_count(21)
    expect(log.fact(log.details(log.rows.last), "Entry ID")).to_contain_text(entry)
    assert ENTRIES > 21

"""Filters narrow the rows, stand in the address, and go away again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.audit_log import AuditLog
from tests.journeys.conftest import Visit
from tests.journeys.known_log import ENTRIES, KnownLog

pytestmark = [pytest.mark.browser, pytest.mark.database]


def test_search_finds_parts_of_words_in_any_case(known_log: AuditLog) -> None:
    """In resource names, e-mail addresses and actions."""
    known_log.find("wAGON 4")
    known_log.shows(5)
    assert known_log.search["search"] == "wAGON 4"
    known_log.find("FREIGHTER1@")
    known_log.shows(15)
    assert set(known_log.cells("user")) == {"freighter1@freight.test"}
    known_log.find("unass")
    known_log.shows(5)
    assert set(known_log.cells("action")) == {"Unassign"}


def test_the_tenant_filter_shows_one_tenant(log: AuditLog, known: KnownLog) -> None:
    """Chosen by name; every row is that tenant's."""
    log.open()
    log.choose("Tenant", known.name)
    log.shows(ENTRIES)
    assert log.search == {"tenant": known.tenant}
    assert all("@freight.test" in each for each in log.cells("user"))


@pytest.mark.parametrize(
    ("label", "option", "parameter", "column", "shown", "entries"),
    [
        ("Resource type", "Config template", "resource_type", "resource", "Config template", 4),
        ("Resource type", "ACL", "resource_type", "resource", "ACL", 4),
        ("Action", "Sync", "action", "action", "Sync", 5),
        ("Status", "Failure", "status", "status", "Failure", 5),
    ],
)
def test_a_choice_narrows_rows_and_address(
    known_log: AuditLog,
    label: str,
    option: str,
    parameter: str,
    column: str,
    shown: str,
    entries: int,
) -> None:
    """All rows have the chosen value; count, chip and address say so."""
    known_log.choose(label, option)
    known_log.shows(entries)
    assert all(shown in each for each in known_log.cells(column))
    assert known_log.search[parameter] == option.lower().replace(" ", "_")
    words = {"Resource type": "Type"}.get(label, label)
    expect(known_log.chips.filter(has_text=words).filter(has_text=option)).to_have_count(1)


def test_filters_narrow_each_other(known_log: AuditLog) -> None:
    """All of them hold at once."""
    known_log.choose("Status", "Success")
    known_log.shows(41)
    known_log.choose("Action", "Create")
    known_log.shows(6)
    known_log.find("freighter0")
    known_log.shows(2)


def test_presets_of_time(known_log: AuditLog) -> None:
    """What happened a moment ago is of the last 15 minutes, and not of yesterday."""
    known_log.within("Last 15 minutes")
    known_log.shows(ENTRIES)
    assert known_log.search["range"] == "15m"
    known_log.within("Yesterday")
    expect(known_log.page.get_by_text("No entry passes these filters")).to_be_visible()
    assert known_log.search["range"] == "yesterday"


def test_a_range_of_days_includes_its_last_day(known_log: AuditLog) -> None:
    """From today to today, chosen in the calendar, is the whole of today."""
    page = known_log.page
    day = known_log.cells("time")[0][:10]
    known_log.filters.get_by_role("button", name=re.compile("^Time range")).click()
    dialog = page.get_by_role("dialog", name="Time range")
    today = dialog.locator("button[data-today]")
    today.click()
    today.click()
    dialog.get_by_role("button", name="Apply range").click()
    known_log.shows(ENTRIES)
    assert (known_log.search["from"], known_log.search["to"]) == (day, day)


def test_dragging_over_the_histogram_zooms_in(log: AuditLog, known: KnownLog) -> None:
    """The bars under the pointer become the range; the table follows."""
    log.open(tenant=known.tenant, search="wagon")
    area = log.page.get_by_role("slider", name=re.compile("^Time, zoom"))
    box = area.bounding_box()
    mouse = log.page.mouse
    mouse.move(box["x"] + 2, box["y"] + 20)
    mouse.down()
    mouse.move(box["x"] + box["width"] / 8, box["y"] + 20, steps=3)
    mouse.up()
    log.shows(15)
    assert {"from", "to"} <= set(log.search)


def test_the_histogram_is_read_and_zoomed_without_a_mouse(log: AuditLog, known: KnownLog) -> None:
    """Arrow keys name each bar and its counts, Enter zooms in; a table says the numbers."""
    log.open(tenant=known.tenant, search="wagon")
    area = log.page.get_by_role("slider", name=re.compile("^Time, zoom"))
    area.focus()
    log.page.keyboard.press("Home")
    expect(area).to_have_attribute("aria-valuetext", re.compile("13 successes, 2 failures"))
    log.page.keyboard.press("Enter")
    log.shows(15)
    numbers = log.page.get_by_role("table", name=re.compile("^Entries over time"))
    expect(numbers.get_by_role("row")).not_to_have_count(1)


def test_the_histogram_counts_what_is_filtered(known_log: AuditLog) -> None:
    """Its totals are those of the rows."""
    legend = known_log.page.get_by_role("list", name="Legend")
    expect(legend).to_contain_text("Success 41")
    expect(legend).to_contain_text("Failure 5")
    known_log.choose("Status", "Failure")
    known_log.shows(5)
    expect(legend).to_contain_text("Success 0")
    expect(legend).to_contain_text("Failure 5")


@pytest.mark.parametrize(
    ("word", "parameter", "value", "entries"),
    [
        ("user", "user", "freighter-1", 15),
        ("resource", "resource", "role-00025", 1),
        ("session", "session", "session-0", 9),
        ("address", "address", "198.51.100.11", 11),
    ],
)
def test_filter_by_this_value(
    log: AuditLog, known: KnownLog, word: str, parameter: str, value: str, entries: int
) -> None:
    """The button beside a value in an open row shows all entries that have it."""
    log.open(tenant=known.tenant, search="Wagon 25")
    details = log.expand(log.rows.first)
    details.get_by_role("button", name=f"Filter by this {word}").click()
    expect(log.chips).to_have_count(3)
    assert log.search[parameter] == value
    log.page.get_by_role("button", name=re.compile("^Clear filter Search")).click()
    log.shows(entries)


def test_a_link_shows_a_colleague_the_same_screen(
    known_log: AuditLog, visit: Visit, known: KnownLog
) -> None:
    """Filters, open row and page; in another browser, signed in."""
    known_log.choose("Status", "Success")
    known_log.shows(41)
    known_log.page.get_by_role("button", name="Next page").click()
    expect(known_log.place).to_have_text("Page 2 of 3")
    known_log.settled()
    known_log.expand(known_log.rows.nth(2))
    theirs = AuditLog(visit("super_admin"))
    theirs.page.goto(known_log.page.url)
    theirs.settled()
    assert theirs.rows.all_inner_texts() == known_log.rows.all_inner_texts()
    expect(theirs.place).to_have_text("Page 2 of 3")
    expect(theirs.details(theirs.rows.nth(2))).to_be_visible()
    assert theirs.chips.all_inner_texts() == known_log.chips.all_inner_texts()
    expect(theirs.filters.get_by_role("combobox", name="Tenant")).to_have_value(known.name)
    expect(theirs.filters.get_by_role("combobox", name="Status")).to_have_value("Success")


def test_back_and_forward_go_through_the_filters(known_log: AuditLog) -> None:
    """Each choice is a step; the rows follow."""
    known_log.choose("Status", "Failure")
    known_log.shows(5)
    known_log.choose("Action", "Assign")
    known_log.shows(1)
    known_log.page.go_back()
    known_log.shows(5)
    known_log.page.go_back()
    known_log.shows(ENTRIES)
    known_log.page.go_forward()
    known_log.shows(5)
    expect(known_log.filters.get_by_role("combobox", name="Status")).to_have_value("Failure")


def test_back_takes_back_a_search(known_log: AuditLog) -> None:
    """The words leave the field, too."""
    known_log.find("wagon 4")
    known_log.shows(5)
    known_log.page.go_back()
    known_log.shows(ENTRIES)
    expect(known_log.filters.get_by_role("searchbox")).to_have_value("")


def test_a_chip_clears_its_filter_and_clear_all_every_one(log: AuditLog, known: KnownLog) -> None:
    """One by one or all at once."""
    log.open(tenant=known.tenant, status="success", action="create", search="wagon", range="24h")
    expect(log.chips).to_have_count(5)
    log.page.get_by_role("button", name="Clear filter Action: Create").click()
    log.shows(40)
    assert "action" not in log.search
    expect(log.chips).to_have_count(4)
    log.page.get_by_role("button", name="Clear all").click()
    expect(log.chips).to_have_count(0)
    log.settled()
    assert log.search == {}
    expect(log.filters.get_by_role("searchbox")).to_have_value("")


def test_an_address_that_makes_no_sense_is_no_dead_end(log: AuditLog) -> None:
    """Unknown words are left out; what only the server can refuse is said, with a way out."""
    log.open(action="explode", status="maybe", range="soon", tenant="nobody", nonsense="1")
    expect(log.chips).to_have_count(0)
    log.page.goto("/admin/audit-log?cursor=nonsense")
    log.page.get_by_role("button", name="Go to the first page").click()
    log.settled()
    assert log.search == {}

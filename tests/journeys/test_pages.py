"""Pages of twenty rows, and new rows coming in while somebody reads."""

from __future__ import annotations

import itertools
import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.audit_log import AuditLog
from tests.journeys.conftest import Visit
from tests.journeys.demo import Demo
from tests.journeys.known_log import ENTRIES, KnownLog, an_activity

pytestmark = [pytest.mark.browser, pytest.mark.database]

_numbers = itertools.count()


@pytest.fixture(scope="module")
def growing(demo: Demo, reporter: httpx.Client) -> KnownLog:
    """A known log that the tests of this file add to."""
    return KnownLog.record(demo, reporter, "Journey Growth")


def _press(log: AuditLog, button: str, place: str) -> None:
    log.page.get_by_role("button", name=button).click()
    expect(log.place).to_have_text(place)
    log.settled()


def test_every_entry_is_on_exactly_one_page(known_log: AuditLog) -> None:
    """Forward to the end, back to the start: each row once, in order, and the same again."""
    expect(known_log.place).to_have_text("Page 1 of 3")
    pages = [known_log.cells("resource")]
    _press(known_log, "Next page", "Page 2 of 3")
    assert "cursor" in known_log.search
    pages.append(known_log.cells("resource"))
    _press(known_log, "Next page", "Page 3 of 3")
    pages.append(known_log.cells("resource"))
    expect(known_log.page.get_by_text(f"41–{ENTRIES} of {ENTRIES}")).to_be_visible()
    cells = [cell for page in pages for cell in page]
    assert len(cells) == ENTRIES
    # The last of all is older than the numbered ones: the tenant's own creation.
    names = [re.search(r"Wagon (\d+)", cell).group(1) for cell in cells[:-1]]
    assert [int(name) for name in names] == list(reversed(range(ENTRIES - 1)))
    _press(known_log, "Previous page", "Page 2 of 3")
    assert known_log.cells("resource") == pages[1]
    _press(known_log, "Previous page", "Page 1 of 3")
    assert known_log.cells("resource") == pages[0]
    _press(known_log, "Next page", "Page 2 of 3")
    _press(known_log, "First page", "Page 1 of 3")
    assert "cursor" not in known_log.search


def test_the_ends_are_ends(known_log: AuditLog) -> None:
    """Nothing before the first page, nothing behind the last."""
    page = known_log.page
    for name in ("First page", "Previous page"):
        expect(page.get_by_role("button", name=name)).to_have_attribute("aria-disabled", "true")
    _press(known_log, "Next page", "Page 2 of 3")
    _press(known_log, "Next page", "Page 3 of 3")
    for name in ("Next page", "Last page"):
        expect(page.get_by_role("button", name=name)).to_have_attribute("aria-disabled", "true")


def test_one_page_has_no_buttons(known_log: AuditLog) -> None:
    """Nothing to press that would lead nowhere: how many there are, and no more."""
    known_log.choose("Status", "Failure")
    known_log.shows(5)
    page = known_log.page
    expect(page.get_by_role("navigation", name="Pages")).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile(" page$"))).to_have_count(0)
    expect(page.get_by_role("paragraph").filter(has_text=re.compile("^5 entries$"))).to_be_visible()


def test_the_last_page_is_one_step_away(known_log: AuditLog) -> None:
    """It has the rows that the pages before leave, and Previous leads back through them."""
    _press(known_log, "Next page", "Page 2 of 3")
    second = known_log.cells("resource")
    _press(known_log, "Next page", "Page 3 of 3")
    third = known_log.cells("resource")
    _press(known_log, "First page", "Page 1 of 3")
    _press(known_log, "Last page", "Page 3 of 3")
    assert known_log.cells("resource") == third
    assert known_log.search["page"] == "last"
    _press(known_log, "Previous page", "Page 2 of 3")
    assert known_log.cells("resource") == second


def test_a_page_is_typed(known_log: AuditLog) -> None:
    """Enter goes there, and so does leaving the field; the address is a link to it."""
    field = known_log.page_field
    expect(field).to_have_value("1")
    expect(field).to_have_accessible_description("of 3")
    field.fill("3")
    field.press("Enter")
    expect(known_log.place).to_have_text("Page 3 of 3")
    expect(field).to_be_focused()
    assert known_log.search["page"] == "3"
    expect(known_log.rows).to_have_count(ENTRIES - 40)
    field.fill("2")
    field.press("Tab")
    expect(known_log.place).to_have_text("Page 2 of 3")
    known_log.settled()
    rows = known_log.cells("resource")
    known_log.page.reload()
    expect(known_log.place).to_have_text("Page 2 of 3")
    assert known_log.settled().cells("resource") == rows
    known_log.page.go_back()
    expect(known_log.place).to_have_text("Page 3 of 3")
    known_log.settled()
    field.fill("1")
    field.press("Enter")
    expect(known_log.place).to_have_text("Page 1 of 3")
    assert "page" not in known_log.search


def test_a_page_that_is_not_there_is_refused_in_words(known_log: AuditLog) -> None:
    """What was typed stays, to be mended or dropped; no row moves."""
    field = known_log.page_field
    rows = known_log.cells("resource")
    for typed in ("4", "0", "two"):
        field.fill(typed)
        field.press("Enter")
        expect(known_log.page.get_by_role("alert")).to_have_text("Type a page from 1 to 3.")
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_value(typed)
    field.press("Escape")
    expect(known_log.page.get_by_role("alert")).to_have_count(0)
    expect(field).to_have_value("1")
    field.fill("")
    field.press("Tab")
    expect(field).to_have_value("1")
    assert known_log.cells("resource") == rows


def test_whoever_types_a_page_and_presses_next_wants_the_next(known_log: AuditLog) -> None:
    """The field is left for a button beside it: the button counts."""
    known_log.page_field.fill("3")
    _press(known_log, "Next page", "Page 2 of 3")
    expect(known_log.page_field).to_have_value("2")


def test_a_link_to_a_page_beyond_the_end_shows_the_last(log: AuditLog, known: KnownLog) -> None:
    """The log may have been longer when the link was made."""
    log.open(tenant=known.tenant, page="99")
    expect(log.place).to_have_text("Page 3 of 3")
    expect(log.rows).to_have_count(ENTRIES - 40)


def test_a_page_of_a_relative_window_is_a_link_too(known_log: AuditLog) -> None:
    """It is measured from when it was asked for."""
    known_log.within("Last 7 days")
    known_log.settled()
    _press(known_log, "Last page", "Page 3 of 3")
    rows = known_log.cells("resource")
    assert "at" in known_log.search
    known_log.page.reload()
    expect(known_log.place).to_have_text("Page 3 of 3")
    assert known_log.settled().cells("resource") == rows


def test_another_filter_starts_at_the_first_page(known_log: AuditLog) -> None:
    """A cursor belongs to its filters."""
    _press(known_log, "Next page", "Page 2 of 3")
    known_log.choose("Status", "Success")
    known_log.shows(41)
    expect(known_log.place).to_have_text("Page 1 of 3")
    assert "cursor" not in known_log.search


def test_a_refresh_adds_rows_at_the_top_and_disturbs_nothing(
    log: AuditLog, growing: KnownLog, page: Page
) -> None:
    """Filters, open row, focus and scroll stay as they were."""
    log.open(tenant=growing.tenant, status="success")
    row = log.rows.nth(1)
    name = re.search(r"Wagon \d+", row.inner_text()).group()
    log.expand(row)
    page.mouse.wheel(0, 120)
    page.wait_for_function("window.scrollY > 60")
    before, address = page.evaluate("window.scrollY"), page.url
    growing.add(an_activity(f"Late wagon {next(_numbers)}"))
    log.refresh()
    expect(log.rows.first).to_contain_text("Late wagon")
    expect(log.rows.nth(2)).to_contain_text(name)
    expect(log.details(log.rows.nth(2))).to_be_visible()
    assert page.url == address
    assert abs(page.evaluate("window.scrollY") - before) < 60
    expect(log.chips).to_have_count(2)


def test_an_open_row_stays_when_newer_ones_push_it_off(
    log: AuditLog, growing: KnownLog, page: Page
) -> None:
    """It moves below the rows of the page, still open."""
    log.open(tenant=growing.tenant)
    last = log.rows.last
    name = re.search(r"(Wagon|wagon) \d+", last.inner_text()).group()
    log.expand(last)
    growing.add(*(an_activity(f"Late wagon {next(_numbers)}") for _ in range(3)))
    log.refresh()
    expect(page.get_by_text("Open, but not on this page of the log")).to_be_visible()
    expect(log.rows.last).to_contain_text(name)
    expect(log.details(log.rows.last)).to_be_visible()


def test_on_another_page_new_rows_are_only_counted(
    log: AuditLog, growing: KnownLog, page: Page
) -> None:
    """The rows under somebody's eyes stay; a quiet "2 new" leads to them."""
    log.open(tenant=growing.tenant)
    _press(log, "Next page", re.compile("Page 2 of"))
    rows = log.cells("resource")
    growing.add(*(an_activity(f"Late wagon {next(_numbers)}") for _ in range(2)))
    log.refresh()
    news = page.get_by_role("button", name="2 new")
    expect(news).to_be_visible()
    assert log.cells("resource") == rows
    news.click()
    expect(log.place).to_have_text(re.compile("Page 1 of"))
    log.settled()
    expect(log.rows.first).to_contain_text("Late wagon")


def test_on_a_page_that_was_jumped_to_rows_stay_too(
    log: AuditLog, growing: KnownLog, page: Page
) -> None:
    """A number leads there; from then on the rows are held, refresh after refresh."""
    log.open(tenant=growing.tenant, page="2")
    rows = log.cells("resource")
    for news in (1, 2):
        growing.add(an_activity(f"Late wagon {next(_numbers)}"))
        log.refresh()
        expect(page.get_by_role("button", name=f"{news} new")).to_be_visible()
        assert log.cells("resource") == rows


def test_the_page_asks_again_every_thirty_seconds(visit: Visit, growing: KnownLog) -> None:
    """By itself and silently; not before, and not where it is switched off."""
    page = visit("super_admin")
    page.clock.install()
    log = AuditLog(page).open(tenant=growing.tenant)
    shown = log.count.inner_text()
    growing.add(an_activity(f"Late wagon {next(_numbers)}"))
    page.clock.fast_forward(20_000)
    expect(log.count).to_have_text(shown)
    with page.expect_response(re.compile(r"/api/activity\?")):
        page.clock.fast_forward(11_000)
    expect(log.rows.first).to_contain_text("Late wagon")
    expect(log.count).not_to_have_text(shown)
    page.get_by_role("switch", name="Auto-refresh").click()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.fast_forward(120_000)
    assert not [url for url in asked if "/api/activity" in url]
    page.reload()
    expect(page.get_by_role("switch", name="Auto-refresh")).not_to_be_checked()


def test_a_hidden_tab_asks_nothing(visit: Visit, growing: KnownLog) -> None:
    """Shown again, it asks at once."""
    page = visit("super_admin")
    page.clock.install()
    log = AuditLog(page).open(tenant=growing.tenant)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    hide = """hidden => {
        Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});
        document.dispatchEvent(new Event('visibilitychange'));
    }"""
    page.evaluate(hide, True)
    page.clock.fast_forward(90_000)
    assert not [url for url in asked if "/api/activity" in url]
    with page.expect_response(re.compile(r"/api/activity\?")):
        page.evaluate(hide, False)
        page.clock.run_for(50)
    log.settled()

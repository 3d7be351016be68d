"""No rows, no answer, not yet: each says what it is."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.audit_log import AuditLog
from tests.journeys.known_log import ENTRIES, KnownLog

pytestmark = [pytest.mark.browser, pytest.mark.database]

_PAGES = "**/api/activity?*"


def test_no_rows_for_these_filters(known_log: AuditLog) -> None:
    """It says so, and clears them."""
    known_log.find("no such thing")
    page = known_log.page
    expect(page.get_by_role("heading", name="No entry passes these filters")).to_be_visible()
    page.get_by_role("button", name="Clear all filters").click()
    known_log.settled()
    assert known_log.search == {}
    expect(known_log.rows.first).to_be_visible()


def test_no_rows_in_this_range(log: AuditLog, page: Page) -> None:
    """It says so, and shows all time."""
    page.goto("/admin/audit-log?from=2001-01-01&to=2001-01-31")
    heading = page.get_by_role("heading", name="Nothing happened in this time range")
    expect(heading).to_be_visible()
    page.get_by_role("button", name="Look at all time").click()
    log.settled()
    expect(log.rows.first).to_be_visible()


def test_no_rows_ever(page: Page) -> None:
    """A new log explains what will be here."""
    empty = {"items": [], "next": None, "previous": None, "total": 0, "position": 0}
    page.route(_PAGES, lambda route: route.fulfill(json=empty))
    page.goto("/admin/audit-log")
    expect(page.get_by_role("heading", name="No entries yet")).to_be_visible()


def test_an_error_keeps_the_rows_and_tries_again(known_log: AuditLog) -> None:
    """What was on screen stays, marked as from before; the way back is a button."""
    page = known_log.page
    rows = known_log.cells("resource")
    page.route(_PAGES, lambda route: route.abort())
    page.get_by_role("button", name="Refresh now").click()
    problem = page.get_by_role("alert").filter(has_text="The server can't be reached")
    expect(problem).to_be_visible()
    expect(problem).to_contain_text("The rows below are from before.")
    assert known_log.cells("resource") == rows
    page.unroute(_PAGES)
    problem.get_by_role("button", name="Try again").click()
    expect(problem).to_have_count(0)
    known_log.shows(ENTRIES)


def test_a_server_in_trouble_is_said_in_words(known_log: AuditLog) -> None:
    """A proxy's page in HTML is not shown; our own words are."""
    page = known_log.page
    body = "<html><h1>502 Bad Gateway</h1></html>"
    answer = {"status": 502, "content_type": "text/html", "body": body}
    page.route(_PAGES, lambda route: route.fulfill(**answer))
    page.get_by_role("button", name="Refresh now").click()
    problem = page.get_by_role("alert").filter(has_text="The server had a problem")
    expect(problem).to_be_visible()
    expect(page.get_by_text("Bad Gateway")).to_have_count(0)


def _sheds(page: Page, times: int, wait: int = 1) -> list[str]:
    """Let the server shed this many readings of a page; return what is asked."""
    asked: list[str] = []
    body = {
        "type": "urn:indelible:problem:overloaded",
        "title": "Too much is asked at once",
        "status": 503,
        "detail": "Too many people are reading the log just now. Try again in a moment.",
        "retryAfter": wait,
    }

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) > times:
            route.continue_()
            return
        headers = {"Retry-After": str(wait), "Content-Type": "application/problem+json"}
        route.fulfill(status=503, headers=headers, body=json.dumps(body))

    page.route(_PAGES, answer)
    return asked


def test_a_busy_server_is_asked_again_by_itself(log: AuditLog, known: KnownLog, page: Page) -> None:
    """When it said to come again, and with words on the screen until it answers."""
    asked = _sheds(page, 2)
    page.goto(f"/admin/audit-log?tenant={known.tenant}")
    busy = page.get_by_role("status").filter(has_text="The server is busy")
    expect(busy).to_contain_text("Asking again by itself")
    log.shows(ENTRIES)
    expect(busy).to_have_count(0)
    assert len(asked) == 3


def test_a_busy_server_covers_nothing_said(known_log: AuditLog) -> None:
    """On a phone too, that a page does not exist can be read while the server is busy."""
    page = known_log.page
    page.set_viewport_size({"width": 390, "height": 844})
    _sheds(page, 3, wait=5)
    page.get_by_role("button", name="Refresh now").click()
    field = page.get_by_role("textbox", name="Page")
    field.fill("999")
    field.press("Enter")
    busy = page.get_by_text("The server is busy.").bounding_box()
    wrong = page.get_by_role("alert").filter(has_text="Type a page").bounding_box()
    assert busy is not None
    assert wrong is not None
    assert busy["y"] + busy["height"] < wrong["y"]


def test_a_server_that_stays_busy_is_left_alone(known_log: AuditLog) -> None:
    """After some tries it is a person's turn; the rows of before are there all the time."""
    page = known_log.page
    rows = known_log.cells("resource")
    asked = _sheds(page, 4)
    page.get_by_role("button", name="Refresh now").click()
    problem = page.get_by_role("alert").filter(has_text="The server is busy")
    expect(problem).to_contain_text("Too many people are reading the log just now")
    assert len(asked) == 4
    assert known_log.cells("resource") == rows
    problem.get_by_role("button", name="Try again").click()
    expect(problem).to_have_count(0)
    known_log.shows(ENTRIES)


def test_an_error_at_first_is_no_empty_page(log: AuditLog, known: KnownLog, page: Page) -> None:
    """Without any rows yet: what is wrong, and a button that helps."""
    page.route(_PAGES, lambda route: route.abort())
    page.goto(f"/admin/audit-log?tenant={known.tenant}")
    expect(page.get_by_role("heading", name="The server can't be reached")).to_be_visible()
    page.unroute(_PAGES)
    page.get_by_role("button", name="Try again").click()
    log.shows(ENTRIES)


def test_an_entry_that_does_not_load_can_be_asked_for_again(known_log: AuditLog) -> None:
    """The row's own details say what is wrong."""
    page = known_log.page
    pattern = "**/api/activity/0*"
    page.route(pattern, lambda route: route.abort())
    row = known_log.rows.first
    row.locator("button[data-expander]").click()
    problem = page.get_by_role("alert").filter(has_text="The server can't be reached")
    expect(problem).to_be_visible()
    page.unroute(pattern)
    problem.get_by_role("button", name="Try again").click()
    expect(known_log.details(row)).to_be_visible()


def test_loading_is_announced(log: AuditLog, known: KnownLog, page: Page) -> None:
    """Until the answer is here, the table is busy, and no count is made up."""
    held: list[Route] = []
    page.route(_PAGES, lambda route: held.append(route))  # noqa: PLW0108  # takes no builtin
    page.goto(f"/admin/audit-log?tenant={known.tenant}")
    expect(log.table).to_have_attribute("aria-busy", "true")
    expect(log.count).to_have_count(0)
    expect(log.export).to_have_attribute("aria-disabled", "true")
    held[0].continue_()
    log.shows(ENTRIES)
    expect(log.table).to_have_attribute("aria-busy", "false")


def test_rows_of_before_are_marked_while_the_next_load(known_log: AuditLog) -> None:
    """After a change of filters the old rows stay, dimmed, until the new ones are here."""
    page = known_log.page
    held: list[Route] = []
    page.route(_PAGES, lambda route: held.append(route))  # noqa: PLW0108  # takes no builtin
    known_log.choose("Status", "Failure")
    expect(known_log.table).to_have_attribute("data-old", "true")
    expect(known_log.rows).to_have_count(20)
    held[0].continue_()
    known_log.shows(5)


def test_a_page_that_is_not_there(page: Page) -> None:
    """It says so, and leads on."""
    page.goto("/admin/nowhere")
    expect(page.get_by_role("heading", name="Page not found")).to_be_visible()
    page.get_by_role("link", name="Go to the start page").click()
    expect(page.get_by_role("heading", name="Audit log")).to_be_visible()

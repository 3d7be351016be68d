"""The Sessions tab: who is signed in, and putting somebody out."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.database]

_TENANT = "Helvetia Clinics"
_TAB = "/admin/audit-log?tab=sessions"


@pytest.fixture
def other(demo: Demo, browser: Browser) -> Page:
    """Another Admin's own browser, signed in as a person does it."""
    account = demo.account("admin", _TENANT)
    page = browser.new_context(base_url=demo.url).new_page()
    page.goto("/admin/audit-log")
    page.get_by_label("E-mail").fill(account["email"])
    page.get_by_label("Password", exact=True).fill(account["password"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("tab", name="Sessions")).to_be_visible()
    return page


def test_a_revoked_session_is_out_and_says_why(page: Page, other: Page, api: httpx.Client) -> None:
    """The Super Admin revokes it with a reason; its browser lands on the sign-in page; both know."""
    own = other.request.get("/api/auth/session").json()
    email, session = own["user"]["email"], own["session"]["id"]
    page.goto(f"{_TAB}&sessions_search={email}")
    row = page.locator(f'tr[data-row="{session}"]')
    row.get_by_role("button", name=re.compile("^Revoke session of")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Reason").fill("Lost laptop, ticket 4711")
    dialog.get_by_role("button", name="Revoke session", exact=True).click()
    expect(page.get_by_text("Session revoked")).to_be_visible()
    expect(row.get_by_text("Revoked")).to_be_visible()
    other.reload()
    expect(other.get_by_text("Your session was revoked.")).to_be_visible()
    where = {"resource": session, "action": "revoke"}
    (entry,) = api.get("/api/activity", params=where).json()["items"]
    assert (entry["resource"]["type"], entry["status"]) == ("session", "success")
    told = api.get(f"/api/activity/{entry['id']}").json()
    assert "Lost laptop, ticket 4711" in str(told["payload"])


def test_an_admin_sees_the_sessions_of_one_tenant(visit: Visit) -> None:
    """Nobody else's people are in the table, and no field asks for a tenant."""
    page = visit("admin", _TENANT)
    page.goto(_TAB)
    rows = page.locator("tr[data-row]")
    expect(rows.first).to_be_visible()
    expect(rows.filter(has_text="helvetia.example")).to_have_count(rows.count())
    expect(page.get_by_role("combobox", name="Tenant")).to_have_count(0)


def test_a_viewer_gets_neither_page_nor_api(
    visit: Visit, sessions: Callable[..., httpx.Client]
) -> None:
    """The page is absent, and the API answers 403."""
    page = visit("viewer", _TENANT)
    page.goto(_TAB)
    expect(page.get_by_role("heading", name="Page not found")).to_be_visible()
    assert sessions("viewer", _TENANT).get("/api/sessions").status_code == 403

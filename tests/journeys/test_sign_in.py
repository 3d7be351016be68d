"""Signing in and out, and what stands behind the sign-in page."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.audit_log import AuditLog
from tests.journeys.conftest import Visit
from tests.journeys.demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.database]

# Its own account, so that what happens to its sessions happens to no other test.
_TENANT = "Baltic Grid"


def _sign_in(page: Page, email: str, password: str) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def _newest(api: httpx.Client, **where: str) -> dict[str, object]:
    items = api.get("/api/activity", params={"limit": "1", **where}).json()["items"]
    return dict(items[0])


def test_a_wrong_password_is_said_in_words(demo: Demo, visit: Visit, api: httpx.Client) -> None:
    """No session, a sentence, the password ready to be typed again; and an entry of the failure."""
    email = demo.account("admin", _TENANT)["email"]
    page = visit()
    page.goto("/admin/sign-in")
    _sign_in(page, email, "not the password, by far")
    expect(page.get_by_role("alert")).to_contain_text("Wrong e-mail or password.")
    expect(page.get_by_label("Password", exact=True)).to_be_focused()
    assert page.evaluate("window.getSelection().toString()") != ""
    expect(page).to_have_url(re.compile("/admin/sign-in"))
    row = _newest(api, resource_type="session", status="failure")
    assert (row["action"], row["actor"]["email"]) == ("create", email)


def test_an_unknown_address_is_answered_alike(visit: Visit) -> None:
    """Nobody learns from the page who has an account."""
    page = visit()
    page.goto("/admin/sign-in")
    _sign_in(page, "nobody@nowhere.example", "not the password, by far")
    expect(page.get_by_role("alert")).to_contain_text("Wrong e-mail or password.")


def test_signing_in_leads_back_to_the_wanted_page(demo: Demo, visit: Visit) -> None:
    """A link with filters survives the way through the sign-in page."""
    account = demo.account("admin", _TENANT)
    page = visit()
    page.goto("/admin/audit-log?action=create&status=success")
    expect(page.get_by_role("heading", name="Sign in to Indelible")).to_be_visible()
    _sign_in(page, account["email"], account["password"])
    log = AuditLog(page).settled()
    assert log.search == {"action": "create", "status": "success"}
    assert set(log.cells("action")) == {"Create"}


def test_signing_out_closes_the_page_and_the_session(
    demo: Demo, visit: Visit, api: httpx.Client
) -> None:
    """The account menu ends the session; Back shows nothing; the cookie opens nothing any more."""
    account = demo.account("admin", _TENANT)
    page = visit()
    page.goto("/admin/audit-log")
    _sign_in(page, account["email"], account["password"])
    log = AuditLog(page).settled()
    cookies = page.context.cookies()
    page.get_by_role("button", name=re.compile("^Account")).click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in to Indelible")).to_be_visible()
    expect(log.rows).to_have_count(0)
    page.context.add_cookies(cookies)
    page.goto("/admin/audit-log")
    expect(page.get_by_role("heading", name="Sign in to Indelible")).to_be_visible()
    row = _newest(api, resource_type="session", action="delete")
    assert row["actor"]["email"] == account["email"]


def test_a_session_that_ends_meanwhile_leads_to_sign_in_and_back(demo: Demo, visit: Visit) -> None:
    """The next refresh says that the session has ended; signing in shows the same screen again."""
    account = demo.account("admin", _TENANT)
    page = visit()
    page.goto("/admin/audit-log?status=success")
    _sign_in(page, account["email"], account["password"])
    AuditLog(page).settled()
    page.context.clear_cookies()
    page.get_by_role("button", name="Refresh now").click()
    expect(page.get_by_text("Your session has ended.")).to_be_visible()
    _sign_in(page, account["email"], account["password"])
    assert AuditLog(page).settled().search == {"status": "success"}


def test_the_session_cookie_is_out_of_reach_for_scripts(demo: Demo, visit: Visit) -> None:
    """HttpOnly, SameSite=Lax, and nothing of it in the browser's storage."""
    account = demo.account("admin", _TENANT)
    page = visit()
    page.goto("/admin/sign-in")
    _sign_in(page, account["email"], account["password"])
    AuditLog(page).settled()
    (cookie,) = page.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["expires"]) == (True, "Lax", -1)
    held = page.evaluate("document.cookie + JSON.stringify({...localStorage, ...sessionStorage})")
    assert cookie["value"] not in held

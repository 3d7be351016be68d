"""Acting as somebody else: seen on every page, recorded with both names, and over when it is over."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.audit_log import AuditLog
from tests.journeys.demo import Demo
from tests.journeys.eyes import axe_source, serious
from tests.journeys.people_page import PeoplePage
from tests.journeys.test_export import exported, table_in

pytestmark = [pytest.mark.browser, pytest.mark.database]

_TENANT = "Helvetia Clinics"
_REASON = "Ticket 4711: they can’t see their edges"

Open = Callable[..., Page]


@pytest.fixture
def ada(demo: Demo, browser: Browser) -> Iterator[Open]:
    """Opens browsers in which the Super Admin has signed in anew: what is assumed ends the others'."""
    contexts = []

    def sign_in(path: str = "/admin/users", **how: Any) -> Page:
        how = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"} | how
        context = browser.new_context(base_url=demo.url, **how)
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        account = demo.account("super_admin")
        page.goto(path)
        page.get_by_label("E-mail").fill(account["email"])
        page.get_by_label("Password", exact=True).fill(account["password"])
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("button", name=re.compile("^Account: "))).to_be_visible()
        return page

    yield sign_in
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def lukas(demo: Demo) -> str:
    """Whom they act as: an Admin of a tenant."""
    return str(demo.account("admin", _TENANT)["email"])


def _assume(page: Page, email: str) -> None:
    users = PeoplePage(page, "users").open(search=email)
    users.begin(email, "Assume identity").get_by_label("Reason").fill(_REASON)
    users.dialog.get_by_role("button", name="Assume identity", exact=True).click()
    expect(_banner(page)).to_be_visible()


def _banner(page: Page) -> Any:
    return page.get_by_role("region", name="Assumed identity")


def _stop(page: Page) -> None:
    _banner(page).get_by_role("button", name="Stop").click()
    expect(page.get_by_role("alert").filter(has_text="You are yourself again")).to_be_visible()
    expect(_banner(page)).to_have_count(0)


def test_both_identities_stand_in_the_log_the_csv_and_the_details(
    demo: Demo, ada: Open, lukas: str, tmp_path: Path, sessions: Callable[..., httpx.Client]
) -> None:
    """Assume, act, stop: each entry names who acted and as whom, and is found by either."""
    page = ada()
    root = demo.account("super_admin")["email"]
    _assume(page, lukas)
    session = page.request.get("/api/auth/session").json()
    group = f"night-shift-{uuid.uuid4().hex[:6]}"
    acted = page.request.post(
        "/api/v1/groups", data={"name": group}, headers={"X-CSRF-Token": session["csrf"]}
    )
    assert acted.status == 201, acted.text()
    _stop(page)
    page.get_by_role("button", name="View in audit log").click()
    log = AuditLog(page).settled()
    log.shows(3)
    for cell in log.cells("user"):
        assert cell.split("\n") == [lukas, f"by {root}"]
    assert [cell.split()[0] for cell in log.cells("action")] == ["Delete", "Create", "Create"]
    details = log.expand(log.rows.nth(1))
    expect(log.fact(details, "User")).to_contain_text(lukas)
    expect(log.fact(details, "Assumed by")).to_contain_text(root)
    expect(details.locator("dt", has_text="assumedBy")).to_be_visible()
    rows = table_in(exported(log, tmp_path))
    assert {(row["User"], row["Assumed by"]) for row in rows} == {(lukas, root)}
    assert {json.loads(row["Details"])["assumedBy"]["email"] for row in rows} == {root}
    assert [json.loads(row["Details"]).get("reason") for row in rows] == [_REASON, None, _REASON]

    # The preset, with either name in the search field.
    for who in (lukas, root):
        log.open(search=who)
        page.get_by_role("button", name="Assumed identity").click()
        expect(log.chips.filter(has_text="Identity")).to_have_count(1)
        log.settled()
        expect(log.rows.filter(has_text=group)).to_have_count(1)
        expect(log.rows.filter(has_text=f"by {root}")).to_have_count(log.rows.count())
    # The tenant's own Admin reads who came, and why.
    where = {"session": session["session"]["id"], "action": "create", "resource_type": "session"}
    theirs = sessions("admin", _TENANT)
    (start,) = theirs.get("/api/activity", params=where).json()["items"]
    assert (start["actor"]["email"], start["assumedBy"]["email"]) == (lukas, root)
    told = theirs.get(f"/api/activity/{start['id']}").json()
    assert told["payload"]["reason"] == _REASON


def test_the_banner_is_on_every_page_and_every_tab(demo: Demo, ada: Open, lukas: str) -> None:
    """Who acts as whom until when; what is out of reach is not offered; one Stop ends it in all."""
    page = ada()
    beside = page.context.new_page()
    beside.goto("/admin/settings")
    expect(beside.get_by_role("heading", name="Date")).to_be_visible()
    _assume(page, lukas)
    expect(_banner(beside)).to_be_visible()
    expect(beside.get_by_role("heading", name="Page not found")).to_be_visible()
    root = demo.account("super_admin")["email"]
    for path in ("audit-log", "audit-log?tab=sessions", "users", "roles", "account"):
        page.goto(f"/admin/{path}")
        expect(_banner(page)).to_contain_text(f"{root} acts as {lukas}")
        expect(_banner(page)).to_contain_text(re.compile(r"until .*(30:00|29:\d\d) left"))
    page.goto("/admin/users")
    expect(page.get_by_role("button", name="Invite user")).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("^Actions for"))).to_have_count(0)
    expect(page.get_by_role("link", name="Tenants")).to_have_count(0)
    log = AuditLog(page).open()
    expect(log.export).to_have_count(0)
    assert page.request.get("/api/activity/export").status == 403
    page.goto("/admin/audit-log?tab=sessions")
    mine = page.locator("tr[data-row]").filter(has_text="This session")
    expect(mine).to_contain_text(f"by {root}")
    expect(page.get_by_role("button", name=re.compile("^Revoke"))).to_have_count(0)
    _stop(page)
    expect(page).to_have_url(re.compile("/admin/users$"))
    expect(page.get_by_role("button", name="Invite user")).to_be_visible()
    expect(_banner(beside)).to_have_count(0)
    expect(beside.get_by_role("heading", name="Date")).to_be_visible()


def test_nobody_is_offered_a_super_admin_or_themselves(ada: Open, demo: Demo, lukas: str) -> None:
    """The menu leaves it out; asked for all the same, the reason is asked for first."""
    page = ada()
    users = PeoplePage(page, "users").open()
    own = demo.account("super_admin")["email"]
    users.row(own).get_by_role("button", name=f"Actions for {own}").click()
    expect(page.get_by_role("menuitem", name="Edit")).to_be_visible()
    expect(page.get_by_role("menuitem", name="Assume identity")).to_have_count(0)
    page.keyboard.press("Escape")
    dialog = users.begin(lukas, "Assume identity")
    expect(dialog.get_by_label("Reason")).to_be_focused()
    dialog.get_by_role("button", name="Assume identity", exact=True).click()
    expect(dialog.get_by_text("Give a reason of at least 3 characters.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(users.row(lukas).get_by_role("button", name=f"Actions for {lukas}")).to_be_focused()


def test_whoever_is_there_at_the_end_is_led_back(ada: Open, lukas: str) -> None:
    """Half an hour later, by the page's clock: the last seconds end in a session of one's own."""
    page = ada()
    page.clock.install()
    _assume(page, lukas)
    page.clock.fast_forward("29:15")
    expect(_banner(page).get_by_role("status")).to_have_text(
        "The assumed identity ends in 1 minute."
    )
    page.clock.fast_forward("00:30")
    page.mouse.move(200, 300)
    page.mouse.move(220, 320)
    said = page.get_by_role("alert").filter(has_text="You are yourself again")
    expect(said).to_be_visible(timeout=20_000)
    assert page.request.get("/api/auth/session").json()["assumedBy"] is None


def test_a_page_alone_at_the_end_asks_to_sign_in(ada: Open, lukas: str) -> None:
    """Nobody is led back who is not there."""
    page = ada()
    page.clock.install()
    _assume(page, lukas)
    page.clock.fast_forward("31:00")
    expect(page.get_by_text("The assumed identity has ended.")).to_be_visible()
    expect(page.get_by_label("E-mail")).to_be_visible()


@pytest.mark.parametrize(
    "how",
    [
        pytest.param({}, id="light"),
        pytest.param({"color_scheme": "dark"}, id="dark"),
        pytest.param({"viewport": {"width": 390, "height": 844}, "has_touch": True}, id="narrow"),
    ],
)
def test_axe_finds_nothing_serious_on_the_pages_of_people(
    ada: Open, lukas: str, how: dict[str, Any]
) -> None:
    """Users with a row, a menu and a dialog open; roles; tenants; and the banner over the log."""
    axe = axe_source()
    page = ada(**how)
    users = PeoplePage(page, "users").open()
    users.rows.first.locator("button[data-expander]").click()
    users.row(lukas).get_by_role("button", name=f"Actions for {lukas}").click()
    expect(page.get_by_role("menuitem", name="Disable")).to_be_visible()
    assert serious(page, axe) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Invite user").click()
    users.dialog.get_by_role("button", name="Invite user").click()
    assert serious(page, axe) == []
    for path in ("roles", "tenants"):
        page.goto(f"/admin/{path}")
        page.locator("button[data-expander]").first.click()
        assert serious(page, axe) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    _assume(page, lukas)
    AuditLog(page).open(assumed="true")
    assert serious(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    _stop(page)

"""For every eye and every screen: schemes, widths, and what axe finds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.audit_log import AuditLog
from tests.journeys.conftest import Visit
from tests.journeys.eyes import axe_source, serious
from tests.journeys.known_log import KnownLog

pytestmark = [pytest.mark.browser, pytest.mark.database]

_NARROW = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
_DARK = {"color_scheme": "dark"}


@pytest.fixture(scope="module")
def axe() -> str:
    """The source of axe-core."""
    return axe_source()


def _sign_in(page: Page, known: KnownLog) -> None:
    page.goto("/admin/sign-in")
    expect(page.get_by_role("heading", name="Sign in to Indelible")).to_be_visible()


def _refused(page: Page, known: KnownLog) -> None:
    _sign_in(page, known)
    page.get_by_label("E-mail").fill("nobody@nowhere.example")
    page.get_by_label("Password", exact=True).fill("not the password, by far")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()


def _activity(page: Page, known: KnownLog) -> None:
    AuditLog(page).open()


def _filtered(page: Page, known: KnownLog) -> None:
    AuditLog(page).open(tenant=known.tenant, status="success", range="7d")


def _expanded(page: Page, known: KnownLog) -> None:
    log = AuditLog(page).open(tenant=known.tenant)
    log.expand(log.rows.nth(1))


def _failed(page: Page, known: KnownLog) -> None:
    log = AuditLog(page).open(tenant=known.tenant)
    page.route("**/api/activity?*", lambda route: route.abort())
    page.get_by_role("button", name="Refresh now").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(log.rows.first).to_be_visible()


def _range(page: Page, known: KnownLog) -> None:
    AuditLog(page).open()
    page.get_by_role("button", name="Time range: All time").click()
    expect(page.get_by_role("dialog", name="Time range")).to_be_visible()


def _empty(page: Page, known: KnownLog) -> None:
    page.goto(f"/admin/audit-log?tenant={known.tenant}&search=nothing")
    expect(page.get_by_text("No entry passes these filters")).to_be_visible()


def _settings(page: Page, known: KnownLog) -> None:
    page.goto("/admin/settings")
    expect(page.get_by_role("radio").first).to_be_visible()


def _account(page: Page, known: KnownLog) -> None:
    page.goto("/admin/account")
    expect(page.get_by_text("This session")).to_be_visible()
    expect(page.get_by_label("Current password")).to_be_visible()


def _spent(page: Page, known: KnownLog) -> None:
    page.goto("/admin/welcome#nonsense")
    expect(page.get_by_role("heading", name="This link can’t be used")).to_be_visible()


def _absent(page: Page, known: KnownLog) -> None:
    page.goto("/admin/nowhere")
    expect(page.get_by_role("heading", name="Page not found")).to_be_visible()


@pytest.mark.parametrize(
    ("scene", "role", "how"),
    [
        pytest.param(_sign_in, None, {}, id="sign-in"),
        pytest.param(_sign_in, None, _DARK, id="sign-in dark"),
        pytest.param(_refused, None, {}, id="sign-in refused"),
        pytest.param(_activity, "super_admin", {}, id="activity light"),
        pytest.param(_activity, "super_admin", _DARK, id="activity dark"),
        pytest.param(_activity, "super_admin", _NARROW, id="activity narrow"),
        pytest.param(_filtered, "super_admin", {}, id="filtered"),
        pytest.param(_expanded, "super_admin", {}, id="expanded light"),
        pytest.param(_expanded, "super_admin", _DARK, id="expanded dark"),
        pytest.param(_expanded, "super_admin", _NARROW, id="expanded narrow"),
        pytest.param(_range, "super_admin", {}, id="time range"),
        pytest.param(_failed, "super_admin", {}, id="error"),
        pytest.param(_empty, "super_admin", {}, id="empty"),
        pytest.param(_settings, "super_admin", {}, id="settings"),
        pytest.param(_settings, "super_admin", _DARK, id="settings dark"),
        pytest.param(_account, "viewer", {}, id="account"),
        pytest.param(_account, "super_admin", _DARK, id="account dark"),
        pytest.param(_account, "viewer", _NARROW, id="account narrow"),
        pytest.param(_spent, None, {}, id="spent link"),
        pytest.param(_absent, "viewer", {}, id="not found"),
    ],
)
def test_axe_finds_nothing_serious(
    axe: str,
    visit: Visit,
    known: KnownLog,
    scene: Callable[[Page, KnownLog], None],
    role: str | None,
    how: dict[str, Any],
) -> None:
    """No violation that axe calls serious or critical; contrast, names, roles, order."""
    page = visit(role, reduced_motion="reduce", **how)
    scene(page, known)
    assert serious(page, axe) == []


def test_the_scheme_follows_the_system_and_can_be_chosen(visit: Visit) -> None:
    """Dark where the system is dark; light when light is chosen, also at the next visit."""
    page = visit("super_admin", color_scheme="dark")
    AuditLog(page).open()
    assert _background(page) < 60
    page.get_by_role("button", name="Colour scheme: System").click()
    page.get_by_role("menuitem", name="Light").click()
    page.wait_for_function("document.documentElement.dataset.mantineColorScheme === 'light'")
    assert _background(page) > 200
    page.reload()
    AuditLog(page).settled()
    assert _background(page) > 200


def _background(page: Page) -> int:
    """Brightness of the page, 0 to 255."""
    red, green, blue = page.evaluate(
        "getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).slice(0, 3).map(Number)"
    )
    return int((red + green + blue) / 3)


@pytest.mark.parametrize("width", [1280, 1024, 768, 390, 320])
def test_nothing_is_cut_off_at_the_side(visit: Visit, known: KnownLog, width: int) -> None:
    """No sideways scrolling at any width, with a row open; the controls are all in reach."""
    page = visit("super_admin", viewport={"width": width, "height": 844})
    log = AuditLog(page).open(tenant=known.tenant)
    log.expand(log.rows.first)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for control in (
        log.export,
        page.get_by_role("button", name="Next page"),
        page.get_by_role("switch", name="Auto-refresh"),
        page.get_by_role("button", name="Refresh now"),
        log.filters.get_by_role("searchbox"),
    ):
        control.scroll_into_view_if_needed()
        box = control.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width


@pytest.mark.usefixtures("first_minute")
@pytest.mark.parametrize("width", [1280, 390])
def test_nested_values_keep_their_room(visit: Visit, width: int) -> None:
    """An access list before and after: no value is squeezed to a column of letters."""
    page = visit("super_admin", viewport={"width": width, "height": 844})
    log = AuditLog(page).open(
        search=".example", resource_type="acl", action="create", status="success"
    )
    values = log.expand(log.rows.first).get_by_role("table").locator("dd")
    expect(values.first).to_be_visible()
    assert min(values.evaluate_all("all => all.map(each => each.clientWidth)")) > 70


def test_a_phone_does_all_that_a_desk_does(visit: Visit, known: KnownLog) -> None:
    """Filter, open a row by touch, turn the page."""
    page = visit("super_admin", **_NARROW)
    log = AuditLog(page).open(tenant=known.tenant)
    log.choose("Status", "Success")
    log.shows(41)
    row = log.rows.first
    row.locator("td[data-column=what]").tap()
    expect(log.details(row)).to_be_visible()
    expect(row).to_contain_text("freighter2@freight.test")
    expect(row).to_contain_text("198.51.100.10")
    page.get_by_role("button", name="Next page").tap()
    expect(log.place).to_have_text("Page 2 of 3")

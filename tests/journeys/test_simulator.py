"""What a newcomer sees in the first minutes: administrators at work, and their rows."""

from __future__ import annotations

import time

import httpx
import pytest
from playwright.sync_api import Page, expect

from indelible.core.activity import Action
from tests.journeys.audit_log import AuditLog
from tests.journeys.conftest import Visit
from tests.journeys.demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.database]


def test_every_action_and_resource_type_comes_about(first_minute: set[tuple[str, str]]) -> None:
    """All eight actions succeed, all nine types and sessions are acted on, and some of it fails."""
    assert first_minute == set()


def test_a_newcomer_signs_in_and_watches_rows_arrive(
    demo: Demo, api: httpx.Client, visit: Visit
) -> None:
    """Address, sign-in, rows of the simulator, and more of them at the next look."""
    account = demo.account("super_admin")
    page = visit()
    page.goto("/")
    page.get_by_label("E-mail").fill(account["email"])
    page.get_by_label("Password", exact=True).fill(account["password"])
    page.get_by_role("button", name="Sign in").click()
    log = AuditLog(page).settled()
    # The newest of all is what was just done.
    expect(log.rows.first).to_contain_text(account["email"])
    before = log.count.inner_text()
    seen = api.get("/api/activity").json()["total"]
    with demo.at_work():
        while api.get("/api/activity").json()["total"] == seen:
            time.sleep(0.05)
    log.refresh()
    expect(log.count).not_to_have_text(before)


@pytest.mark.usefixtures("first_minute")
def test_every_action_has_its_badge(log: AuditLog) -> None:
    """Rows of an action say so in words, in the colour that this action has."""
    log.open()
    for action in Action:
        log.choose("Action", action.capitalize())
        expect(log.chips).to_contain_text([action.capitalize()])
        log.settled()
        badge = log.rows.first.locator("[data-action]")
        expect(badge).to_have_text(action.capitalize())
        assert _hue(log.page) == _COLOURS[action], action


_COLOURS = {
    Action.CREATE: "green",
    Action.UPDATE: "blue",
    Action.DELETE: "red",
    Action.REVOKE: "orange",
    Action.ASSIGN: "purple",
    Action.UNASSIGN: "yellow",
    Action.SYNC: "indigo",
    Action.EXPORT: "grey",
}
# Degrees on the colour circle at which each name ends.
_HUES = ((15, "red"), (40, "orange"), (75, "yellow"), (170, "green"), (225, "blue"),
         (265, "indigo"), (320, "purple"), (361, "red"))  # fmt: skip


def _hue(page: Page) -> str:
    """Name of the first badge's background."""
    red, green, blue = page.evaluate(
        """() => {
            const badge = document.querySelector('tbody [data-action]');
            const canvas = document.createElement('canvas').getContext('2d');
            canvas.fillStyle = getComputedStyle(badge).backgroundColor;
            canvas.fillRect(0, 0, 1, 1);
            return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
        }"""
    )
    most, least = max(red, green, blue), min(red, green, blue)
    if most - least < 12:
        return "grey"
    span = most - least
    if most == red:
        degrees = 60 * (green - blue) / span % 360
    elif most == green:
        degrees = 60 * (blue - red) / span + 120
    else:
        degrees = 60 * (red - green) / span + 240
    return next(name for end, name in _HUES if degrees < end)

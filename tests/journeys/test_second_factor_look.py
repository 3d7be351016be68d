"""Setting up a second factor and signing in with it, for every eye and every screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.eyes import axe_source, serious
from tests.journeys.house import Authenticator, House

pytestmark = [pytest.mark.browser, pytest.mark.database]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[House]:
    """An installation that asks every Super Admin for a second factor."""
    data = tmp_path_factory.mktemp("house") / "data"
    with House(data, browser, second_factor=True) as house:
        yield house


@pytest.mark.parametrize(
    "how",
    [
        pytest.param({"viewport": {"width": 1280, "height": 900}}, id="light"),
        pytest.param({"color_scheme": "dark"}, id="dark"),
        pytest.param({"viewport": {"width": 390, "height": 844}, "has_touch": True}, id="narrow"),
        pytest.param(
            {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"}, id="narrowest"
        ),
    ],
)
def test_every_step_is_fit_to_be_seen(house: House, how: dict[str, Any]) -> None:
    """Nothing that axe calls serious, and no sideways scrolling, from the first step to the last."""
    axe = axe_source()

    def look(page: Page) -> None:
        assert serious(page, axe) == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    with house.newcomer(reduced_motion="reduce", **how) as person:
        page = person.page
        person.give_password("/admin/account")
        page.get_by_role("button", name="Begin").click()
        app = Authenticator.beside(page)
        look(page)
        page.get_by_label("Six-digit code").fill(app.code())
        expect(page.get_by_role("list", name="Recovery codes")).to_be_visible()
        look(page)
        page.get_by_role("button", name="I have kept them").click()
        expect(page.get_by_text("On since")).to_be_visible()
        look(page)
        page.get_by_role("button", name="New recovery codes").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        look(page)
        page.context.clear_cookies()
        person.give_password()
        expect(page.get_by_role("heading", name="Enter your code")).to_be_visible()
        look(page)
        page.get_by_role("button", name="Use a recovery code").click()
        expect(page.get_by_label("Recovery code")).to_be_focused()
        look(page)

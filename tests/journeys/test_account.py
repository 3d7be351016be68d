"""The account page: one's own sessions, password and second factor, whatever one's role."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import Visit
from tests.journeys.house import Authenticator, House, Person

pytestmark = [pytest.mark.browser, pytest.mark.database]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[House]:
    """An installation in which nobody has to have a second factor."""
    data = tmp_path_factory.mktemp("house") / "data"
    with House(data, browser, second_factor=False) as house:
        yield house


@pytest.fixture
def person(house: House) -> Iterator[Person]:
    """Somebody with an account."""
    with house.newcomer() as person:
        yield person


def test_the_menu_leads_to_the_account(person: Person) -> None:
    """By keyboard too; the page says who one is, and takes the focus."""
    page = person.sign_in()
    page.get_by_role("button", name="Account: Nora Quist").press("Enter")
    page.get_by_role("link", name="Your account").press("Enter")
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    expect(page.get_by_text(f"Nora Quist · {person.email} · Super Admin")).to_be_visible()
    expect(page.get_by_role("link", name="Your account")).to_be_hidden()
    expect(page.get_by_role("main")).to_be_focused()


def test_a_viewer_has_an_account_page(visit: Visit, sessions: Callable[..., httpx.Client]) -> None:
    """The start page of those who see nothing else leads there."""
    page = visit("viewer")
    page.goto("/admin/")
    page.get_by_role("link", name="Your account").click()
    email = sessions("viewer").get("/api/auth/session").json()["user"]["email"]
    expect(page.get_by_text(email)).to_be_visible()
    expect(page.get_by_text("This session")).to_be_visible()


def test_a_session_of_ones_own_is_ended(person: Person) -> None:
    """Its row goes, its next request is refused, and the focus stays near."""
    other = person.program()
    page = person.sign_in("/admin/account")
    row = page.locator("tr[data-session]").filter(has_text="curl 8.5")
    row.get_by_role("button", name=re.compile("^End session: curl 8.5")).click()
    expect(page.get_by_text("Session ended.")).to_be_visible()
    expect(row).to_have_count(0)
    expect(page.get_by_role("heading", name="Sessions")).to_be_focused()
    assert other.get("/api/auth/session").status_code == 401
    page.get_by_role("switch", name="Show sessions that are over").check()
    expect(row).to_contain_text("ended by you")
    expect(page).to_have_url(re.compile(r"\?past=1$"))


def test_all_other_sessions_are_ended(person: Person) -> None:
    """And this one goes on."""
    others = [person.program(), person.program()]
    page = person.sign_in("/admin/account")
    expect(page.locator("tr[data-session]")).to_have_count(3)
    page.get_by_role("button", name="End all others").click()
    expect(page.get_by_text("2 other sessions ended.")).to_be_visible()
    expect(page.locator("tr[data-session]")).to_have_count(1)
    expect(page.get_by_role("button", name="End all others")).to_be_disabled()
    assert [other.get("/api/auth/session").status_code for other in others] == [401, 401]
    page.reload()
    expect(page.get_by_text("This session")).to_be_visible()


def test_a_new_password_ends_the_other_sessions(person: Person) -> None:
    """Refusals stand at their fields; the page goes on, and what it changes next is taken."""
    other = person.program()
    page = person.sign_in("/admin/account")
    current, new = page.get_by_label("Current password"), page.get_by_label("New password")
    assert current.get_attribute("autocomplete") == "current-password"
    assert new.get_attribute("autocomplete") == "new-password"
    change = page.get_by_role("button", name="Change password")
    current.fill("not the password, by far")
    new.fill("too short")
    change.click()
    expect(page.get_by_text("A password has at least 15 characters.")).to_be_visible()
    expect(new).to_be_focused()
    new.fill("mauve kettle on a slow train")
    change.click()
    expect(page.get_by_text("This is not your current password.")).to_be_visible()
    expect(current).to_be_focused()
    current.fill(person.password)
    change.click()
    expect(page.get_by_text("Password changed")).to_be_visible()
    assert other.get("/api/auth/session").status_code == 401
    expect(page.locator("tr[data-session]")).to_have_count(1)
    # The cookie and its token are new ones by now.
    person.password = "mauve kettle on a slow train"
    another = person.program()
    page.reload()
    page.get_by_role("button", name="End all others").click()
    expect(page.get_by_text("1 other session ended.")).to_be_visible()
    assert another.get("/api/auth/session").status_code == 401


def test_a_second_factor_is_set_up_and_turned_off(person: Person) -> None:
    """It is asked for from then on, until it is turned off again."""
    page = person.sign_in("/admin/account")
    page.get_by_role("button", name="Set up").click()
    app = Authenticator.beside(page)
    page.get_by_label("Six-digit code").fill(app.code())
    page.get_by_role("button", name="I have kept them").click()
    expect(page.get_by_text("10, each for one sign-in")).to_be_visible()
    assert person.program(app.code()).get("/api/account").json()["secondFactor"]["enrolledAt"]
    page.get_by_role("button", name="Turn off").click()
    page.get_by_role("dialog").get_by_role("button", name="Turn off").click()
    expect(page.get_by_text("Second factor turned off")).to_be_visible()
    expect(page.get_by_role("heading", name="Second factor")).to_be_focused()
    expect(page.get_by_role("button", name="Set up")).to_be_visible()
    person.program()


def test_what_fails_is_said_and_can_be_tried_again(person: Person) -> None:
    """Neither half of the page hides the other's trouble."""
    page = person.sign_in()
    page.route("**/api/account", lambda route: route.abort())
    page.goto("/admin/account")
    expect(page.get_by_role("alert")).to_contain_text("The server can't be reached")
    expect(page.get_by_text("This session")).to_be_visible()
    page.unroute("**/api/account")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("button", name="Change password")).to_be_visible()

"""Links by which people set a password: invitations, and ways to a new one."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.house import House, Person

pytestmark = [pytest.mark.browser, pytest.mark.database]

_PASSWORD = "mauve kettle on a slow train"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[House]:
    """An installation in which nobody has to have a second factor."""
    data = tmp_path_factory.mktemp("house") / "data"
    with House(data, browser, second_factor=False) as house:
        yield house


@pytest.fixture(scope="module")
def host(house: House) -> Iterator[httpx.Client]:
    """A Super Admin's program, which invites people."""
    with house.newcomer() as person:
        yield person.program()


@pytest.fixture
def invitation(host: httpx.Client) -> dict[str, Any]:
    """Somebody who is invited, and the link that they were given."""
    tenant = host.post("/api/tenants", json={"name": f"Meadow {uuid.uuid4().hex[:6]}"}).json()
    body = {
        "email": f"guest-{uuid.uuid4().hex[:8]}@meadow.example",
        "name": "Gesa Ortmann",
        "role": "admin",
        "tenant": tenant["tenant"]["id"],
    }
    answer = host.post("/api/users", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


@pytest.fixture
def page(house: House) -> Iterator[Page]:
    """A browser in which nobody is signed in."""
    with house.browser() as page:
        yield page


def _choose(page: Page, password: str) -> None:
    page.get_by_label("New password").fill(password)
    page.get_by_role("button", name="Set password").click()


def test_an_invitation_leads_in(page: Page, invitation: dict[str, Any]) -> None:
    """The page says whose account it is; the password set there signs in; the link is used up."""
    email, url = invitation["user"]["email"], invitation["link"]["url"]
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(url)
    expect(page.get_by_role("heading", name="Welcome to Indelible")).to_be_visible()
    expect(page.get_by_text("Hello Gesa Ortmann.")).to_be_visible()
    expect(page.get_by_text(email)).to_be_visible()
    field = page.get_by_label("New password")
    expect(field).to_be_focused()
    assert field.get_attribute("autocomplete") == "new-password"
    _choose(page, _PASSWORD)
    expect(page.get_by_text("Your password is set.")).to_be_visible()
    expect(page.get_by_label("E-mail")).to_have_value(email)
    expect(page.get_by_label("Password", exact=True)).to_be_focused()
    page.keyboard.type(_PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Account: Gesa Ortmann")).to_be_visible()
    # A fragment goes to no server, and so into no log of one.
    token = url.partition("#")[2]
    assert token
    assert [each for each in asked if token in each.partition("#")[0]] == []
    page.goto("about:blank")
    page.goto(url)
    expect(page.get_by_role("heading", name="This link can’t be used")).to_be_visible()


def test_a_password_that_is_not_good_enough_is_said_so(
    page: Page, invitation: dict[str, Any]
) -> None:
    """Too short, or among the first to be guessed; the field keeps the focus, the link its worth."""
    page.goto(invitation["link"]["url"])
    _choose(page, "too short")
    expect(page.get_by_text("A password has at least 15 characters.")).to_be_visible()
    expect(page.get_by_label("New password")).to_be_focused()
    _choose(page, "passwordpassword")
    expect(page.get_by_text(re.compile("among the first that a guesser tries"))).to_be_visible()
    expect(page.get_by_label("New password")).to_be_focused()
    _choose(page, _PASSWORD)
    expect(page.get_by_text("Your password is set.")).to_be_visible()


def test_a_reset_ends_the_sessions_of_the_account(
    house: House, host: httpx.Client, invitation: dict[str, Any], page: Page
) -> None:
    """Also the one of the browser that it is done in."""
    token = invitation["link"]["url"].partition("#")[2]
    host.post("/api/auth/link/accept", json={"token": token, "password": _PASSWORD})
    user = invitation["user"]
    guest = Person(url=house.service.url, email=user["email"], password=_PASSWORD, page=page)
    elsewhere = guest.program()
    guest.sign_in("/admin/audit-log")
    link = host.post(f"/api/users/{user['id']}/password-reset", json={}).json()
    page.goto(link["link"]["url"])
    expect(page.get_by_role("heading", name="Choose a new password")).to_be_visible()
    _choose(page, "slate bicycle under the orchard")
    expect(page.get_by_text("Your password is set.")).to_be_visible()
    assert elsewhere.get("/api/auth/session").status_code == 401
    guest.password = "slate bicycle under the orchard"
    guest.sign_in("/admin/audit-log")


def test_a_link_followed_by_somebody_else_says_who_is_signed_in(
    house: House, invitation: dict[str, Any]
) -> None:
    """The browser keeps the session that it has, and the password is set all the same."""
    with house.newcomer() as person:
        page = person.sign_in()
        page.goto(invitation["link"]["url"])
        _choose(page, _PASSWORD)
        expect(page.get_by_text(f"still signed in as {person.email}")).to_be_visible()
        user = invitation["user"]["email"]
        Person(url=person.url, email=user, password=_PASSWORD, page=page).program()


@pytest.mark.parametrize("token", ["", "#", "#nonsense", "#" + "A" * 43])
def test_what_is_no_link_says_so(page: Page, token: str) -> None:
    """And leads to the sign-in page."""
    page.goto(f"/admin/welcome{token}")
    expect(page.get_by_role("heading", name="This link can’t be used")).to_be_visible()
    page.get_by_role("button", name="Go to the sign-in page").click()
    expect(page.get_by_role("heading", name="Sign in to Indelible")).to_be_visible()

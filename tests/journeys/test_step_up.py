"""What asks for a fresh proof of who one is: one dialog, wherever it is needed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.house import Authenticator, House, Person

pytestmark = [pytest.mark.browser, pytest.mark.database]

_STALE = "UPDATE sessions SET proved_at = proved_at - interval '1 hour' WHERE id = %s"


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


def _grow_old(house: House, page: Page) -> None:
    """Let the last proof of who this is be an hour old."""
    session = page.request.get("/api/auth/session").json()["session"]["id"]
    with house.service.database() as database:
        assert database.execute(_STALE, [session]).rowcount == 1


def test_an_old_session_proves_itself_again(house: House, person: Person) -> None:
    """The dialog asks for the password, says when it is wrong, and what was wanted goes on."""
    page = person.sign_in("/admin/account")
    _grow_old(house, page)
    page.get_by_role("button", name="Set up").click()
    dialog = page.get_by_role("dialog", name="Confirm that it is you")
    expect(dialog.get_by_label("Your password")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name="Set up")).to_be_focused()
    page.keyboard.press("Enter")
    dialog.get_by_label("Your password").fill("not the password, by far")
    page.keyboard.press("Enter")
    expect(dialog.get_by_text("Wrong password.")).to_be_visible()
    dialog.get_by_label("Your password").fill(person.password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("img", name=re.compile("^QR code"))).to_be_visible()
    expect(page.get_by_label("Six-digit code")).to_be_focused()


def test_a_code_proves_it_too_above_another_dialog(house: House, person: Person) -> None:
    """Escape closes the upper dialog alone; the code is taken with its sixth digit."""
    page = person.sign_in("/admin/account")
    page.get_by_role("button", name="Set up").click()
    app = Authenticator.beside(page)
    page.get_by_label("Six-digit code").fill(app.code())
    page.get_by_role("button", name="I have kept them").click()
    _grow_old(house, page)
    page.get_by_role("button", name="New recovery codes").click()
    below = page.get_by_role("dialog", name="Make new recovery codes?")
    below.get_by_role("button", name="Make new codes").click()
    above = page.get_by_role("dialog", name="Confirm that it is you")
    expect(above.get_by_label("Code from your authenticator app")).to_be_focused()
    page.keyboard.press("Escape")
    expect(above).to_have_count(0)
    expect(below.get_by_role("button", name="Make new codes")).to_be_focused()
    page.keyboard.press("Enter")
    above.get_by_role("button", name="Use your password instead").click()
    expect(above.get_by_label("Your password")).to_be_focused()
    above.get_by_role("button", name="Use a code instead").click()
    page.keyboard.type(app.code())
    expect(page.get_by_role("list", name="Recovery codes")).to_be_visible()


def test_a_revocation_goes_on_after_the_proof(house: House, person: Person) -> None:
    """Who gives none keeps what was typed; the reason is not asked for again."""
    other = person.program()
    page = person.sign_in(f"/admin/audit-log?tab=sessions&sessions_search={person.email}")
    _grow_old(house, page)
    row = page.locator("tr[data-row]").filter(has_text="curl 8.5")
    row.get_by_role("button", name=re.compile("^Revoke session of")).click()
    below = page.get_by_role("dialog", name="Revoke this session?")
    below.get_by_role("textbox", name="Reason").fill("Lost laptop, ticket 4711")
    below.get_by_role("button", name="Revoke session", exact=True).click()
    above = page.get_by_role("dialog", name="Confirm that it is you")
    above.get_by_role("button", name="Cancel").click()
    expect(above).to_have_count(0)
    expect(below.get_by_role("textbox", name="Reason")).to_have_value("Lost laptop, ticket 4711")
    assert other.get("/api/auth/session").status_code == 200
    below.get_by_role("button", name="Revoke session", exact=True).click()
    above.get_by_label("Your password").fill(person.password)
    page.keyboard.press("Enter")
    expect(row.get_by_text("Revoked")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert other.get("/api/auth/session").status_code == 401

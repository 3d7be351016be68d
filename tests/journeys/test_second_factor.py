"""A second factor: set up because it has to be, asked for at sign-in, done without where one may."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.house import Authenticator, House, Person

pytestmark = [pytest.mark.browser, pytest.mark.database]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[House]:
    """An installation that asks every Super Admin for a second factor, as it does by default."""
    data = tmp_path_factory.mktemp("house") / "data"
    with House(data, browser, second_factor=True) as house:
        yield house


@pytest.fixture
def person(house: House) -> Iterator[Person]:
    """A Super Admin who has never signed in."""
    with house.newcomer() as person:
        yield person


def test_nothing_comes_before_the_second_factor(person: Person) -> None:
    """Every address leads to setting it up; when that is done, to where one wanted to go."""
    page = person.page
    person.give_password("/admin/audit-log?status=success")
    expect(page.get_by_role("heading", name="Set up your second factor")).to_be_visible()
    page.goto("/admin/settings")
    expect(page.get_by_role("heading", name="Set up your second factor")).to_be_visible()
    assert page.request.get("/api/activity").status == 403
    page.goto("/admin/audit-log?status=success")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("img", name=re.compile("^QR code"))).to_be_visible()
    expect(page.get_by_label("Six-digit code")).to_be_focused()
    page.keyboard.type(Authenticator.beside(page).code())
    expect(page.get_by_role("heading", name="Keep your recovery codes")).to_be_focused()
    page.get_by_role("button", name="I have kept them").click()
    expect(page).to_have_url(re.compile(r"/admin/audit-log\?status=success$"))
    row = page.locator("tr[data-row]").filter(has_text="Update").first
    expect(row).to_contain_text(person.email)


def test_a_wrong_code_is_said_and_can_be_typed_again(person: Person) -> None:
    """The field is ready for the next one; the key stays."""
    page = person.page
    person.give_password()
    page.get_by_role("button", name="Begin").click()
    app = Authenticator.beside(page)
    right = app.code()
    page.get_by_label("Six-digit code").fill(f"{(int(right) + 1) % 1_000_000:06}")
    expect(page.get_by_text("Wrong code.")).to_be_visible()
    expect(page.get_by_label("Six-digit code")).to_be_focused()
    page.keyboard.type(right)
    expect(page.get_by_role("heading", name="Keep your recovery codes")).to_be_visible()


def test_the_recovery_codes_can_be_kept(person: Person) -> None:
    """Downloaded they are a text that says what it is; printed they are alone on the paper."""
    page = person.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    person.give_password()
    page.get_by_role("button", name="Begin").click()
    page.get_by_label("Six-digit code").fill(Authenticator.beside(page).code())
    listed = page.get_by_role("list", name="Recovery codes").get_by_role("listitem")
    expect(listed).to_have_count(10)
    codes = listed.all_inner_texts()
    assert all(re.fullmatch(r"[0-9a-z]{5}-[0-9a-z]{5}", code) for code in codes)
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").split() == codes
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == "indelible-recovery-codes.txt"
    kept = Path(download.value.path()).read_text(encoding="utf-8")
    assert person.email in kept
    assert kept.splitlines()[-10:] == codes
    page.emulate_media(media="print")
    for seen in (listed.first, page.get_by_text(f"account {person.email}")):
        expect(seen).to_be_visible()
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    expect(page.get_by_text("Signed in as")).to_be_hidden()


def test_signing_in_takes_password_and_code(house: House, person: Person) -> None:
    """The second step names whom it is for, says what is wrong, and then leads back."""
    app, _ = person.enrol()
    with house.browser() as page:
        elsewhere = _elsewhere(person, page)
        elsewhere.give_password("/admin/audit-log?status=success")
        expect(page.get_by_role("heading", name="Enter your code")).to_be_visible()
        expect(page.get_by_text(person.email)).to_be_visible()
        field = page.get_by_label("Six-digit code")
        expect(field).to_be_focused()
        assert field.get_attribute("autocomplete") == "one-time-code"
        page.keyboard.type("000000")
        expect(page.get_by_role("alert")).to_contain_text("Wrong code.")
        expect(field).to_be_focused()
        page.keyboard.type(app.code())
        expect(page).to_have_url(re.compile(r"/admin/audit-log\?status=success$"))
        expect(page.get_by_role("button", name=re.compile("^Account: "))).to_be_visible()


def test_a_recovery_code_signs_in_once(house: House, person: Person) -> None:
    """In place of the app, however it is typed; the account says that one is gone."""
    _, codes = person.enrol()
    with house.browser() as page:
        elsewhere = _elsewhere(person, page)
        elsewhere.give_password("/admin/account")
        page.get_by_role("button", name="Use a recovery code").click()
        field = page.get_by_label("Recovery code")
        expect(field).to_be_focused()
        field.fill(f" {codes[3].upper().replace('-', ' ')} ")
        page.keyboard.press("Enter")
        expect(page.get_by_text("A recovery code is used up")).to_be_visible()
        expect(page.get_by_text("9, each for one sign-in")).to_be_visible()
    with house.browser() as page:
        _elsewhere(person, page).give_password("/admin/account")
        page.get_by_role("button", name="Use a recovery code").click()
        page.get_by_label("Recovery code").fill(codes[3])
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("Wrong recovery code.")


def test_new_recovery_codes_take_the_place_of_the_old(person: Person) -> None:
    """They are asked for in the account page, and the role that has to can't turn it off."""
    _, before = person.enrol("/admin/account")
    page = person.page
    expect(page.get_by_text("10, each for one sign-in")).to_be_visible()
    expect(page.get_by_role("button", name="Turn off")).to_have_count(0)
    expect(page.get_by_text("Your role can’t do without it.")).to_be_visible()
    page.get_by_role("button", name="New recovery codes").click()
    page.get_by_role("button", name="Make new codes").click()
    listed = page.get_by_role("list", name="Recovery codes").get_by_role("listitem")
    expect(listed).to_have_count(10)
    assert set(listed.all_inner_texts()).isdisjoint(before)
    page.get_by_role("button", name="I have kept them").click()
    expect(page.get_by_role("heading", name="Second factor")).to_be_focused()


def test_going_back_asks_for_the_password_again(house: House, person: Person) -> None:
    """Back from the code is the password, which is still there."""
    person.enrol()
    with house.browser() as page:
        _elsewhere(person, page).give_password()
        page.get_by_role("button", name="Back").click()
        expect(page.get_by_label("E-mail")).to_have_value(person.email)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Enter your code")).to_be_visible()


def _elsewhere(person: Person, page: Page) -> Person:
    """Return *person* before another browser."""
    return Person(url=person.url, email=person.email, password=person.password, page=page)

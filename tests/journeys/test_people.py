"""Users, roles and tenants: who is let in, as what, and what the log says about it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.house import House, Person
from tests.journeys.people_page import PeoplePage

pytestmark = [pytest.mark.browser, pytest.mark.database]

_PASSWORD = "mauve kettle on a slow train"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[House]:
    """An installation in which nobody has to have a second factor."""
    data = tmp_path_factory.mktemp("house") / "data"
    with House(data, browser, second_factor=False) as house:
        yield house


@dataclass(frozen=True, kw_only=True)
class Staff:
    """A Super Admin's program, and what it makes."""

    url: str
    http: httpx.Client

    def tenant(self) -> tuple[str, str]:
        """Add a tenant; return its id and name."""
        made = self.http.post("/api/tenants", json={"name": f"Meadow {uuid.uuid4().hex[:6]}"})
        tenant = made.json()["tenant"]
        return tenant["id"], tenant["name"]

    def user(self, tenant: str, role: str = "admin") -> str:
        """Add a user who has chosen a password; return the e-mail address."""
        email = f"user-{uuid.uuid4().hex[:8]}@meadow.example"
        body = {"email": email, "name": "Gesa Ortmann", "role": role, "tenant": tenant}
        token = self.http.post("/api/users", json=body).json()["link"]["url"].partition("#")[2]
        accepted = self.http.post(
            "/api/auth/link/accept", json={"token": token, "password": _PASSWORD}
        )
        assert accepted.status_code == 204, accepted.text
        return email

    def program(self, email: str) -> httpx.Client:
        """Sign that user in, elsewhere."""
        client = httpx.Client(base_url=self.url, timeout=20)
        body = {"email": email, "password": _PASSWORD}
        answer = client.post("/api/auth/sign-in", json=body)
        assert answer.status_code == 200, answer.text
        return client


@pytest.fixture(scope="module")
def staff(house: House) -> Iterator[Staff]:
    """Somebody who prepares what a test begins with."""
    with house.newcomer() as person:
        yield Staff(url=house.service.url, http=person.program())


@pytest.fixture
def page(house: House) -> Iterator[Page]:
    """A Super Admin's browser, with the users before them."""
    with house.newcomer() as person:
        yield person.sign_in("/admin/users")


@pytest.fixture
def users(page: Page) -> PeoplePage:
    """The page of the users, as a Super Admin sees it."""
    return PeoplePage(page, "users")


def _signs_in(house: House, page: Page, email: str, path: str) -> Page:
    return Person(url=house.service.url, email=email, password=_PASSWORD, page=page).sign_in(path)


def test_somebody_is_invited_and_comes_in(house: House, users: PeoplePage, staff: Staff) -> None:
    """What is missing is said at its field; the link is shown once, works, and the log knows."""
    _, tenant = staff.tenant()
    email = f"ines-{uuid.uuid4().hex[:6]}@meadow.example"
    page, dialog = users.open().page, users.dialog
    page.get_by_role("button", name="Invite user").click()
    expect(dialog.get_by_label("E-mail")).to_be_focused()
    dialog.get_by_role("button", name="Invite user").click()
    expect(dialog.get_by_text("Give an e-mail address.")).to_be_visible()
    expect(dialog.get_by_label("E-mail")).to_be_focused()
    dialog.get_by_label("E-mail").fill(email)
    dialog.get_by_label("Name").fill("Ines Vogel")
    dialog.get_by_label("Admin", exact=True).check()
    dialog.get_by_role("combobox", name="Tenant").click()
    page.get_by_role("option", name=tenant).click()
    dialog.get_by_role("button", name="Invite user").click()
    expect(dialog.get_by_role("button", name="Copy link")).to_be_focused()
    link = dialog.get_by_label("Link").input_value()
    assert link.startswith(f"{house.service.url}/admin/welcome#")
    dialog.get_by_role("button", name="Done").click()
    expect(page.get_by_role("button", name="Invite user")).to_be_focused()
    expect(users.row(email)).to_contain_text("Invited")
    assert users.entries("User invited", 2) == ["assign Role", "create User"]
    with house.browser() as theirs:
        theirs.goto(link)
        theirs.get_by_label("New password").fill(_PASSWORD)
        theirs.get_by_role("button", name="Set password").click()
        expect(theirs.get_by_text("Your password is set.")).to_be_visible()
        _signs_in(house, theirs, email, "/admin/users")
        expect(PeoplePage(theirs, "users").row(email)).to_contain_text("You")
    users.open(search=email)
    expect(users.row(email)).to_contain_text("Active")


def test_another_role_is_two_entries_and_ends_the_sessions(users: PeoplePage, staff: Staff) -> None:
    """The log opens at the role that was taken and the one that was given."""
    tenant, _ = staff.tenant()
    email = staff.user(tenant)
    theirs = staff.program(email)
    users.open(search=email).begin(email, "Change role")
    users.dialog.get_by_label("Viewer").check()
    users.finish("Change role", "Role changed")
    expect(users.row(email)).to_contain_text("Viewer")
    assert theirs.get("/api/auth/session").status_code == 401
    assert users.entries("Role changed", 2) == ["assign Role", "unassign Role"]


def test_a_disabled_user_is_out_until_enabled(users: PeoplePage, staff: Staff) -> None:
    """The dialog says how many sessions end; the row has the focus again, and says how it stands."""
    tenant, _ = staff.tenant()
    email = staff.user(tenant)
    theirs = staff.program(email)
    dialog = users.open(search=email).begin(email, "Disable")
    expect(dialog.get_by_text("Their session ends at once.")).to_be_visible()
    dialog.get_by_label("Reason").fill("Left the company")
    users.finish("Disable user", "User disabled")
    expect(users.row(email).get_by_role("button", name=f"Actions for {email}")).to_be_focused()
    expect(users.row(email)).to_contain_text("Disabled")
    assert theirs.get("/api/auth/session").status_code == 401
    users.begin(email, "Enable")
    users.finish("Enable user", "User enabled")
    expect(users.row(email)).to_contain_text("Active")
    assert staff.program(email).get("/api/auth/session").status_code == 200


def test_a_reset_link_leaves_the_password_until_it_is_used(users: PeoplePage, staff: Staff) -> None:
    """Escape takes the question back; a made link is shown, and the old password still counts."""
    tenant, _ = staff.tenant()
    email = staff.user(tenant)
    users.open(search=email).begin(email, "Password reset link")
    users.page.keyboard.press("Escape")
    expect(users.dialog).to_have_count(0)
    expect(users.row(email).get_by_role("button", name=f"Actions for {email}")).to_be_focused()
    users.begin(email, "Password reset link")
    users.dialog.get_by_role("button", name="Make link").click()
    link = users.dialog.get_by_label("Link").input_value()
    assert "/admin/welcome#" in link
    users.dialog.get_by_role("button", name="Done").click()
    expect(users.said("Reset link made")).to_be_visible()
    assert staff.program(email).get("/api/auth/session").status_code == 200


def test_all_sessions_of_a_user_end(users: PeoplePage, staff: Staff) -> None:
    """A reason is asked for; each is an entry; the row counts none any more."""
    tenant, _ = staff.tenant()
    email = staff.user(tenant)
    theirs = [staff.program(email) for _ in range(2)]
    dialog = users.open(search=email).begin(email, "Revoke all sessions")
    dialog.get_by_role("button", name="Revoke all sessions").click()
    expect(dialog.get_by_text("Give a reason of at least 3 characters.")).to_be_visible()
    dialog.get_by_label("Reason").fill("Password found in a paste")
    users.finish("Revoke all sessions", "Sessions revoked")
    expect(users.said("Sessions revoked")).to_contain_text("2 sessions")
    expect(users.row(email).locator("td[data-column=count]")).to_have_text("0")
    assert [each.get("/api/auth/session").status_code for each in theirs] == [401, 401]
    assert users.entries("Sessions revoked", 2) == ["revoke Session", "revoke Session"]


def test_filters_stand_in_the_address(users: PeoplePage, staff: Staff) -> None:
    """A chip clears each, nothing is found in words, and back leads back."""
    tenant, name = staff.tenant()
    admin, viewer = staff.user(tenant), staff.user(tenant, "viewer")
    users.open(tenant=tenant, role="viewer")
    expect(users.row(viewer)).to_be_visible()
    expect(users.row(admin)).to_have_count(0)
    page = users.page
    chips = page.get_by_role("list", name="Active filters").get_by_role("listitem")
    expect(chips).to_have_text([f"Tenant{name}", "RoleViewer"])
    page.get_by_role("button", name="Clear filter Role: Viewer").click()
    expect(users.row(admin)).to_be_visible()
    page.get_by_role("searchbox").fill("nobody of this name")
    expect(page.get_by_text("No user passes these filters")).to_be_visible()
    page.go_back()
    expect(users.rows).to_have_count(2)


def test_a_tenant_is_made_renamed_and_shut_out(page: Page, staff: Staff) -> None:
    """Its users' sessions end with it, and come back by signing in alone."""
    page.get_by_role("link", name="Tenants").click()
    tenants = PeoplePage(page, "tenants")
    name = f"Orchard {uuid.uuid4().hex[:6]}"
    page.get_by_role("button", name="New tenant").click()
    tenants.dialog.get_by_label("Name").fill(name)
    tenants.finish("Create tenant", "Tenant created")
    tenants.open(search=name).begin(name, "Rename")
    tenants.dialog.get_by_label("Name").fill(f"{name} Ltd")
    tenants.finish("Rename tenant", "Tenant renamed")
    row = tenants.row(f"{name} Ltd")
    expect(row).to_be_visible()
    email = staff.user(row.get_attribute("data-row") or "")
    theirs = staff.program(email)
    tenants.open(search=name).begin(name, "Disable")
    tenants.finish("Disable tenant", "Tenant disabled")
    expect(row).to_contain_text("Disabled")
    assert theirs.get("/api/auth/session").status_code == 401
    tenants.begin(name, "Enable")
    tenants.finish("Enable tenant", "Tenant enabled")
    assert theirs.get("/api/auth/session").status_code == 401
    assert staff.program(email).get("/api/auth/session").status_code == 200


def test_how_long_a_tenants_entries_are_kept(page: Page, staff: Staff) -> None:
    """It is seen and changed where the tenant is, with a warning before anything is lost by it."""
    tenant, name = staff.tenant()
    tenants = PeoplePage(page, "tenants").open(search=name, open=tenant)
    kept = page.locator("dt", has_text="Kept for").locator("xpath=following-sibling::dd")
    expect(kept).to_contain_text("400 days, the platform’s default")
    dialog = tenants.begin(name, "Retention")
    days = dialog.get_by_label("Days that entries are kept")
    days.fill("soon")
    expect(dialog).to_contain_text("A whole number from 1 to 36,500.")
    days.fill("30")
    expect(dialog.get_by_text("More is purged than before.")).to_be_visible()
    dialog.get_by_label("Legal hold").fill("Case 17")
    expect(dialog.get_by_text("More is purged than before.")).to_have_count(0)
    tenants.finish("Change retention", "Retention changed")
    expect(kept).to_contain_text("30 days; on hold, nothing is purged")
    found = staff.http.get(f"/api/tenants/{tenant}/retention").json()
    assert (found["days"], found["hold"]) == (30, "Case 17")


def test_all_sessions_of_a_tenant_end(page: Page, staff: Staff) -> None:
    """Whoever of its users is signed in is not any more."""
    tenant, name = staff.tenant()
    theirs = [staff.program(staff.user(tenant)) for _ in range(2)]
    tenants = PeoplePage(page, "tenants").open(search=name)
    tenants.begin(name, "Revoke all sessions").get_by_label("Reason").fill("Breach drill")
    tenants.finish("Revoke all sessions", "Sessions revoked")
    assert [each.get("/api/auth/session").status_code for each in theirs] == [401, 401]


def test_roles_say_what_they_allow_and_who_has_them(page: Page) -> None:
    """The count leads to the users who have it."""
    page.get_by_role("link", name="Roles").click()
    row = page.locator("tr[data-row=viewer]")
    row.locator("button[data-expander]").click()
    allowed = page.get_by_role("list", name="What it allows").get_by_role("listitem")
    expect(allowed).to_have_text(["Manage the own account", "See the settings"])
    page.locator("tr[data-row=super_admin]").get_by_role("button", name=re.compile("user")).click()
    expect(page).to_have_url(re.compile(r"/admin/users\?role=super_admin$"))
    expect(PeoplePage(page, "users").rows.first).to_contain_text("Super Admin")


def test_an_admin_governs_one_tenant(house: House, staff: Staff) -> None:
    """Own people alone, roles up to Admin, nothing of tenants, and nobody to assume."""
    tenant, _ = staff.tenant()
    other, _ = staff.tenant()
    email, colleague, stranger = staff.user(tenant), staff.user(tenant), staff.user(other)
    with house.browser() as page:
        _signs_in(house, page, email, "/admin/users")
        users = PeoplePage(page, "users")
        expect(users.rows).to_have_count(2)
        expect(users.row(stranger)).to_have_count(0)
        users.row(colleague).get_by_role("button", name=f"Actions for {colleague}").click()
        expect(page.get_by_role("menuitem", name="Edit")).to_be_visible()
        expect(page.get_by_role("menuitem", name="Assume identity")).to_have_count(0)
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Invite user").click()
        expect(users.dialog.get_by_role("radio")).to_have_count(2)
        expect(users.dialog.get_by_label("Super Admin")).to_have_count(0)
        expect(users.dialog.get_by_label("Tenant")).to_have_count(0)
        page.keyboard.press("Escape")
        expect(page.get_by_role("link", name="Tenants")).to_have_count(0)
        found = {path: page.goto(f"/admin/{path}") for path in ("users", "roles", "tenants")}
        assert [each and each.status for each in found.values()] == [200, 200, 404]
        expect(page.get_by_role("heading", name="Page not found")).to_be_visible()


def test_a_viewer_gets_none_of_these_pages(house: House, staff: Staff) -> None:
    """They are absent, and the frame does not name them."""
    tenant, _ = staff.tenant()
    email = staff.user(tenant, "viewer")
    with house.browser() as page:
        _signs_in(house, page, email, "/admin/account")
        expect(page.get_by_role("navigation", name="Main")).to_have_count(0)
        for path in ("users", "roles", "tenants"):
            answer = page.goto(f"/admin/{path}")
            assert answer is not None
            assert answer.status == 404
            expect(page.get_by_role("heading", name="Page not found")).to_be_visible()

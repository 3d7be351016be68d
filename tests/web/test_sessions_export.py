"""The export of sessions: a table that is safe to open, and an entry about it."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest

from indelible.core.activity import Action
from indelible.identity.session_table import HEADINGS
from tests.web.conftest import PASSWORD, Platform

pytestmark = pytest.mark.database


async def exported(platform: Platform, who: str, **asked: str) -> list[dict[str, str]]:
    """Export as somebody; return the rows as a spreadsheet would read them."""
    answer = await platform.get(who, "/api/sessions/export", **asked)
    assert answer.status_code == 200, answer.text
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    [table] = archive.namelist()
    name = table.removesuffix(".csv")
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}.zip"'
    assert name.startswith("sessions-20")
    text = archive.read(table).decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert answer.headers["x-row-count"] == str(len(rows))
    assert text.endswith("\r\n")
    return rows


async def listed(platform: Platform, who: str, **asked: str) -> list[dict]:
    """Return the rows of the first page."""
    return (await platform.get(who, "/api/sessions", limit=200, **asked)).json()["items"]


async def test_rows(platform: Platform) -> None:
    """The table says what the page says, cell by cell; nothing in it is a formula."""
    agent = '=HYPERLINK("http://evil.example","x")'
    browser = platform.client(**{"User-Agent": agent})
    answer = await browser.post(
        "/api/auth/sign-in", json={"email": "acme.viewer@platform.test", "password": PASSWORD}
    )
    id_ = answer.json()["session"]["id"]
    revoked = await platform.people["acme.admin"].post(
        f"/api/sessions/{id_}/revoke", json={"reason": "@SUM(1), so"}
    )
    assert revoked.status_code == 200, revoked.text
    [row] = await listed(platform, "acme.admin", search="hyperlink")
    [cells] = await exported(platform, "acme.admin", search="hyperlink", status="revoked")
    assert tuple(cells) == HEADINGS
    assert cells["User agent"] == f"'{agent}"
    assert cells["Reason"] == "'@SUM(1), so"
    assert (cells["Session"], cells["Status"]) == (id_, "revoked")
    assert (cells["Tenant"], cells["Tenant name"]) == (platform.tenants["acme"], "acme")
    assert cells["User"] == "acme.viewer@platform.test"
    assert (cells["Role"], cells["IP address"]) == ("viewer", "203.0.113.7")
    for heading, field in (
        ("Created", "createdAt"),
        ("Expires", "expiresAt"),
        ("Ended", "endedAt"),
    ):
        assert cells[heading][:19] == row[field][:19]
    assert cells["Revoked by"] == "acme.admin@platform.test"
    assert "token" not in " ".join(HEADINGS).lower()


async def test_the_same_filter_as_the_page(platform: Platform) -> None:
    """Every filter does to the table what it does to the page."""
    user = (await listed(platform, "root", search="bolt.admin"))[0]["user"]["id"]
    for asked in (
        {},
        {"search": "VIEWER"},
        {"status": "active"},
        {"status": "ended"},
        {"tenant": platform.tenants["bolt"]},
        {"user": user},
    ):
        rows = await exported(platform, "root", **asked)
        page = await listed(platform, "root", **asked)
        assert [row["Session"] for row in rows] == [row["id"] for row in page]


async def test_own_tenant_only(platform: Platform) -> None:
    """An Admin takes away its own tenant's sessions, whatever it asks for."""
    acme, bolt = platform.tenants["acme"], platform.tenants["bolt"]
    assert {row["Tenant"] for row in await exported(platform, "acme.admin")} == {acme}
    assert await exported(platform, "acme.admin", tenant=bolt) == []


async def test_recorded(platform: Platform) -> None:
    """The export is an entry: who took what, how many rows."""
    rows = await exported(platform, "acme.admin", status="active")
    entry = await platform.newest()
    assert (entry.action, entry.resource.type) == (Action.EXPORT, "session")
    assert entry.resource.id == entry.tenant == platform.tenants["acme"]
    assert entry.payload == {"filter": {"status": "active"}, "rows": len(rows)}
    assert entry.request.route == "/api/sessions/export"
    await exported(platform, "root")
    entry = await platform.newest()
    assert (entry.resource.id, entry.tenant) == ("all", None)


@pytest.mark.parametrize(("who", "status"), [("acme.viewer", 403), ("nobody", 401)])
async def test_who_may_not(platform: Platform, who: str, status: int) -> None:
    """Viewers and strangers take nothing away."""
    assert (await platform.get(who, "/api/sessions/export")).status_code == status


async def test_refused(platform: Platform) -> None:
    """No other site's link causes an export, and no unknown parameter is ignored."""
    answer = await platform.people["root"].get(
        "/api/sessions/export", headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403
    assert (await platform.get("root", "/api/sessions/export", limit="5")).status_code == 422

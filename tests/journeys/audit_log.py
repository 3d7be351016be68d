"""The audit log page as a person sees it: by roles, labels and words."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlencode, urlsplit

from playwright.sync_api import Locator, Page, expect

PATH = "/admin/audit-log"


class AuditLog:
    """The Activity tab of one browser page."""

    def __init__(self, page: Page) -> None:
        """Look at *page*."""
        self.page = page
        self.table = page.get_by_role("table", name=re.compile("^Activity, newest first"))
        self.rows = self.table.locator("tbody > tr").filter(
            has=page.locator("button[data-expander]")
        )
        self.filters = page.get_by_role("search", name="Filter entries")
        self.chips = page.get_by_role("list", name="Active filters").get_by_role("listitem")
        self.count = page.get_by_role("heading", name=re.compile(r"^[\d,]+ (entry|entries)$"))
        self.place = page.get_by_role("navigation", name="Pages").get_by_role("status")
        self.page_field = page.get_by_role("textbox", name="Page", exact=True)
        self.export = page.get_by_role("button", name=re.compile("^Export"))

    def open(self, **search: str) -> AuditLog:
        """Go to the page with these search parameters; return when the answer stands there."""
        query = f"?{urlencode(search)}" if search else ""
        self.page.goto(f"{PATH}{query}")
        return self.settled()

    def settled(self) -> AuditLog:
        """Wait until rows and count are those of the address."""
        expect(self.count).to_be_visible()
        expect(self.page.locator("[data-old]")).to_have_count(0)
        return self

    @property
    def search(self) -> dict[str, str]:
        """What the address bar holds."""
        held = parse_qs(urlsplit(self.page.url).query, keep_blank_values=True)
        return {key: values[0] for key, values in held.items()}

    def shows(self, entries: int) -> None:
        """Expect this many entries to pass the filters."""
        words = "1 entry" if entries == 1 else f"{entries:,} entries"
        expect(self.page.get_by_role("heading", name=words, exact=True)).to_be_visible()
        expect(self.page.locator("[data-old]")).to_have_count(0)
        expect(self.rows).to_have_count(min(entries, 20))

    def cells(self, column: str) -> list[str]:
        """Texts of a column of the rows on screen."""
        return self.rows.locator(f"td[data-column={column}]").all_inner_texts()

    def choose(self, label: str, option: str) -> None:
        """Choose from one of the filters."""
        self.filters.get_by_role("combobox", name=label).click()
        self.page.get_by_role("option", name=option, exact=True).click()

    def find(self, text: str) -> None:
        """Type into the search field."""
        self.filters.get_by_role("searchbox", name="Search").fill(text)

    def within(self, preset: str) -> None:
        """Choose a preset of the time range."""
        self.filters.get_by_role("button", name=re.compile("^Time range")).click()
        self.page.get_by_role("button", name=preset, exact=True).click()

    def expand(self, row: Locator) -> Locator:
        """Press a row's button; return its details, loaded."""
        row.locator("button[data-expander]").click()
        return self.details(row)

    def details(self, row: Locator) -> Locator:
        """The details below an open row, loaded."""
        below = row.locator("xpath=following-sibling::tr[1]")
        region = below.get_by_role("region", name=re.compile("^Details of entry"))
        expect(region.get_by_text("Leaf hash")).to_be_visible()
        return region

    def fact(self, details: Locator, label: str) -> Locator:
        """The value beside *label* in an open row."""
        term = details.get_by_label("Facts").locator("dt").get_by_text(label, exact=True)
        return term.locator("xpath=following-sibling::dd[1]")

    def refresh(self) -> None:
        """Press the button that asks again; return when the answer is here."""
        with self.page.expect_response(re.compile(r"/api/activity\?")):
            self.page.get_by_role("button", name="Refresh now").click()
        self.settled()

"""The pages of users and tenants as a person sees them: by roles, labels and words."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, expect


class PeoplePage:
    """The table of users, or that of tenants, in one browser page."""

    def __init__(self, page: Page, what: str) -> None:
        """Look at *page*; *what* is ``users`` or ``tenants``."""
        self.page = page
        self._path = f"/admin/{what}"
        self.rows = page.locator("tr[data-row]")
        self.dialog = page.get_by_role("dialog")

    def open(self, **search: str) -> PeoplePage:
        """Go to the page; return when its rows are there."""
        self.page.goto(f"{self._path}?{urlencode(search)}")
        expect(self.rows.first).to_be_visible()
        return self

    def row(self, text: str) -> Locator:
        """The row that says *text*."""
        return self.rows.filter(has_text=text)

    def begin(self, text: str, item: str) -> Locator:
        """Choose from the menu of the row that says *text*; return the dialog."""
        self.row(text).get_by_role("button", name=re.compile("^Actions for ")).click()
        self.page.get_by_role("menuitem", name=item).click()
        expect(self.dialog).to_be_visible()
        return self.dialog

    def finish(self, button: str, said: str) -> None:
        """Press the button of the dialog that does it; expect the page to say so."""
        self.dialog.get_by_role("button", name=button, exact=True).click()
        expect(self.said(said)).to_be_visible()
        expect(self.dialog).to_have_count(0)

    def said(self, title: str) -> Locator:
        """What the page says about a change."""
        return self.page.get_by_role("alert").filter(has_text=title)

    def entries(self, said: str, count: int) -> list[str]:
        """Follow what the page said to the log; return actions and types of the open entries."""
        self.said(said).get_by_role("button", name="View in audit log").click()
        details = self.page.get_by_role("region", name=re.compile("^Details of entry"))
        expect(details).to_have_count(count)
        labels = [each.get_attribute("aria-label") or "" for each in details.all()]
        return sorted(label.partition(", ")[2] for label in labels)

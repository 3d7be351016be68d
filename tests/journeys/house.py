"""An installation of one's own, and the people who sign in to it with a browser and an app."""

from __future__ import annotations

import base64
import re
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
from playwright.sync_api import Browser, BrowserContext, Page, expect

from indelible.identity.totp import SECONDS, code_at
from tests.journeys.service import Service


@dataclass(kw_only=True)
class Authenticator:
    """The app on somebody's phone, which knows the key that it was told."""

    key: str
    _last: int = field(default=0, init=False)

    @classmethod
    def beside(cls, page: Page) -> Self:
        """Add the account of the key that *page* shows."""
        shown = page.locator("code").filter(has_text=re.compile(r"^[A-Z2-7 ]{32,}$"))
        return cls(key=shown.inner_text().replace(" ", ""))

    def code(self) -> str:
        """Show a code that was not shown before; each is taken once."""
        step = max(int(time.time()) // SECONDS, self._last + 1)
        # The server takes a code half a minute early, and no earlier.
        time.sleep(max(0.0, (step - 1) * SECONDS - time.time()))
        self._last = step
        return code_at(base64.b32decode(self.key), step * SECONDS)


@dataclass(kw_only=True)
class Person:
    """A Super Admin of the house, before a browser of their own."""

    url: str
    email: str
    password: str
    page: Page

    def give_password(self, path: str = "/admin/") -> None:
        """Do the first step of signing in, on the way to *path*."""
        self.page.goto(path)
        self.page.get_by_label("E-mail").fill(self.email)
        self.page.get_by_label("Password", exact=True).fill(self.password)
        self.page.get_by_role("button", name="Sign in").click()

    def sign_in(self, path: str = "/admin/audit-log") -> Page:
        """Sign in by the password alone; return the page at *path*."""
        self.give_password(path)
        expect(self.page.get_by_role("button", name=re.compile("^Account: "))).to_be_visible()
        return self.page

    def enrol(self, path: str = "/admin/audit-log") -> tuple[Authenticator, list[str]]:
        """Sign in for the first time where a second factor is asked for; return app and codes."""
        self.give_password(path)
        self.page.get_by_role("button", name="Begin").click()
        app = Authenticator.beside(self.page)
        self.page.get_by_label("Six-digit code").fill(app.code())
        codes = self.page.get_by_role("list", name="Recovery codes").get_by_role("listitem")
        expect(codes).to_have_count(10)
        shown = codes.all_inner_texts()
        self.page.get_by_role("button", name="I have kept them").click()
        expect(self.page.get_by_role("button", name=re.compile("^Account: "))).to_be_visible()
        return app, shown

    def program(self, code: str | None = None) -> httpx.Client:
        """Sign in as a program, from elsewhere."""
        client = httpx.Client(base_url=self.url, timeout=20, headers={"User-Agent": "curl/8.5.0"})
        body = {"email": self.email, "password": self.password} | ({"code": code} if code else {})
        answer = client.post("/api/auth/sign-in", json=body)
        assert answer.status_code == 200, answer.text
        client.headers["X-CSRF-Token"] = answer.json()["csrf"]
        return client


class House:
    """A running service; a context manager that starts it and leaves nothing behind."""

    def __init__(self, data: Path, browser: Browser, *, second_factor: bool) -> None:
        """Take where it lives, and whether Super Admins have to have a second factor."""
        rule = "true" if second_factor else "false"
        self.service = Service(data, INDELIBLE_SUPER_ADMIN_SECOND_FACTOR=rule)
        self._browser = browser

    def __enter__(self) -> Self:
        """Start it."""
        self.service.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        """Stop it."""
        self.service.remove()

    @contextmanager
    def newcomer(self, **how: Any) -> Iterator[Person]:
        """Make a Super Admin and open their browser, in which nothing may go wrong unseen."""
        email = f"person-{uuid.uuid4().hex[:8]}@house.example"
        made = ("admin", "create", "--email", email, "--name", "Nora Quist", "--generate")
        password = self.service.command(*made).split()[-1]
        with self.browser(**how) as page:
            yield Person(url=self.service.url, email=email, password=password, page=page)

    @contextmanager
    def browser(self, **how: Any) -> Iterator[Page]:
        """Open a browser where nobody is signed in."""
        how = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB"} | how
        context: BrowserContext = self._browser.new_context(base_url=self.service.url, **how)
        context.set_default_timeout(10_000)
        faults: list[str] = []
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "console",
            lambda said: (
                faults.append(said.text)
                if said.type == "error" and "Failed to load resource" not in said.text
                else None
            ),
        )
        yield page
        context.close()
        assert faults == []

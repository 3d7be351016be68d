"""A running demo and a real browser before it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from indelible.core.activity import BUILT_IN_RESOURCE_TYPES, Action
from tests import browser as chromium
from tests.journeys.audit_log import AuditLog
from tests.journeys.demo import Demo
from tests.journeys.known_log import KnownLog

_ROOT = Path(__file__).resolve().parents[2]
_CONSOLE = _ROOT / "src/indelible/web/static/index.html"
_RATE = 8.0
_FRESH = 300.0  # half of what step-up allows: a journey takes its time

Visit = Callable[..., Page]

expect.set_options(timeout=15_000)  # a busy machine; what comes sooner is not waited for

# Everything here lives as long as this folder's tests, which its __init__.py makes a package:
# Playwright keeps a running event loop in the thread, and the asynchronous tests of other folders
# could not start theirs.


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo. Its administrators stand still, so that rows don't move under a test's eyes."""
    with Demo(tmp_path_factory.mktemp("demo") / "var", rate=_RATE) as demo:
        demo.pause()
        yield demo


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium, without a window."""
    path = chromium.find()
    if path is None:
        pytest.skip("no Chromium on this machine (python -m tests.browser --install)")
    if not _CONSOLE.exists():
        pytest.skip("the console is not built (make console)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(chromium.ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def sessions(demo: Demo) -> Callable[..., httpx.Client]:
    """Signs an account in, and returns that session for as long as it counts as freshly proved."""
    held: dict[str, tuple[float, httpx.Client]] = {}

    def session(role: str = "super_admin", tenant: str | None = None) -> httpx.Client:
        account = demo.account(role, tenant)
        since, client = held.get(account["email"], (-_FRESH, None))
        if client is None or time.monotonic() - since >= _FRESH:
            client = demo.sign_in(account)
            held[account["email"]] = (time.monotonic(), client)
        return client

    return session


@pytest.fixture(scope="package")
def api(sessions: Callable[..., httpx.Client]) -> httpx.Client:
    """The Super Admin's session, for a program."""
    return sessions()


@pytest.fixture(scope="package")
def first_minute(demo: Demo, api: httpx.Client) -> set[tuple[str, str]]:
    """Lets the administrators work until every action and type came about; returns what did not."""
    missing = {("action", each.value) for each in Action}
    missing |= {("resource_type", each) for each in BUILT_IN_RESOURCE_TYPES}
    missing |= {("status", "failure")}
    deadline = time.monotonic() + 60
    with demo.at_work():
        while missing and time.monotonic() < deadline:
            for name, value in sorted(missing):
                # All of the demo's accounts, and none of a known log's people, are at .example.
                where = {"search": ".example", "status": "success", name: value, "limit": "1"}
                if api.get("/api/activity", params=where).json()["total"]:
                    missing.discard((name, value))
            time.sleep(0.2)
    return missing


@pytest.fixture(scope="package")
def reporter(demo: Demo) -> httpx.Client:
    """A service with an API key of the platform."""
    key = demo.command("keys", "create", "--platform")
    return httpx.Client(base_url=demo.url, timeout=20, headers={"Authorization": f"Bearer {key}"})


@pytest.fixture(scope="package")
def known(demo: Demo, reporter: httpx.Client) -> KnownLog:
    """A tenant whose every entry a test knows."""
    return KnownLog.record(demo, reporter, "Journey Freight")


@pytest.fixture
def visit(demo: Demo, browser: Browser, sessions: Callable[..., httpx.Client]) -> Iterator[Visit]:
    """Opens a browser of its own, signed in as a role or as nobody.

    At the end no page may have thrown, and none may have been refused by its own content policy.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(role: str | None = None, tenant: str | None = None, **how: Any) -> Page:
        cookies = [] if role is None else _cookies(sessions(role, tenant), demo.url)
        how = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB"} | how
        context = browser.new_context(
            base_url=demo.url, storage_state={"cookies": cookies, "origins": []}, **how
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        # A refused or broken request is reported as an error too; tests cause those on purpose.
        page.on(
            "console",
            lambda said: (
                faults.append(said.text)
                if said.type == "error" and "Failed to load resource" not in said.text
                else None
            ),
        )
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def page(visit: Visit) -> Page:
    """A browser page, signed in as Super Admin."""
    return visit("super_admin")


@pytest.fixture
def log(page: Page) -> AuditLog:
    """The audit log as the Super Admin sees it."""
    return AuditLog(page)


@pytest.fixture
def known_log(log: AuditLog, known: KnownLog) -> AuditLog:
    """The audit log, filtered by the tenant whose every entry is known."""
    return log.open(tenant=known.tenant)


def _cookies(session: httpx.Client, url: str) -> list[Any]:
    host = urlsplit(url).hostname
    return [
        {"name": each.name, "value": each.value, "domain": host, "path": "/", "expires": -1,
         "httpOnly": True, "secure": False, "sameSite": "Lax"}
        for each in session.cookies.jar
    ]  # fmt: skip

"""Proofs in the browser: the badge on an open row, the way behind it, the page about integrity."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.journeys.audit_log import AuditLog
from tests.journeys.conftest import Visit
from tests.journeys.demo import Demo
from tests.journeys.known_log import KnownLog

pytestmark = [pytest.mark.browser, pytest.mark.database]

_SECONDS = 30_000  # published every 5 s, then cosigned


def _badge(details: Locator, name: str) -> Locator:
    return details.get_by_role("button", name=name, exact=True)


def test_an_open_row_is_proved_up_to_the_witness(known_log: AuditLog) -> None:
    """The badge says what this browser found; behind it stands the way, step by step."""
    details = known_log.expand(known_log.rows.first)
    badge = _badge(details, "Proved and witnessed")
    expect(badge).to_be_visible(timeout=_SECONDS)
    badge.click()
    proof = known_log.page.get_by_role("dialog", name=re.compile("^Proof of entry"))
    steps = proof.get_by_role("heading", level=3)
    expect(steps).to_have_count(5)
    expect(proof.get_by_label("Not yet")).to_have_count(0)
    expect(proof).to_contain_text("witness.edge-platform.example")
    expect(proof).to_contain_text("This browser expects it since")


def test_the_proof_is_taken_away_and_verified(
    known_log: AuditLog, api: httpx.Client, tmp_path: Path
) -> None:
    """What the page offers to download is what the command line verifies, by a known key."""
    details = known_log.expand(known_log.rows.nth(3))
    badge = _badge(details, "Proved and witnessed")
    expect(badge).to_be_visible(timeout=_SECONDS)
    badge.click()
    with known_log.page.expect_download() as download:
        known_log.page.get_by_role("link", name="Download proof").click()
    file = tmp_path / download.value.suggested_filename
    assert file.name.endswith(".evidence.json")
    download.value.save_as(file)
    key = api.get("/api/integrity").json()["keys"][-1]["key"]
    told = _verify(file, key, status=0)
    assert "unchanged" in told
    assert "witness.edge-platform.example" in told
    evidence = json.loads(file.read_text())
    evidence["entry"] = evidence["entry"].replace("A", "B", 1)
    file.write_text(json.dumps(evidence, separators=(",", ":")))
    _verify(file, key, status=1)


def _verify(file: Path, key: str, *, status: int) -> str:
    command = Path(sys.executable).with_name("indelible")
    done = subprocess.run(
        [command, "verify", str(file), "--key", key],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def test_a_row_that_says_something_else_is_told(visit: Visit, known: KnownLog) -> None:
    """A server that shows another name than was recorded is found out by the page."""
    page = visit("super_admin")

    def lie(route: Route) -> None:
        answer = route.fetch()
        said = answer.json()
        said["actor"]["email"] = "somebody.else@freight.test"
        route.fulfill(response=answer, json=said)

    page.route(re.compile(r"/api/activity/[0-9a-f-]{36}$"), lie)
    log = AuditLog(page).open(tenant=known.tenant)
    details = log.expand(log.rows.first)
    badge = _badge(details, "Proof does not hold")
    expect(badge).to_be_visible(timeout=_SECONDS)
    badge.click()
    alert = page.get_by_role("dialog").get_by_role("alert")
    expect(alert).to_contain_text("user's e-mail address")


def test_another_key_is_not_taken_without_a_word(visit: Visit, known: KnownLog) -> None:
    """A browser that knows another key says so, and takes the new one only when told to."""
    page = visit("super_admin")
    log = AuditLog(page).open(tenant=known.tenant)
    details = log.expand(log.rows.first)
    expect(_badge(details, "Proved and witnessed")).to_be_visible(timeout=_SECONDS)
    page.evaluate(
        """() => {
            const pins = JSON.parse(localStorage.getItem("indelible.pins"));
            for (const pin of Object.values(pins)) pin.publicKey = "A".repeat(43) + "=";
            localStorage.setItem("indelible.pins", JSON.stringify(pins));
        }"""
    )
    log.open(tenant=known.tenant)
    details = log.expand(log.rows.first)
    _badge(details, "Signed by an unknown key").click(timeout=_SECONDS)
    page.get_by_role("button", name=re.compile("expect this key from now on")).click()
    page.get_by_role("button", name="Close").click()
    expect(_badge(details, "Proved and witnessed")).to_be_visible()


def test_the_integrity_page_tells_how_the_logs_stand(page: Page, api: httpx.Client) -> None:
    """Root checkpoints with their cosignatures, the witness, each log, the key."""
    page.goto("/admin/audit-log")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Integrity").click()
    expect(page.get_by_role("heading", level=1, name="Integrity")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Nothing here contradicts itself.")
    roots = page.get_by_role("table", name="Newest checkpoints of the root log")
    expect(roots.get_by_text("Witnessed", exact=True).first).to_be_visible(timeout=_SECONDS)
    witnesses = page.get_by_role("table", name="Witnesses")
    expect(witnesses.get_by_role("row", name=re.compile("witness.edge-platform"))).to_contain_text(
        "Cosigns"
    )
    logs = page.get_by_role("table", name="Logs")
    expect(logs.get_by_role("row", name=re.compile("^Platform"))).to_be_visible()
    said = api.get("/api/integrity").json()
    print_ = said["keys"][-1]["fingerprint"]
    expect(page.locator("code", has_text=print_[:4])).to_contain_text(f"{print_[:4]} {print_[4:8]}")


def test_the_last_check_is_shown(page: Page, demo: Demo) -> None:
    """What `indelible check` found stands on the page about integrity."""
    demo.command("check")
    page.goto("/admin/integrity")
    card = page.get_by_role("region", name="Last check")
    expect(card.get_by_text("Everything held")).to_be_visible()


def test_a_root_log_that_went_back_is_told(page: Page) -> None:
    """A browser remembers how far the root log was, and accuses one that is shorter."""
    page.goto("/admin/integrity")
    expect(page.get_by_role("main")).to_contain_text("Nothing here contradicts itself.")
    page.evaluate(
        """() => {
            const seen = JSON.parse(localStorage.getItem("indelible.root-seen"));
            for (const each of Object.values(seen)) each.size += 1000000;
            localStorage.setItem("indelible.root-seen", JSON.stringify(seen));
        }"""
    )
    page.reload()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("The root log is not the one that this browser saw.")


def test_an_admin_sees_the_own_log(visit: Visit) -> None:
    """A tenant's Admin sees the root log and the own log, and no other tenant's size."""
    page = visit("admin", "Northwind Logistics")
    page.goto("/admin/integrity")
    logs = page.get_by_role("table", name="Logs")
    expect(logs.locator("tbody tr")).to_have_count(1)
    expect(page.get_by_role("heading", name="Last check")).to_have_count(0)

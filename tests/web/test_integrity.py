"""How the logs stand, over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from indelible.ledger.integrity import PastCheck
from tests.web.conftest import an_activity

pytestmark = pytest.mark.database

STARTED = datetime(2026, 11, 23, 10, tzinfo=UTC)


async def test_heads_and_keys_are_told(platform):
    """A Super Admin sees every log with its head, and the key that signs."""
    await platform.report("acme", an_activity())
    body = (await platform.get("root", "/api/integrity")).json()
    logs = {each["tenant"]: each for each in body["logs"]}
    assert {None, *platform.tenants.values()} <= set(logs)
    acme = logs[platform.tenants["acme"]]
    assert acme["size"] > 0
    assert len(acme["root"]) == 64
    assert acme["published"] <= acme["size"]
    assert body["origin"].endswith("/root")
    assert body["keys"][-1]["key"].startswith(body["origin"] + "+")
    assert body["quorum"] == 0
    assert body["witnesses"] == []


async def test_an_admin_sees_the_own_log_alone(platform):
    """Whose other logs there are, how large they are and what a check of them found is not told."""
    await platform.services.integrity.store.keep(_check(found=0))
    body = (await platform.get("acme.admin", "/api/integrity")).json()
    assert [each["tenant"] for each in body["logs"]] == [platform.tenants["acme"]]
    assert body["lastCheck"] is None


async def test_the_last_check_is_told(platform):
    """The page says what the last check found, and that it holds only where nothing was."""
    store = platform.services.integrity.store
    await store.keep(_check(found=0))
    body = (await platform.get("root", "/api/integrity")).json()
    assert body["lastCheck"]["holds"]
    await store.keep(_check(found=2, minutes=1, findings=["a: b", "a: c"]))
    check = (await platform.get("root", "/api/integrity")).json()["lastCheck"]
    assert (check["holds"], check["found"], check["findings"]) == (False, 2, ["a: b", "a: c"])


async def test_viewers_and_strangers_are_refused(platform):
    """Who may not read the log learns nothing of it here either."""
    assert (await platform.get("acme.viewer", "/api/integrity")).status_code == 403
    assert (await platform.get("nobody", "/api/integrity")).status_code == 401


def _check(*, found: int, minutes: int = 0, findings: list[str] | None = None) -> PastCheck:
    started = STARTED + timedelta(minutes=minutes)
    return PastCheck(started, started + timedelta(seconds=3), 3, 500, found, findings or [])

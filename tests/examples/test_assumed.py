"""A Super Admin who acts as a tenant's Admin in the platform: both stand in every entry."""

from __future__ import annotations

import pytest

from tests.examples.test_requests import NORTHWIND, House, an_edge, house

pytestmark = pytest.mark.database

__all__ = ["house"]


async def test_what_is_done_as_somebody_else(house: House) -> None:
    """What is changed in the platform names who acted as whom, in the row and in the details."""
    root, admin = await house.sign_in("super_admin"), await house.sign_in("admin", NORTHWIND)
    user = (await admin.http.get("/api/auth/session")).json()["user"]
    body = {"user": user["id"], "reason": "Ticket 4711"}
    answer = await root.http.post("/api/assume", json=body)
    assert answer.status_code == 200, answer.text
    root.http.headers["X-CSRF-Token"] = answer.json()["csrf"]
    edge = await an_edge(root)
    stopped = await root.http.post("/api/assume/stop", json={})
    assert stopped.status_code == 200, stopped.text
    entry = await admin.latest(resource=edge["id"], assumed="true")
    assert entry["actor"]["email"] == user["email"]
    assert entry["assumedBy"]["email"] == stopped.json()["user"]["email"]
    assert entry["payload"]["assumedBy"]["id"] == stopped.json()["user"]["id"]
    assert entry["session"] == answer.json()["session"]["id"]
    found = await admin.rows(search=stopped.json()["user"]["email"])
    assert edge["id"] in {row["resource"]["id"] for row in found}

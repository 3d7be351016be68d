"""A tenant whose log holds what a test wrote there, and nothing else."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import httpx

from indelible.core.activity import BUILT_IN_RESOURCE_TYPES, Action
from tests.journeys.demo import Demo

ENTRIES = 46
"""Forty-five that are recorded, and the first of all: that the tenant was made."""
_BATCHES = 3


@dataclass(frozen=True)
class KnownLog:
    """The tenant, and a client that records into its log.

    Attributes:
        name: the tenant's.
        tenant: its id.
        recorded: the activities of the start, oldest first.
    """

    name: str
    tenant: str
    client: httpx.Client
    recorded: Sequence[dict[str, Any]]

    @classmethod
    def record(cls, demo: Demo, reporter: httpx.Client, name: str) -> Self:
        """Make the tenant and record forty-five activities, in three seconds."""
        tenant = demo.command("tenants", "create", name)
        known = cls(name, tenant, reporter, [_activity(number) for number in range(ENTRIES - 1)])
        size = len(known.recorded) // _BATCHES
        for start in range(0, len(known.recorded), size):
            if start:
                time.sleep(1.1)  # so that they spread over bars and bounds of a second
            known.add(*known.recorded[start : start + size])
        return known

    def add(self, *activities: dict[str, Any]) -> list[dict[str, Any]]:
        """Record more and return their receipts."""
        placed = [{"tenant": self.tenant, **activity} for activity in activities]
        answer = self.client.post("/api/activity", json={"activities": placed})
        assert answer.status_code == 201, answer.text
        receipts: list[dict[str, Any]] = answer.json()["receipts"]
        return receipts


def _activity(number: int) -> dict[str, Any]:
    person = number % 3
    kind = BUILT_IN_RESOURCE_TYPES[number % len(BUILT_IN_RESOURCE_TYPES)]
    failed = number % 9 == 4
    return {
        "actor": {
            "id": f"freighter-{person}",
            "email": f"freighter{person}@freight.test",
            "name": f"Freighter {person}",
        },
        "action": list(Action)[number % len(Action)],
        "resource": {"type": kind, "id": f"{kind}-{number:05}", "name": f"Wagon {number:02}"},
        "status": "failure" if failed else "success",
        "session": f"session-{number % 5}",
        "client": {"ip": f"198.51.100.{10 + number % 4}", "userAgent": "freight/1.0"},
        "request": {
            "id": f"request-{number}",
            "method": "POST",
            "route": "/wagons/{id}",
            "path": f"/wagons/{number}?dry=1",
            "status": 409 if failed else 200,
        },
        "payload": {"load": number, "couplingPassword": "never shown"},
        "changes": {"load": {"before": number - 1, "after": number}},
    }


def an_activity(name: str, **fields: Any) -> dict[str, Any]:
    """One more activity, on an edge of this name."""
    actor = {"id": "freighter-0", "email": "freighter0@freight.test"}
    edge = {"type": "edge", "id": f"edge-of-{name[:40]}", "name": name}
    return {"actor": actor, "action": "update", "resource": edge, **fields}

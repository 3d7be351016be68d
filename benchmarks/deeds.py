"""What is sent with each kind of change, and what it changes: 100 to 400 bytes of JSON."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from benchmarks.population import CITIES
from indelible.core.activity import Action, Resource

_MODELS = ("er-100", "er-200", "er-400")

Tell = Callable[[random.Random, Resource, Action], tuple[dict[str, Any], dict[str, Any] | None]]
"""Returns what was sent and what it changed."""


def _edge(draw: random.Random, thing: Resource, action: Action) -> tuple[Any, Any]:
    if action is Action.SYNC:
        return {
            "devices": draw.randrange(1, 60),
            "configuration": f"{draw.getrandbits(64):016x}",
            "milliseconds": draw.randrange(80, 4_000),
            "difference": {
                "removed": [f"interface wg0 listen {draw.randrange(50_000, 52_000)}"],
                "added": [f"interface wg0 listen {draw.randrange(50_000, 52_000)}"],
            },
        }, None
    if action is Action.EXPORT:
        return {"format": "csv", "rows": draw.randrange(5, 4_000)}, None
    city, room = draw.choice(CITIES).title(), draw.randrange(1, 60)
    sent = {
        "name": thing.name,
        "site": f"{city}, room {room}",
        "model": draw.choice(_MODELS),
        "templateId": f"{draw.getrandbits(32):08x}",
    }
    was = {"site": f"{city}, room {room + 1}", "model": draw.choice(_MODELS)}
    return sent, _changed(action, was, sent)


def _connector(draw: random.Random, thing: Resource, action: Action) -> tuple[Any, Any]:
    serial = f"{draw.getrandbits(80):020x}"
    if action is Action.REVOKE:
        return {"serial": serial, "reason": "key compromise"}, {
            "certificateRevoked": {"before": None, "after": "2026-01-31T12:00:00Z"}
        }
    upstream = f"{draw.choice(('erp', 'scada', 'files', 'voip', 'mes'))}.internal"
    sent = {"name": thing.name, "upstream": upstream, "edgeId": f"{draw.getrandbits(64):016x}"}
    was = {"upstream": "legacy.internal", "certificateSerial": serial}
    return sent, _changed(action, was, {**sent, "certificateSerial": serial})


def _wireguard(draw: random.Random, thing: Resource, action: Action) -> tuple[Any, Any]:
    sent: dict[str, Any] = {
        "name": thing.name,
        "address": f"10.{draw.randrange(256)}.{draw.randrange(256)}.1/24",
        "listenPort": draw.randrange(50_000, 52_000),
    }
    was = {"address": f"10.{draw.randrange(256)}.0.1/24", "listenPort": 51_820}
    key = f"{draw.getrandbits(250):x}"
    if action is Action.CREATE:
        sent["privateKey"] = key
    return sent, _changed(action, was, {**sent, "publicKey": key, "privateKey": None})


def _acl(draw: random.Random, thing: Resource, action: Action) -> tuple[Any, Any]:
    rules = [
        {
            "action": draw.choice(("permit", "deny")),
            "protocol": draw.choice(("tcp", "udp")),
            "source": f"10.{draw.randrange(256)}.0.0/16",
            "port": draw.choice((22, 53, 80, 443, 8443)),
        }
        for _ in range(2)
    ]
    if action is Action.SYNC:
        return {"edges": draw.randrange(1, 9), "rules": rules}, None
    sent = {"name": thing.name, "rules": rules}
    return sent, _changed(action, {"rules": rules[:1]}, sent)


def _template(draw: random.Random, thing: Resource, action: Action) -> tuple[Any, Any]:
    if action is not Action.UPDATE:
        return {"format": "text", "edges": draw.randrange(1, 400)}, None
    body = f"hostname $name\nlocation $site\nntp 192.0.2.{draw.randrange(250)}\n$interfaces\n$acls"
    was = f"hostname $name\nlocation $site\nntp 192.0.2.{draw.randrange(250)}\n$interfaces\n$acls"
    return {"name": thing.name, "body": body}, {"body": {"before": was, "after": body}}


def _peering(draw: random.Random, thing: Resource, action: Action) -> tuple[Any, Any]:
    sent = {
        "name": thing.name,
        "leftId": f"{draw.getrandbits(64):016x}",
        "rightId": f"{draw.getrandbits(64):016x}",
        "keepalive": draw.choice((15, 20, 25, 30)),
    }
    return sent, _changed(action, {"keepalive": draw.choice((15, 20, 25, 30))}, sent)


def _person(draw: random.Random, thing: Resource, action: Action) -> tuple[Any, Any]:
    grades = ("viewer", "admin")
    sent = {"name": thing.name, "role": draw.choice(grades), "groups": draw.sample(CITIES, 2)}
    if action is Action.EXPORT:
        return {"format": "csv", "rows": draw.randrange(5, 400)}, None
    return sent, _changed(action, {"role": draw.choice(grades)}, sent)


def _role(draw: random.Random, thing: Resource, action: Action) -> tuple[Any, Any]:
    if action in (Action.ASSIGN, Action.UNASSIGN):
        return {
            "role": thing.name,
            "group": {"id": f"{draw.getrandbits(64):x}", "name": draw.choice(CITIES)},
        }, None
    sent = {"name": thing.name, "permissions": draw.sample(("read", "write", "sync", "grant"), 3)}
    return sent, _changed(action, {"permissions": ["read"]}, sent)


def _changed(action: Action, was: dict[str, Any], sent: dict[str, Any]) -> dict[str, Any] | None:
    before = {} if action is Action.CREATE else was
    after = {} if action is Action.DELETE else sent
    return {
        field: {"before": before.get(field), "after": after.get(field)}
        for field in was
        if before.get(field) != after.get(field)
    }


TELLS: dict[str, Tell] = {
    "edge": _edge,
    "connector": _connector,
    "wireguard": _wireguard,
    "acl": _acl,
    "config_template": _template,
    "peering": _peering,
    "user": _person,
    "role": _role,
    "tenant": _role,
}

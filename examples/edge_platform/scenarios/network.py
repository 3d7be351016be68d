"""Edges and what hangs on them: interfaces, connectors, access lists, peerings, templates."""

from __future__ import annotations

import random
from itertools import combinations
from typing import Any

from edge_platform.administrator import Administrator
from edge_platform.configuration import DEFAULT_TEMPLATE

MAX_EDGES = 8

SITES = (
    ("ams", "Amsterdam Sloterdijk"),
    ("ber", "Berlin Adlershof"),
    ("cph", "Copenhagen Ørestad"),
    ("dub", "Dublin Docklands"),
    ("fra", "Frankfurt Osthafen"),
    ("hel", "Helsinki Vallila"),
    ("lis", "Lisbon Marvila"),
    ("osl", "Oslo Økern"),
    ("tll", "Tallinn Ülemiste"),
    ("waw", "Warsaw Wola"),
    ("zrh", "Zürich Altstetten"),
)
UPSTREAMS = ("erp.internal", "scada.internal", "files.internal", "voip.internal", "mes.internal")
NETWORKS = ("10.20.0.0/16", "10.30.8.0/22", "192.168.40.0/24", "172.20.0.0/16")
RULES: tuple[dict[str, Any], ...] = (
    {"protocol": "tcp", "port": 443},
    {"protocol": "tcp", "port": 22},
    {"protocol": "udp", "port": 53},
    {"protocol": "icmp"},
)


async def onboard_edge(admin: Administrator) -> None:
    """A new site: edge, tunnel interface, connector, access list, first sync."""
    edges = await admin.get("edges")
    if len(edges) >= MAX_EDGES:
        await decommission_edge(admin)
        return
    code, site = random.choice(SITES)
    template = await _template(admin)
    body = {"name": f"{code}-edge-{random.randint(1, 99):02}", "site": site}
    edge = await admin.post("edges", body | {"model": _model(), "templateId": template["id"]})
    await admin.post("wireguard", {"name": "wg0", "edgeId": edge["id"], "address": _address()})
    await _connect(admin, edge)
    acl = {"name": "inbound", "edgeId": edge["id"], "rules": _rules()}
    await admin.post("acls", acl)
    await admin.post(f"edges/{edge['id']}/sync")


async def move_edge(admin: Administrator) -> None:
    """An edge gets another model or another room."""
    edge = await _any_edge(admin)
    room = f"{edge['site'].split(',')[0]}, room {random.randint(1, 40)}"
    body = {"name": edge["name"], "templateId": edge["templateId"], "site": room}
    await admin.put(f"edges/{edge['id']}", body | {"model": _model()})


async def sync_edge(admin: Administrator) -> None:
    """A configuration goes out again."""
    await admin.post(f"edges/{(await _any_edge(admin))['id']}/sync")


async def decommission_edge(admin: Administrator) -> None:
    """A site closes: all that hangs on its edge goes, then the edge."""
    edge = await _any_edge(admin)
    interfaces = [each for each in await admin.get("wireguard") if each["edgeId"] == edge["id"]]
    ids = {each["id"] for each in interfaces}
    for peering in await admin.get("peerings"):
        if ids & {peering["leftId"], peering["rightId"]}:
            await admin.delete(f"peerings/{peering['id']}")
    for kind in ("acls", "connectors", "wireguard"):
        for each in await admin.get(kind):
            if each["edgeId"] == edge["id"]:
                await admin.delete(f"{kind}/{each['id']}")
    await admin.delete(f"edges/{edge['id']}")


async def edit_acl(admin: Administrator) -> None:
    """An access list changes, and its edge is told."""
    acls = await admin.get("acls")
    if not acls:
        await onboard_edge(admin)
        return
    acl = random.choice(acls)
    body = {"name": acl["name"], "edgeId": acl["edgeId"], "rules": _rules()}
    await admin.put(f"acls/{acl['id']}", body)
    await admin.post(f"edges/{acl['edgeId']}/sync")


async def peer_edges(admin: Administrator) -> None:
    """Two edges get a tunnel, or all have theirs and one is tuned."""
    interfaces = await admin.get("wireguard")
    peerings = await admin.get("peerings")
    joined = {frozenset((each["leftId"], each["rightId"])) for each in peerings}
    for left, right in combinations(random.sample(interfaces, len(interfaces)), 2):
        pair = frozenset((left["id"], right["id"]))
        if left["edgeId"] != right["edgeId"] and pair not in joined and len(peerings) < MAX_EDGES:
            name = f"tunnel-{left['id'][:4]}-{right['id'][:4]}"
            await admin.post(
                "peerings", {"name": name, "leftId": left["id"], "rightId": right["id"]}
            )
            return
    if peerings:
        one = random.choice(peerings)
        body = {name: one[name] for name in ("name", "leftId", "rightId")}
        await admin.put(
            f"peerings/{one['id']}", body | {"keepalive": random.choice((15, 20, 25, 30))}
        )


async def part_edges(admin: Administrator) -> None:
    """A tunnel is taken down."""
    if peerings := await admin.get("peerings"):
        await admin.delete(f"peerings/{random.choice(peerings)['id']}")


async def rekey_interface(admin: Administrator) -> None:
    """An interface listens elsewhere."""
    if interfaces := await admin.get("wireguard"):
        one = random.choice(interfaces)
        body = {name: one[name] for name in ("name", "edgeId", "address")}
        await admin.put(
            f"wireguard/{one['id']}", body | {"listenPort": random.randint(51820, 51899)}
        )


async def revoke_connector(admin: Administrator) -> None:
    """A connector's key may have leaked: revoke its certificate, replace the connector."""
    valid = [each for each in await admin.get("connectors") if not each["certificateRevoked"]]
    if not valid:
        await _connect(admin, await _any_edge(admin))
        return
    one = random.choice(valid)
    await admin.post(f"connectors/{one['id']}/certificate/revoke")
    await admin.delete(f"connectors/{one['id']}")
    await _connect(admin, {"id": one["edgeId"], "name": one["name"].split("-to-")[0]})


async def edit_template(admin: Administrator) -> None:
    """The template gets another banner."""
    template = await _template(admin)
    banner = f'banner "change window {random.randint(1, 52)}"\n'
    body = {"name": template["name"], "body": banner + DEFAULT_TEMPLATE}
    await admin.put(f"config-templates/{template['id']}", body)


async def export_edges(admin: Administrator) -> None:
    """Somebody needs the list."""
    await admin.export("edges/export")


async def _connect(admin: Administrator, edge: dict[str, Any]) -> None:
    upstream = random.choice(UPSTREAMS)
    name = f"{edge['name']}-to-{upstream.split('.')[0]}-{random.randint(1, 99)}"
    await admin.post("connectors", {"name": name, "edgeId": edge["id"], "upstream": upstream})


async def _any_edge(admin: Administrator) -> Any:
    edges = await admin.get("edges")
    if not edges:
        await onboard_edge(admin)
        edges = await admin.get("edges")
    return random.choice(edges)


async def _template(admin: Administrator) -> Any:
    templates = await admin.get("config-templates")
    if not templates:
        body = {"name": "branch-office", "body": DEFAULT_TEMPLATE}
        return await admin.post("config-templates", body)
    return templates[0]


def _model() -> str:
    return random.choice(("er-100", "er-200", "er-400"))


def _address() -> str:
    return f"10.77.{random.randint(0, 255)}.{random.randint(1, 254)}/16"


def _rules() -> list[dict[str, Any]]:
    source, destination = random.sample(NETWORKS, 2)
    between = {"source": source, "destination": destination}
    chosen = random.sample(RULES, random.randint(1, len(RULES)))
    rules = [{"action": "permit", **between, **rule} for rule in chosen]
    return [*rules, {"action": "deny", "source": "0.0.0.0/0", "destination": "0.0.0.0/0"}]

"""Sync: an edge's configuration goes to its device."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, HTTPException, Request
from sqlalchemy import update

from edge_platform.caller import Writing
from edge_platform.configuration import (
    DEFAULT_TEMPLATE,
    Interface,
    Peer,
    difference,
    fingerprint,
    render,
)
from edge_platform.device import Unreachable
from edge_platform.inventory import Inventory
from edge_platform.routes.acls import Acl
from edge_platform.routes.config_templates import ConfigTemplate
from edge_platform.routes.edges import Edge
from edge_platform.routes.peerings import Peering
from edge_platform.routes.wireguard import WireGuard
from indelible.capture import audited, draft_of
from indelible.core.activity import Action

router = APIRouter(prefix="/edges", tags=["edges"])


@router.post("/{edge_id}/sync")
@audited(action=Action.SYNC, resource_type="edge", resource_id="edge_id")
async def sync_edge(edge_id: UUID, inventory: Writing, request: Request) -> dict[str, Any]:
    """Push the edge's configuration to its device; 502 where the device does not answer."""
    edge = await inventory.one(Edge, edge_id)
    inventory.describe(edge)
    wanted = await _configuration(edge, inventory)
    try:
        previous = await request.app.state.devices.push(edge.id, wanted)
    except Unreachable as error:
        raise HTTPException(502, str(error)) from error
    removed, added = difference(previous, wanted)
    draft = draft_of(request)
    draft.changed(
        before={"configuration": fingerprint(previous)},
        after={"configuration": fingerprint(wanted)},
    )
    draft.details(linesRemoved=removed, linesAdded=added)
    edges = inventory.tables["edges"]
    await inventory.db.execute(
        update(edges).where(edges.c.id == edge.id).values(synced_at=datetime.now(UTC))
    )
    return {"configuration": fingerprint(wanted), "removed": len(removed), "added": len(added)}


async def _configuration(edge: Edge, inventory: Inventory) -> str:
    body = DEFAULT_TEMPLATE
    if edge.template_id:
        body = (await inventory.one(ConfigTemplate, edge.template_id)).body
    return render(
        body,
        edge={"name": edge.name, "site": edge.site, "model": edge.model},
        interfaces=[
            Interface(each.name, each.address, each.listen_port, await _peers(each, inventory))
            for each in await inventory.all(WireGuard, edge_id=edge.id)
        ],
        acls={
            acl.name: [str(rule) for rule in acl.rules]
            for acl in await inventory.all(Acl, edge_id=edge.id)
        },
    )


async def _peers(interface: WireGuard, inventory: Inventory) -> list[Peer]:
    left = await inventory.all(Peering, left_id=interface.id)
    right = await inventory.all(Peering, right_id=interface.id)
    far_ends = [(each.right_id, each.keepalive) for each in left]
    far_ends += [(each.left_id, each.keepalive) for each in right]
    peers = [(await inventory.one(WireGuard, far), keepalive) for far, keepalive in far_ends]
    return [Peer(peer.public_key, peer.address, keepalive) for peer, keepalive in peers]

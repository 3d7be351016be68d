"""Peerings: two WireGuard interfaces that know each other."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_interface
from typing import ClassVar
from uuid import UUID

from fastapi import APIRouter, HTTPException
from pydantic import Field

from edge_platform.caller import Reading, Writing
from edge_platform.inventory import Inventory
from edge_platform.routes.wireguard import WireGuard
from edge_platform.rows import Fields, Owned, Slug
from indelible.capture import audited

router = APIRouter(prefix="/peerings", tags=["peerings"])


class PeeringFields(Fields):
    """What a caller may set."""

    name: Slug
    left_id: UUID
    right_id: UUID
    keepalive: int = Field(default=25, ge=0, le=600)


class Peering(PeeringFields, Owned):
    """A tunnel between two interfaces."""

    table: ClassVar = "peerings"


@router.get("")
async def list_peerings(inventory: Reading) -> Sequence[Peering]:
    """List the peerings."""
    return await inventory.all(Peering)


@router.post("", status_code=201)
@audited(resource_type="peering")
async def create_peering(body: PeeringFields, inventory: Writing) -> Peering:
    """Join two interfaces."""
    await _refuse_unfit(body, inventory)
    return await inventory.add(Peering, body)


@router.get("/{peering_id}")
async def read_peering(peering_id: UUID, inventory: Reading) -> Peering:
    """Show a peering."""
    return await inventory.one(Peering, peering_id)


@router.put("/{peering_id}")
@audited(resource_type="peering", resource_id="peering_id")
async def update_peering(peering_id: UUID, body: PeeringFields, inventory: Writing) -> Peering:
    """Change a peering."""
    await _refuse_unfit(body, inventory)
    return await inventory.change(Peering, peering_id, body)


@router.delete("/{peering_id}", status_code=204)
@audited(resource_type="peering", resource_id="peering_id")
async def delete_peering(peering_id: UUID, inventory: Writing) -> None:
    """Part two interfaces."""
    await inventory.remove(Peering, peering_id)


async def _refuse_unfit(body: PeeringFields, inventory: Inventory) -> None:
    left = await inventory.one(WireGuard, body.left_id)
    right = await inventory.one(WireGuard, body.right_id)
    if left.edge_id == right.edge_id:
        raise HTTPException(422, "A peering joins two edges.")
    if ip_interface(left.address).network != ip_interface(right.address).network:
        raise HTTPException(422, "Both interfaces must be in one tunnel network.")

"""WireGuard interfaces and their keys."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_interface
from typing import ClassVar
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import Field, field_validator

from edge_platform.caller import Reading, Writing
from edge_platform.keys import KeyPair
from edge_platform.rows import Fields, Owned
from indelible.capture import audited, draft_of

router = APIRouter(prefix="/wireguard", tags=["wireguard"])


class WireGuardFields(Fields):
    """What a caller may set."""

    name: str = Field(pattern=r"^wg[0-9]{1,3}$")
    edge_id: UUID
    address: str
    listen_port: int = Field(default=51820, ge=1024, le=65535)

    @field_validator("address")
    @classmethod
    def _is_interface_address(cls, value: str) -> str:
        if "/" not in value:
            raise ValueError("write the address with its prefix: 10.8.0.1/24")
        return str(ip_interface(value))


class WireGuard(WireGuardFields, Owned):
    """An interface of an edge."""

    table: ClassVar = "wireguard"
    public_key: str


class WireGuardWithKey(WireGuard):
    """An interface just made: the only answer that ever holds its private key."""

    private_key: str


@router.get("")
async def list_wireguard(inventory: Reading) -> Sequence[WireGuard]:
    """List the interfaces."""
    return await inventory.all(WireGuard)


@router.post("", status_code=201)
@audited(resource_type="wireguard")
async def create_wireguard(
    body: WireGuardFields, inventory: Writing, request: Request
) -> WireGuardWithKey:
    """Make an interface with a new key pair; its private key is shown here and never again."""
    pair = KeyPair.generate()
    made = await inventory.add(WireGuard, body, public_key=pair.public_key)
    # Told as it is: the log writes [REDACTED] in its place before anything is hashed or stored.
    draft_of(request).details(publicKey=pair.public_key, privateKey=pair.private_key)
    return WireGuardWithKey(**made.model_dump(), private_key=pair.private_key)


@router.get("/{wireguard_id}")
async def read_wireguard(wireguard_id: UUID, inventory: Reading) -> WireGuard:
    """Show an interface."""
    return await inventory.one(WireGuard, wireguard_id)


@router.put("/{wireguard_id}")
@audited(resource_type="wireguard", resource_id="wireguard_id")
async def update_wireguard(
    wireguard_id: UUID, body: WireGuardFields, inventory: Writing
) -> WireGuard:
    """Change an interface; its keys stay."""
    return await inventory.change(WireGuard, wireguard_id, body)


@router.delete("/{wireguard_id}", status_code=204)
@audited(resource_type="wireguard", resource_id="wireguard_id")
async def delete_wireguard(wireguard_id: UUID, inventory: Writing) -> None:
    """Delete an interface that no peering uses."""
    await inventory.remove(WireGuard, wireguard_id)

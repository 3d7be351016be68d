"""Roles: what their holders may do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from edge_platform.caller import Reading, Writing
from edge_platform.rows import Fields, Owned, Slug
from indelible.capture import audited

router = APIRouter(prefix="/roles", tags=["roles"])


class RoleFields(Fields):
    """What a caller may set."""

    name: Slug
    description: str = ""
    permissions: list[Slug] = Field(max_length=50)


class Role(RoleFields, Owned):
    """A named set of permissions."""

    table: ClassVar = "roles"


@router.get("")
async def list_roles(inventory: Reading) -> Sequence[Role]:
    """List the roles."""
    return await inventory.all(Role)


@router.post("", status_code=201)
@audited(resource_type="role")
async def create_role(body: RoleFields, inventory: Writing) -> Role:
    """Make a role."""
    return await inventory.add(Role, body)


@router.get("/{role_id}")
async def read_role(role_id: UUID, inventory: Reading) -> Role:
    """Show a role."""
    return await inventory.one(Role, role_id)


@router.put("/{role_id}")
@audited(resource_type="role", resource_id="role_id")
async def update_role(role_id: UUID, body: RoleFields, inventory: Writing) -> Role:
    """Change a role."""
    return await inventory.change(Role, role_id, body)


@router.delete("/{role_id}", status_code=204)
@audited(resource_type="role", resource_id="role_id")
async def delete_role(role_id: UUID, inventory: Writing) -> None:
    """Delete a role that nothing uses."""
    await inventory.remove(Role, role_id)

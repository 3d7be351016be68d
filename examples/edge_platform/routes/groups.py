"""Groups: those who hold the same roles and policies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from fastapi import APIRouter

from edge_platform.caller import Reading, Writing
from edge_platform.rows import Fields, Owned, Slug
from indelible.capture import audited

router = APIRouter(prefix="/groups", tags=["groups"])


class GroupFields(Fields):
    """What a caller may set."""

    name: Slug
    description: str = ""


class Group(GroupFields, Owned):
    """A group of users."""

    table: ClassVar = "groups"


@router.get("")
async def list_groups(inventory: Reading) -> Sequence[Group]:
    """List the groups."""
    return await inventory.all(Group)


@router.post("", status_code=201)
@audited(resource_type="group")
async def create_group(body: GroupFields, inventory: Writing) -> Group:
    """Make a group."""
    return await inventory.add(Group, body)


@router.get("/{group_id}")
async def read_group(group_id: UUID, inventory: Reading) -> Group:
    """Show a group."""
    return await inventory.one(Group, group_id)


@router.put("/{group_id}")
@audited(resource_type="group", resource_id="group_id")
async def update_group(group_id: UUID, body: GroupFields, inventory: Writing) -> Group:
    """Change a group."""
    return await inventory.change(Group, group_id, body)


@router.delete("/{group_id}", status_code=204)
@audited(resource_type="group", resource_id="group_id")
async def delete_group(group_id: UUID, inventory: Writing) -> None:
    """Delete a group that nothing uses."""
    await inventory.remove(Group, group_id)

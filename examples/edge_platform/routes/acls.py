"""Access lists: what may pass an edge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, field_validator

from edge_platform.access_rules import Rule, refuse_dead_rules
from edge_platform.caller import Reading, Writing
from edge_platform.rows import Fields, Owned, Slug
from indelible.capture import audited

router = APIRouter(prefix="/acls", tags=["acls"])


class AclFields(Fields):
    """What a caller may set."""

    name: Slug
    edge_id: UUID
    rules: list[Rule] = Field(min_length=1, max_length=200)

    @field_validator("rules")
    @classmethod
    def _all_reached(cls, rules: list[Rule]) -> list[Rule]:
        return refuse_dead_rules(rules)


class Acl(AclFields, Owned):
    """An ordered list of rules on an edge."""

    table: ClassVar = "acls"


@router.get("")
async def list_acls(inventory: Reading) -> Sequence[Acl]:
    """List the acls."""
    return await inventory.all(Acl)


@router.post("", status_code=201)
@audited(resource_type="acl")
async def create_acl(body: AclFields, inventory: Writing) -> Acl:
    """Make an acl."""
    return await inventory.add(Acl, body)


@router.get("/{acl_id}")
async def read_acl(acl_id: UUID, inventory: Reading) -> Acl:
    """Show an acl."""
    return await inventory.one(Acl, acl_id)


@router.put("/{acl_id}")
@audited(resource_type="acl", resource_id="acl_id")
async def update_acl(acl_id: UUID, body: AclFields, inventory: Writing) -> Acl:
    """Change an acl."""
    return await inventory.change(Acl, acl_id, body)


@router.delete("/{acl_id}", status_code=204)
@audited(resource_type="acl", resource_id="acl_id")
async def delete_acl(acl_id: UUID, inventory: Writing) -> None:
    """Delete an acl that nothing uses."""
    await inventory.remove(Acl, acl_id)

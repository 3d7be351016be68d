"""Policies: what is allowed or denied on which things."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from edge_platform.caller import Reading, Writing
from edge_platform.rows import Fields, Label, Owned, Slug
from indelible.capture import audited

router = APIRouter(prefix="/policies", tags=["policies"])


class PolicyFields(Fields):
    """What a caller may set."""

    name: Slug
    effect: Literal["allow", "deny"]
    targets: list[Label] = Field(min_length=1, max_length=50)


class Policy(PolicyFields, Owned):
    """A rule about things."""

    table: ClassVar = "policies"


@router.get("")
async def list_policies(inventory: Reading) -> Sequence[Policy]:
    """List the policies."""
    return await inventory.all(Policy)


@router.post("", status_code=201)
@audited(resource_type="policy")
async def create_policy(body: PolicyFields, inventory: Writing) -> Policy:
    """Make a policy."""
    return await inventory.add(Policy, body)


@router.get("/{policy_id}")
async def read_policy(policy_id: UUID, inventory: Reading) -> Policy:
    """Show a policy."""
    return await inventory.one(Policy, policy_id)


@router.put("/{policy_id}")
@audited(resource_type="policy", resource_id="policy_id")
async def update_policy(policy_id: UUID, body: PolicyFields, inventory: Writing) -> Policy:
    """Change a policy."""
    return await inventory.change(Policy, policy_id, body)


@router.delete("/{policy_id}", status_code=204)
@audited(resource_type="policy", resource_id="policy_id")
async def delete_policy(policy_id: UUID, inventory: Writing) -> None:
    """Delete a policy that nothing uses."""
    await inventory.remove(Policy, policy_id)

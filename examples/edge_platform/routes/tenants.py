"""Tenants: a Super Admin's business."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal
from uuid import UUID

from fastapi import APIRouter

from edge_platform.caller import Governing, Reading
from edge_platform.rows import Fields, Label, Row
from indelible.capture import audited

router = APIRouter(prefix="/tenants", tags=["tenants"])


class TenantFields(Fields):
    """What a Super Admin may set."""

    name: Label
    region: Literal["eu-central", "eu-north", "us-east", "ap-south"] = "eu-central"
    plan: Literal["trial", "standard", "enterprise"] = "standard"


class Tenant(TenantFields, Row):
    """A customer of the platform."""

    table: ClassVar = "tenants"


@router.get("")
async def list_tenants(inventory: Reading) -> Sequence[Tenant]:
    """List the tenants in sight: all of them, or one's own."""
    return await inventory.all(Tenant)


@router.post("", status_code=201)
@audited(resource_type="tenant")
async def create_tenant(body: TenantFields, inventory: Governing) -> Tenant:
    """Take in a tenant."""
    return await inventory.add(Tenant, body)


@router.get("/{tenant_id}")
async def read_tenant(tenant_id: UUID, inventory: Reading) -> Tenant:
    """Show a tenant."""
    return await inventory.one(Tenant, tenant_id)


@router.put("/{tenant_id}")
@audited(resource_type="tenant", resource_id="tenant_id")
async def update_tenant(tenant_id: UUID, body: TenantFields, inventory: Governing) -> Tenant:
    """Change a tenant."""
    return await inventory.change(Tenant, tenant_id, body)


@router.delete("/{tenant_id}", status_code=204)
@audited(resource_type="tenant", resource_id="tenant_id")
async def delete_tenant(tenant_id: UUID, inventory: Governing) -> None:
    """Delete a tenant that has nothing left."""
    await inventory.remove(Tenant, tenant_id)

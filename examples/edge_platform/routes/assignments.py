"""Assignments: users and groups are given roles and policies, and lose them again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from fastapi import APIRouter, HTTPException, Request
from sqlalchemy import delete, insert, select

from edge_platform.caller import Reading, Writing
from edge_platform.inventory import Inventory
from edge_platform.routes.groups import Group
from edge_platform.routes.policies import Policy
from edge_platform.routes.roles import Role
from edge_platform.routes.users import User
from edge_platform.rows import Fields, Owned
from indelible.capture import audited, draft_of
from indelible.core.activity import Action

router = APIRouter(tags=["assignments"])


class Grant(Fields):
    """Which role or policy to give."""

    id: UUID


def _routes(holder: str, holders: type[Owned], grant: str, grants: type[Owned]) -> None:
    """Add the routes that list, give and take back *grants* of *holders*."""
    path = f"/{holders.table}/{{holder_id}}/{grants.table}"

    async def columns(
        inventory: Inventory, request: Request, holder_id: UUID, grant_id: UUID
    ) -> dict[str, Any]:
        """Describe the grant to the log, with its holder, and return both as columns."""
        given = await inventory.one(grants, grant_id)
        inventory.describe(given)
        held_by = await inventory.one(holders, holder_id)
        draft_of(request).details(**{holder: {"id": str(held_by.id), "name": held_by.name}})
        return {f"{holder}_id": held_by.id, f"{grant}_id": given.id, "tenant": given.tenant}

    @router.get(path, name=f"{grant}s_of_{holder}")
    async def held(holder_id: UUID, inventory: Reading) -> Sequence[dict[str, str]]:
        holder_column = inventory.tables["assignments"].c[f"{holder}_id"]
        grant_column = inventory.tables["assignments"].c[f"{grant}_id"]
        await inventory.one(holders, holder_id)
        ids = await inventory.db.scalars(
            select(grant_column).where(holder_column == holder_id, grant_column.is_not(None))
        )
        found = [await inventory.one(grants, each) for each in ids]
        return [{"id": str(each.id), "name": each.name} for each in found]

    @router.post(path, status_code=204, name=f"assign_{grant}_to_{holder}")
    @audited(action=Action.ASSIGN, resource_type=grant, resource_id="id")
    async def assign(holder_id: UUID, body: Grant, inventory: Writing, request: Request) -> None:
        values = await columns(inventory, request, holder_id, body.id)
        await inventory.db.execute(insert(inventory.tables["assignments"]).values(values))

    @router.delete(f"{path}/{{grant_id}}", status_code=204, name=f"unassign_{grant}_from_{holder}")
    @audited(action=Action.UNASSIGN, resource_type=grant, resource_id="grant_id")
    async def unassign(
        holder_id: UUID, grant_id: UUID, inventory: Writing, request: Request
    ) -> None:
        values = await columns(inventory, request, holder_id, grant_id)
        table = inventory.tables["assignments"]
        gone = await inventory.db.execute(delete(table).filter_by(**values))
        if gone.rowcount == 0:
            raise HTTPException(404, f"The {holder} does not hold this {grant}.")


_routes("user", User, "role", Role)
_routes("user", User, "policy", Policy)
_routes("group", Group, "role", Role)
_routes("group", Group, "policy", Policy)

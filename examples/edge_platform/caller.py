"""Who is calling, and what that lets them see and change."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import Depends, HTTPException, Request

from edge_platform.inventory import Inventory
from indelible.identity.access import Principal, Role
from indelible.web.auth import current_principal

Caller = Annotated[Principal, Depends(current_principal)]
"""Who is signed in; 401 where nobody is."""


def writer(principal: Caller) -> Principal:
    """Return the caller, who may change things; 403 for a Viewer."""
    if principal.role not in (Role.SUPER_ADMIN, Role.ADMIN):
        raise HTTPException(403, "Your role does not allow changes.")
    return principal


def governor(principal: Caller) -> Principal:
    """Return the caller, who is a Super Admin; 403 for everybody else."""
    if principal.role is not Role.SUPER_ADMIN:
        raise HTTPException(403, "Tenants are a Super Admin's business.")
    return principal


async def inventory(
    request: Request,
    principal: Caller,
    tenant: UUID | None = None,
) -> AsyncIterator[Inventory]:
    """Open the transaction of this request on what the caller may see.

    Whose it is comes from the session; a Super Admin, who belongs to no tenant, may name one.
    """
    own = None if principal.tenant is None else UUID(principal.tenant)
    if own and tenant not in {None, own}:
        raise HTTPException(404, "There is no such tenant.")
    tables = request.app.state.tables
    async with tables.begin() as db:
        yield Inventory(db, tables, own or tenant, request)


# The transaction ends with the handler: what the log is told of next has been committed.
_Inventory = Annotated[Inventory, Depends(inventory, scope="function")]


async def _writing(_: Annotated[Principal, Depends(writer)], reach: _Inventory) -> Inventory:
    return reach


async def _governing(_: Annotated[Principal, Depends(governor)], reach: _Inventory) -> Inventory:
    return reach


Reading = _Inventory
Writing = Annotated[Inventory, Depends(_writing)]
Governing = Annotated[Inventory, Depends(_governing)]

"""Users: a tenant's own staff directory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from edge_platform.caller import Reading, Writing
from edge_platform.rows import Fields, Label, Owned
from indelible.capture import audited

router = APIRouter(prefix="/users", tags=["users"])


class UserFields(Fields):
    """What a caller may set."""

    name: Label
    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254)
    title: Label = "Staff"


class User(UserFields, Owned):
    """Somebody who works for the tenant."""

    table: ClassVar = "users"


@router.get("")
async def list_users(inventory: Reading) -> Sequence[User]:
    """List the users."""
    return await inventory.all(User)


@router.post("", status_code=201)
@audited(resource_type="user")
async def create_user(body: UserFields, inventory: Writing) -> User:
    """Make a user."""
    return await inventory.add(User, body)


@router.get("/{user_id}")
async def read_user(user_id: UUID, inventory: Reading) -> User:
    """Show a user."""
    return await inventory.one(User, user_id)


@router.put("/{user_id}")
@audited(resource_type="user", resource_id="user_id")
async def update_user(user_id: UUID, body: UserFields, inventory: Writing) -> User:
    """Change a user."""
    return await inventory.change(User, user_id, body)


@router.delete("/{user_id}", status_code=204)
@audited(resource_type="user", resource_id="user_id")
async def delete_user(user_id: UUID, inventory: Writing) -> None:
    """Delete a user that nothing uses."""
    await inventory.remove(User, user_id)

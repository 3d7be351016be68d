"""Roles: what there is to be given, and who has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indelible.core.activity import Resource
from indelible.identity.access import (
    Permission,
    Principal,
    Role,
    permissions_of,
    require,
    roles_in_sight,
    scope_of,
)
from indelible.identity.user_search import UserDirectory

RESOURCE_TYPE = "role"

_WORDS = {
    Role.SUPER_ADMIN: (
        "Super Admin",
        "Runs the platform: sees every tenant, manages tenants and people, and can act as anybody "
        "else who is no Super Admin.",
    ),
    Role.ADMIN: (
        "Admin",
        "Runs one tenant: sees its activity and sessions, and manages its people.",
    ),
    Role.VIEWER: ("Viewer", "Uses the platform, and sees nothing of the audit log."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRecord:
    """A role.

    Attributes:
        users: how many in the reader's sight have it, disabled ones included.
    """

    role: Role
    name: str
    description: str
    permissions: Sequence[Permission]
    users: int


class RoleList:
    """Tells which roles there are."""

    def __init__(self, *, directory: UserDirectory) -> None:
        """Take where users are counted."""
        self._directory = directory

    async def all(self, principal: Principal) -> Sequence[RoleRecord]:
        """Return the roles that *principal* can see anybody have, the mightiest first.

        Raises:
            Forbidden: it may not look at users.
        """
        require(principal, Permission.USERS_READ)
        counts = await self._directory.by_role(scope_of(principal))
        return [
            RoleRecord(
                role=role,
                name=_WORDS[role][0],
                description=_WORDS[role][1],
                permissions=sorted(permissions_of(role)),
                users=counts.get(role, 0),
            )
            for role in roles_in_sight(principal)
        ]


def role_resource(role: Role) -> Resource:
    """Return *role* as an entry names it."""
    return Resource(type=RESOURCE_TYPE, id=role.value, name=_WORDS[role][0])

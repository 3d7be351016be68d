"""Staff, roles, groups, policies, and who holds what."""

from __future__ import annotations

import random
from typing import Any

from edge_platform.administrator import Administrator

MAX_USERS = 14

FIRST = (
    "Aino", "Bilal", "Chiara", "Dariusz", "Eszter", "Farah", "Gintaras", "Hanne", "Ilse", "Jonas",
    "Katrin", "Liam", "Mireia", "Nikolai", "Oona", "Priya", "Rasmus", "Saskia", "Tomasz", "Yara",
)  # fmt: skip
LAST = (
    "Andersen", "Bakker", "Costa", "Demir", "Eriksson", "Ferrari", "Gruber", "Horvat", "Ito",
    "Janssen", "Kowalska", "Lindqvist", "Moreau", "Novak", "Okafor", "Petrov", "Rossi", "Saar",
)  # fmt: skip
TITLES = ("Network engineer", "Site technician", "Security analyst", "Service desk", "Auditor")
ROLES = {
    "network-operator": ["edges.read", "edges.sync", "peerings.write"],
    "security-officer": ["acls.write", "certificates.revoke"],
    "field-technician": ["edges.read"],
}


async def hire(admin: Administrator) -> None:
    """Somebody starts and is given a role."""
    users = await admin.get("users")
    if len(users) >= MAX_USERS:
        await let_go(admin)
        return
    first, last = random.choice(FIRST), random.choice(LAST)
    address = f"{first}.{last}{random.randint(2, 99)}@staff.example".lower()
    body = {"name": f"{first} {last}", "email": address, "title": random.choice(TITLES)}
    user = await admin.post("users", body)
    role = random.choice(await _roles(admin))
    await admin.post(f"users/{user['id']}/roles", {"id": role["id"]})


async def change_role(admin: Administrator) -> None:
    """Somebody takes another post: one role goes, another comes."""
    if users := await admin.get("users"):
        user = random.choice(users)
        held = await admin.get(f"users/{user['id']}/roles")
        for role in held:
            await admin.delete(f"users/{user['id']}/roles/{role['id']}")
        ids = {role["id"] for role in held}
        others = [role for role in await _roles(admin) if role["id"] not in ids]
        await admin.post(f"users/{user['id']}/roles", {"id": random.choice(others)["id"]})


async def promote(admin: Administrator) -> None:
    """Somebody's title changes."""
    if users := await admin.get("users"):
        user = random.choice(users)
        body = {"name": user["name"], "email": user["email"], "title": random.choice(TITLES)}
        await admin.put(f"users/{user['id']}", body)


async def let_go(admin: Administrator) -> None:
    """Somebody leaves: roles and policies first."""
    if users := await admin.get("users"):
        user = random.choice(users)
        for grants in ("roles", "policies"):
            for grant in await admin.get(f"users/{user['id']}/{grants}"):
                await admin.delete(f"users/{user['id']}/{grants}/{grant['id']}")
        await admin.delete(f"users/{user['id']}")


async def edit_role(admin: Administrator) -> None:
    """A role may a little more, or less."""
    role = random.choice(await _roles(admin))
    permissions = random.sample(sorted({p for all_ in ROLES.values() for p in all_}), 3)
    body = {"name": role["name"], "description": role["description"]}
    await admin.put(f"roles/{role['id']}", body | {"permissions": permissions})


async def borrow_role(admin: Administrator) -> None:
    """A role for one project: made, lent to a group, taken back, deleted."""
    name = f"project-{random.randint(100, 999)}"
    role = await admin.post("roles", {"name": name, "permissions": ["edges.read"]})
    group = await _group(admin)
    await admin.post(f"groups/{group['id']}/roles", {"id": role["id"]})
    await admin.delete(f"groups/{group['id']}/roles/{role['id']}")
    await admin.delete(f"roles/{role['id']}")


async def freeze_changes(admin: Administrator) -> None:
    """A change freeze: a policy for the group, lifted again."""
    group = await _group(admin)
    name = f"freeze-week-{random.randint(1, 52)}-{random.randint(10, 99)}"
    policy = await admin.post("policies", {"name": name, "effect": "deny", "targets": ["edges"]})
    await admin.post(f"groups/{group['id']}/policies", {"id": policy["id"]})
    await admin.delete(f"groups/{group['id']}/policies/{policy['id']}")
    await admin.delete(f"policies/{policy['id']}")


async def _roles(admin: Administrator) -> Any:
    roles = await admin.get("roles")
    known = {role["name"] for role in roles}
    for name, permissions in ROLES.items():
        if name not in known:
            roles.append(await admin.post("roles", {"name": name, "permissions": permissions}))
    return [role for role in roles if role["name"] in ROLES]


async def _group(admin: Administrator) -> Any:
    groups = await admin.get("groups")
    return groups[0] if groups else await admin.post("groups", {"name": "night-shift"})

"""What goes wrong: the log shows it as failures."""

from __future__ import annotations

import random
from uuid import uuid4

from edge_platform.administrator import Administrator


async def mistype_acl(admin: Administrator) -> None:
    """A network with host bits: 422."""
    edges = await admin.get("edges")
    if edges:
        rule = {"action": "permit", "source": "10.20.0.17/16", "destination": "10.30.8.0/22"}
        acl = {"name": "outbound", "edgeId": random.choice(edges)["id"], "rules": [rule]}
        await admin.post("acls", acl)


async def sync_lost_edge(admin: Administrator) -> None:
    """A bookmark to an edge that is gone: 404."""
    await admin.post(f"edges/{uuid4()}/sync")


async def take_name_twice(admin: Administrator) -> None:
    """A name that is taken: 409."""
    edges = await admin.get("edges")
    if edges:
        await admin.post("edges", {"name": edges[0]["name"], "site": "Somewhere else"})


async def delete_used_edge(admin: Administrator) -> None:
    """An edge that still has an interface: 409."""
    if interfaces := await admin.get("wireguard"):
        await admin.delete(f"edges/{random.choice(interfaces)['edgeId']}")


async def overstep(admin: Administrator) -> None:
    """A Viewer tries to change things: 403."""
    edges = await admin.get("edges")
    if edges and random.random() < 0.7:
        await admin.post(f"edges/{random.choice(edges)['id']}/sync")
    else:
        await admin.post("groups", {"name": "my-own-group"})


async def mistype_password(admin: Administrator) -> None:
    """A wrong password: 401."""
    await admin.mistype_password()


async def end_of_shift(admin: Administrator) -> None:
    """No mistake: somebody signs out."""
    await admin.sign_out()

"""What only a Super Admin does."""

from __future__ import annotations

import random

from edge_platform.administrator import Administrator

TRIALS = ("Alpine Robotics", "Coral Foods", "Delta Rail", "Fjord Textiles", "Orchard Media")


async def run_trial(admin: Administrator) -> None:
    """A prospect tries the platform, is upgraded, and leaves."""
    name = f"{random.choice(TRIALS)} {random.randint(10, 99)}"
    tenant = await admin.post("tenants", {"name": name, "plan": "trial"})
    await admin.put(f"tenants/{tenant['id']}", {"name": name, "plan": "standard"})
    await admin.delete(f"tenants/{tenant['id']}")


async def support_tenant(admin: Administrator) -> None:
    """Support works in a customer's tenant: one edge is synced again."""
    if edges := await admin.get("edges"):
        await admin.post(f"edges/{random.choice(edges)['id']}/sync")

"""The demo's tenants and accounts: made at the first start, the same ever after."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict
from pathlib import Path

from edge_platform.administrator import Account
from indelible.errors import Conflict, Misconfigured, NotFound
from indelible.identity.access import Role
from indelible.identity.model import COMMAND_LINE, Tenant
from indelible.identity.services import Identity

FILE = "demo-accounts.json"

PEOPLE = (
    ("Ada Lindholm", "ada.lindholm@platform.example", Role.SUPER_ADMIN, None),
    ("Marta Kowalska", "marta.kowalska@northwind.example", Role.ADMIN, "Northwind Logistics"),
    ("Joris de Wit", "joris.dewit@northwind.example", Role.ADMIN, "Northwind Logistics"),
    ("Femi Adeyemi", "femi.adeyemi@northwind.example", Role.VIEWER, "Northwind Logistics"),
    ("Lukas Brunner", "lukas.brunner@helvetia.example", Role.ADMIN, "Helvetia Clinics"),
    ("Chiara Rossi", "chiara.rossi@helvetia.example", Role.ADMIN, "Helvetia Clinics"),
    ("Noa Meier", "noa.meier@helvetia.example", Role.VIEWER, "Helvetia Clinics"),
    ("Kadri Saar", "kadri.saar@baltic-grid.example", Role.ADMIN, "Baltic Grid"),
    ("Rasmus Eklund", "rasmus.eklund@baltic-grid.example", Role.VIEWER, "Baltic Grid"),
)
"""Name, e-mail address, role, tenant."""


def read_or_invent(data: Path) -> tuple[list[Account], bool]:
    """Return the accounts and whether they are new: passwords just drawn, and written down.

    Written before the accounts are made, and whole or not at all: a start that is interrupted
    leaves no account whose password nobody knows.
    """
    file = data / FILE
    if file.exists():
        known = json.loads(file.read_text(encoding="utf-8"))
        return [Account(**entry) for entry in known], False
    accounts = [
        Account(email=email, password=secrets.token_urlsafe(18), role=role.value, tenant=tenant)
        for _, email, role, tenant in PEOPLE
    ]
    draft = file.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8") as stream:  # noqa: PTH123  # a descriptor
        json.dump([asdict(account) for account in accounts], stream, indent=2)
    draft.replace(file)
    return accounts, True


async def seed(identity: Identity, data: Path) -> tuple[list[Account], list[Tenant]]:
    """Make what is missing of the demo's tenants and accounts, and return all of them.

    Raises:
        Misconfigured: the accounts stand, but the file with their passwords is gone.
    """
    accounts, new = read_or_invent(data)
    names = {email: name for name, email, _, _ in PEOPLE}
    tenants: dict[str | None, Tenant | None] = {None: None}
    for account in accounts:
        if account.tenant not in tenants:
            tenants[account.tenant] = await _tenant(identity, str(account.tenant))
        try:
            await identity.users.create(
                email=account.email,
                name=names.get(account.email, account.email.split("@")[0]),
                role=Role(account.role),
                tenant=tenants[account.tenant],
                password=account.password,
                actor=COMMAND_LINE,
            )
        except Conflict:
            if new:
                (data / FILE).unlink()
                raise Misconfigured(
                    f"The demo accounts exist, but {data / FILE} with their passwords is gone. "
                    f"Restore it, or set DATA to a new folder."
                ) from None
    return accounts, [tenant for tenant in tenants.values() if tenant]


async def _tenant(identity: Identity, name: str) -> Tenant:
    try:
        return await identity.tenants.find(name)
    except NotFound:
        return await identity.tenants.create(name, actor=COMMAND_LINE)

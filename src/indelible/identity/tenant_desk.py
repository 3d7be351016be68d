"""What Super Admins do to tenants; each with its entry, in one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from indelible.core.activity import Action, Activity, Receipt, Resource, TenantId
from indelible.identity.access import Permission, Principal, require, scope_of
from indelible.identity.changing import Changer, Plan, ending, entry_of
from indelible.identity.model import Tenant, Visit
from indelible.identity.people_ports import TenantChanges
from indelible.identity.ports import Ending, Sessions, Whose
from indelible.identity.tenants import clean_name
from indelible.identity.user_search import TenantRecord, UserDirectory

RESOURCE_TYPE = "tenant"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedTenant:
    """A tenant as it stands after a change, and what was signed about that, if anything."""

    record: TenantRecord
    receipts: Sequence[Receipt]


class TenantDesk:
    """Lists, adds, renames and disables tenants.

    Every method raises Forbidden where the principal may not. Those that change something raise
    StepUpRequired where it gave its password too long ago, and NotFound for no such tenant.
    """

    def __init__(
        self,
        *,
        tenants: TenantChanges,
        directory: UserDirectory,
        sessions: Sessions,
        changer: Changer,
    ) -> None:
        """Take the stores, and what makes changes."""
        self._tenants = tenants
        self._directory = directory
        self._sessions = sessions
        self._changer = changer

    async def all(self, principal: Principal) -> Sequence[TenantRecord]:
        """Return the tenants, by name, disabled ones included."""
        require(principal, Permission.TENANTS_READ)
        return await self._directory.tenants(scope_of(principal))

    async def add(self, name: str, *, principal: Principal, visit: Visit) -> ChangedTenant:
        """Add a tenant, and say so as the first entry of its log.

        Raises:
            Invalid: the name can't be one.
            Conflict: the name is taken.
        """
        require(principal, Permission.TENANTS_CHANGE)
        tenant = Tenant(id=TenantId(str(uuid.uuid4())), name=clean_name(name))
        entry = _entry(principal, visit, Action.CREATE, tenant)

        async def plan() -> Plan:
            return Plan(entries=[entry], effects=[self._tenants.insert(tenant)])

        receipts = await self._changer.make(plan, principal=principal)
        return await self._changed(tenant.id, receipts, principal)

    async def rename(
        self,
        id: str,  # noqa: A002
        name: str,
        *,
        principal: Principal,
        visit: Visit,
    ) -> ChangedTenant:
        """Give a tenant another name; entries keep the one that it had.

        Raises:
            Invalid: the name can't be one.
            Conflict: the name is taken.
        """
        clean = clean_name(name)

        async def plan(before: Tenant) -> Plan:
            if before.name == clean:
                return Plan(entries=[], effects=[])
            after = replace(before, name=clean)
            change = {"name": {"before": before.name, "after": after.name}}
            entry = _entry(principal, visit, Action.UPDATE, after, changes=change)
            return Plan(entries=[entry], effects=[self._tenants.change(before, after)])

        return await self._change(id, plan, principal)

    async def disable(
        self,
        id: str,  # noqa: A002
        *,
        principal: Principal,
        visit: Visit,
    ) -> ChangedTenant:
        """Let none of a tenant's users and keys in any more; the sessions that there are end."""

        async def plan(before: Tenant) -> Plan:
            if before.disabled:
                return Plan(entries=[], effects=[])
            theirs = Whose(tenant=before.id)
            ended, end = await ending(self._sessions, theirs, Ending.DISABLED)
            entry = _entry(
                principal, visit, Action.UPDATE, before,
                payload={"sessionsEnded": ended},
                changes={"disabled": {"before": False, "after": True}},
            )  # fmt: skip
            return Plan(
                entries=[entry],
                effects=[
                    self._tenants.change(before, replace(before, disabled=True)),
                    end,
                ],
            )

        return await self._change(id, plan, principal)

    async def enable(
        self,
        id: str,  # noqa: A002
        *,
        principal: Principal,
        visit: Visit,
    ) -> ChangedTenant:
        """Let a tenant's users and keys in again; sessions that ended stay ended."""

        async def plan(before: Tenant) -> Plan:
            if not before.disabled:
                return Plan(entries=[], effects=[])
            change = {"disabled": {"before": True, "after": False}}
            entry = _entry(principal, visit, Action.UPDATE, before, changes=change)
            enabled = replace(before, disabled=False)
            return Plan(entries=[entry], effects=[self._tenants.change(before, enabled)])

        return await self._change(id, plan, principal)

    async def _change(
        self,
        id: str,  # noqa: A002
        plan: Callable[[Tenant], Awaitable[Plan]],
        principal: Principal,
    ) -> ChangedTenant:
        require(principal, Permission.TENANTS_CHANGE)
        scope = scope_of(principal)

        async def planned() -> Plan:
            return await plan((await self._directory.tenant(id, scope)).tenant)

        receipts = await self._changer.make(planned, principal=principal)
        return await self._changed(id, receipts, principal)

    async def _changed(
        self,
        id: str,  # noqa: A002
        receipts: Sequence[Receipt],
        principal: Principal,
    ) -> ChangedTenant:
        record = await self._directory.tenant(id, scope_of(principal))
        return ChangedTenant(record=record, receipts=receipts)


def _entry(
    principal: Principal, visit: Visit, action: Action, tenant: Tenant, **said: Any
) -> Activity:
    resource = Resource(type=RESOURCE_TYPE, id=tenant.id, name=tenant.name)
    return entry_of(principal, visit, action, resource, tenant=tenant.id, **said)

"""What people with the right do to the accounts of others; each with its entry, in one step.

Nobody chooses a password for somebody else: new accounts get a link, and lost passwords do.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from indelible.core.activity import Action, Activity, Json, Receipt, Resource, TenantId
from indelible.errors import Conflict
from indelible.identity.access import (
    Permission,
    Principal,
    Role,
    require,
    require_another,
    require_assignable,
    scope_of,
)
from indelible.identity.changing import Changer, Plan, ending, entry_of
from indelible.identity.credential_ports import LinkKind, SecondFactors
from indelible.identity.emails import normal_email
from indelible.identity.lines import clean_reason
from indelible.identity.model import User, UserId, Visit
from indelible.identity.people_ports import LinkOffice, People
from indelible.identity.ports import Effect, Ending, Sessions, Whose
from indelible.identity.roles import role_resource
from indelible.identity.tenants import clean_name
from indelible.identity.user_search import UserDirectory, UserRecord, UserStatus

RESOURCE_TYPE = "user"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedLink:
    """A link to hand to a user, over a way that is theirs; *url* is shown this once."""

    url: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedUser:
    """A user as it stands after a change, and what was signed about that.

    Attributes:
        receipts: none where nothing changed.
        link: lets the user set a password; None where the change is about something else.
    """

    record: UserRecord
    receipts: Sequence[Receipt]
    link: HandedLink | None = None


class UserDesk:
    """Invites, edits and disables users.

    Every method raises Forbidden where the principal may not, StepUpRequired where it gave its
    password too long ago, and NotFound for a user who is absent or out of its sight.
    """

    def __init__(
        self,
        *,
        people: People,
        directory: UserDirectory,
        sessions: Sessions,
        links: LinkOffice,
        factors: SecondFactors,
        changer: Changer,
    ) -> None:
        """Take the stores, who makes links, and what makes changes."""
        self._people = people
        self._directory = directory
        self._sessions = sessions
        self._links = links
        self._factors = factors
        self._changer = changer

    async def invite(
        self,
        *,
        email: str,
        name: str,
        role: Role,
        tenant: str | None,
        principal: Principal,
        visit: Visit,
    ) -> ChangedUser:
        """Add an account without a password, and a link by which its user sets one.

        Args:
            email: what the user signs in with.
            name: shown beside it.
            role: what the user may do.
            tenant: id of the user's tenant; a principal that has one need not say it.
            principal: who invites.
            visit: the circumstances.

        Raises:
            NotFound: there is no such tenant, or it is not in sight.
            Invalid: the address or the name can't be used, or the role does not go with the tenant.
            Conflict: the address has an account already.
        """
        require(principal, Permission.USERS_CHANGE)
        named = tenant or principal.tenant
        require_assignable(principal, role, TenantId(named) if named else None)
        its = None
        if named is not None:
            its = (await self._directory.tenant(named, scope_of(principal))).tenant
        user = User(
            id=UserId(str(uuid.uuid4())),
            email=normal_email(email),
            name=clean_name(name),
            role=role,
            tenant=its,
        )
        link = self._links.issue(user, LinkKind.INVITATION)
        invited = _entry(
            principal, visit, Action.CREATE, user,
            payload={"email": user.email, "name": user.name, "invited": True},
        )  # fmt: skip
        entries = [invited, _role_entry(principal, visit, Action.ASSIGN, user)]

        async def plan() -> Plan:
            return Plan(entries=entries, effects=[self._people.insert(user, None), link.store])

        receipts = await self._changer.make(plan, principal=principal)
        handed = HandedLink(url=link.url, expires_at=await self._links.expiry(link.id))
        return ChangedUser(
            record=await self._directory.find(user.id, scope_of(principal)),
            receipts=receipts,
            link=handed,
        )

    async def edit(
        self,
        id: str,  # noqa: A002
        *,
        name: str | None = None,
        role: Role | None = None,
        principal: Principal,
        visit: Visit,
    ) -> ChangedUser:
        """Change name or role. Another role ends the user's sessions.

        Raises:
            Invalid: the name can't be used, or the role does not go with the user's tenant.
            Conflict: it is one's own role.
        """
        clean = None if name is None else clean_name(name)

        async def plan(before: User) -> Plan:
            after = replace(before, name=clean or before.name, role=role or before.role)
            entries: list[Activity] = []
            effects: list[Effect] = [self._people.change(before, after)]
            if after.name != before.name:
                change = {"name": {"before": before.name, "after": after.name}}
                entries.append(_entry(principal, visit, Action.UPDATE, after, changes=change))
            if after.role is not before.role:
                require_another(principal, before.id)
                tenant = before.tenant.id if before.tenant else None
                require_assignable(principal, after.role, tenant)
                ended, end = await ending(
                    self._sessions, Whose(user=before.id), Ending.ROLE_CHANGED
                )
                said = {"sessionsEnded": ended}
                entries.append(_role_entry(principal, visit, Action.UNASSIGN, before, **said))
                entries.append(_role_entry(principal, visit, Action.ASSIGN, after))
                effects.append(end)
            return Plan(entries=entries, effects=effects)

        return await self._change(id, plan, principal)

    async def disable(
        self,
        id: str,  # noqa: A002
        *,
        reason: str | None,
        principal: Principal,
        visit: Visit,
    ) -> ChangedUser:
        """Let a user in no more, and end the sessions that there are.

        Raises:
            Invalid: the reason can't be one.
            Conflict: it is one's own account.
        """
        because = None if reason is None else clean_reason(reason)

        async def plan(before: User) -> Plan:
            require_another(principal, before.id)
            if before.disabled:
                return Plan(entries=[], effects=[])
            ended, end = await ending(self._sessions, Whose(user=before.id), Ending.DISABLED)
            said: dict[str, Json] = {"sessionsEnded": ended}
            if because is not None:
                said["reason"] = because
            entry = _entry(principal, visit, Action.UPDATE, before, payload=said, changes=_DISABLED)
            change = self._people.change(before, replace(before, disabled=True))
            return Plan(entries=[entry], effects=[change, end])

        return await self._change(id, plan, principal)

    async def enable(
        self,
        id: str,  # noqa: A002
        *,
        principal: Principal,
        visit: Visit,
    ) -> ChangedUser:
        """Let a disabled user sign in again; sessions that ended stay ended."""

        async def plan(before: User) -> Plan:
            if not before.disabled:
                return Plan(entries=[], effects=[])
            entry = _entry(principal, visit, Action.UPDATE, before, changes=_ENABLED)
            change = self._people.change(before, replace(before, disabled=False))
            return Plan(entries=[entry], effects=[change])

        return await self._change(id, plan, principal)

    async def send_link(
        self,
        id: str,  # noqa: A002
        kind: LinkKind,
        *,
        principal: Principal,
        visit: Visit,
    ) -> ChangedUser:
        """Make a link by which a user sets a password; earlier ones are void.

        Raises:
            Conflict: an invitation for somebody who has a password, or a reset for somebody who
                has none; or the user is disabled, or signs in with the host application.
        """
        require(principal, Permission.USERS_CHANGE)
        record = await self._directory.find(id, scope_of(principal))
        if record.user.hosted:
            raise Conflict("This user signs in with the host application, which has the password.")
        wanted = UserStatus.INVITED if kind is LinkKind.INVITATION else UserStatus.ACTIVE
        if record.status is not wanted:
            raise Conflict(
                f"This user is {record.status.value}: there is no {kind.value} for that."
            )
        link = self._links.issue(record.user, kind)
        entry = _entry(principal, visit, Action.UPDATE, record.user, payload={"link": kind.value})

        async def plan() -> Plan:
            return Plan(entries=[entry], effects=[link.store])

        receipts = await self._changer.make(plan, principal=principal)
        handed = HandedLink(url=link.url, expires_at=await self._links.expiry(link.id))
        return ChangedUser(record=record, receipts=receipts, link=handed)

    async def remove_second_factor(
        self,
        id: str,  # noqa: A002
        *,
        principal: Principal,
        visit: Visit,
    ) -> ChangedUser:
        """Take away the second factor of somebody who lost it, and the recovery codes.

        Raises:
            NotFound: also where there is none.
            Conflict: it is one's own.
        """

        async def plan(before: User) -> Plan:
            require_another(principal, before.id)
            entry = _entry(principal, visit, Action.UPDATE, before, changes=_NO_SECOND_FACTOR)
            return Plan(entries=[entry], effects=[self._factors.remove(before.id)])

        return await self._change(id, plan, principal)

    async def _change(
        self,
        id: str,  # noqa: A002
        plan: Callable[[User], Awaitable[Plan]],
        principal: Principal,
    ) -> ChangedUser:
        """Make what *plan* says of the user as it stands, and return how it stands then."""
        require(principal, Permission.USERS_CHANGE)
        scope = scope_of(principal)

        async def planned() -> Plan:
            return await plan((await self._directory.find(id, scope)).user)

        receipts = await self._changer.make(planned, principal=principal)
        return ChangedUser(record=await self._directory.find(id, scope), receipts=receipts)


_DISABLED: dict[str, Json] = {"disabled": {"before": False, "after": True}}
_ENABLED: dict[str, Json] = {"disabled": {"before": True, "after": False}}
_NO_SECOND_FACTOR: dict[str, Json] = {"secondFactor": {"before": True, "after": False}}


def _tenant_of(user: User) -> TenantId | None:
    return user.tenant.id if user.tenant else None


def _entry(principal: Principal, visit: Visit, action: Action, user: User, **said: Any) -> Activity:
    resource = Resource(type=RESOURCE_TYPE, id=user.id, name=user.name)
    return entry_of(principal, visit, action, resource, tenant=_tenant_of(user), **said)


def _role_entry(
    principal: Principal, visit: Visit, action: Action, user: User, **said: Json
) -> Activity:
    payload = {"user": user.id, "email": user.email, **said}
    resource = role_resource(user.role)
    return entry_of(principal, visit, action, resource, tenant=_tenant_of(user), payload=payload)

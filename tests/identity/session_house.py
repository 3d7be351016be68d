"""The use cases over a real database, as the state machine asks them.

Time passes there by moving the sessions into the past.
"""

from __future__ import annotations

import uuid

import sqlalchemy as sa

from indelible.core.scope import Scope
from indelible.errors import SessionRevoked
from indelible.identity.access import Role
from indelible.identity.model import Session, Tenant, User, UserId, Visit
from indelible.identity.session_search import SessionFilter
from indelible.ledger.search import Filter

PASSWORD = "seven green kettles hum"
WHY = "The machine says so"


class House:
    """The use cases over a real database, with a hasher that does not take its time."""

    def __init__(self, loop, services, login, stores, visit: Visit) -> None:
        self.loop, self.identity, self.index = loop, services.identity, services.index
        self.login, self.stores, self.visit = login, stores, visit

    async def tenants(self, marker: str, names: list[str]) -> dict[str, Tenant]:
        made = [Tenant(id=str(uuid.uuid4()), name=f"{name} {marker}") for name in names]
        await self.stores.commit(*(self.stores.tenants.insert(each) for each in made))
        return dict(zip(names, made, strict=True))

    async def person(self, email: str, role: Role, tenant: Tenant | None) -> User:
        user = User(
            id=UserId(str(uuid.uuid4())), email=email, name="Somebody", role=role, tenant=tenant
        )
        await self.stores.commit(self.stores.users.insert(user, f"2026:{PASSWORD}"))
        return user

    async def entries(self) -> int:
        return await self.index.count(Filter(), Scope.everything())

    async def sign_in(self, email: str, password: str):
        return await self.login.sign_in(email, password, self.visit)

    async def authenticate(self, token: str, *, active: bool = True):
        try:
            return await self.identity.sessions.authenticate(token, active=active)
        except SessionRevoked:
            return None

    async def sign_out(self, session: Session):
        await self.identity.sessions.sign_out(session, self.visit)

    async def prove(self, session: Session):
        await self.stores.sessions.prove(session.id, password_hash=f"2026:{PASSWORD}")

    async def revoke(self, id_: str, by: Session):
        return await self.identity.revoker.revoke(
            id_, reason=WHY, principal=by.principal, visit=self.visit
        )

    async def disable(self, user: str, by: Session, *, off: bool):
        desk, how = self.identity.user_desk, {"principal": by.principal, "visit": self.visit}
        if off:
            return await desk.disable(user, reason=WHY, **how)
        return await desk.enable(user, **how)

    async def disable_tenant(self, tenant: str, by: Session, *, off: bool):
        desk = self.identity.tenant_desk
        change = desk.disable if off else desk.enable
        return await change(tenant, principal=by.principal, visit=self.visit)

    async def change_role(self, user: str, role: Role, by: Session):
        return await self.identity.user_desk.edit(
            user, role=role, principal=by.principal, visit=self.visit
        )

    async def assume(self, user: str, by: Session):
        return await self.identity.assumer.start(
            user, reason=WHY, principal=by.principal, visit=self.visit
        )

    async def stop(self, session: Session):
        return await self.identity.assumer.stop(session, visit=self.visit)

    async def into_the_past(self, ids: list[str], minutes: float) -> None:
        columns = ("created_at", "last_active_at", "expires_at", "proved_at", "ended_at")
        moved = ", ".join(f"{each} = {each} - make_interval(mins => :minutes)" for each in columns)
        async with self.stores.database.begin() as connection:
            await connection.execute(
                sa.text(f"UPDATE sessions SET {moved} WHERE id = ANY(CAST(:ids AS uuid[]))"),
                {"minutes": minutes, "ids": ids},
            )

    async def statuses(self, address: str) -> dict[str, str]:
        """Return what became of the sessions of those whose address holds *address*."""
        where = SessionFilter(search=address)
        page = await self.identity.directory.page(where, Scope.everything(), limit=200)
        return {each.id: each.status.value for each in page.items}

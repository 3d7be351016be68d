"""Tenants in PostgreSQL; see :class:`indelible.identity.ports.Tenants`."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from indelible.core.activity import TenantId
from indelible.errors import Conflict, NotFound
from indelible.identity.model import Tenant
from indelible.identity.ports import Effect
from indelible.storage.postgres.database import Database
from indelible.storage.postgres.identity_tables import tenants

_COLUMNS = (tenants.c.id, tenants.c.name, tenants.c.disabled)


class PostgresTenants:
    """Keeps tenants."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    async def all(self) -> Sequence[Tenant]:
        """Return every tenant, by name, disabled ones included."""
        query = sa.select(*_COLUMNS).order_by(sa.func.lower(tenants.c.name), tenants.c.id)
        async with self._database.asking() as connection:
            return [_tenant(*row) for row in await connection.execute(query)]

    async def find(self, id_or_name: str) -> Tenant:
        """Return the tenant with this id or, failing that, exactly this name in any case."""
        by_name = sa.func.lower(tenants.c.name) == sa.func.lower(id_or_name)
        id_ = _uuid(id_or_name)
        matches = by_name if id_ is None else sa.or_(tenants.c.id == id_, by_name)
        query = sa.select(*_COLUMNS).where(matches)
        if id_ is not None:
            query = query.order_by((tenants.c.id == id_).desc())
        async with self._database.asking() as connection:
            row = (await connection.execute(query.limit(1))).one_or_none()
        if row is None:
            raise NotFound(f"There is no tenant {id_or_name}.")
        return _tenant(*row)

    def insert(self, tenant: Tenant) -> Effect:
        """Add *tenant*. The effect raises Conflict where the name is taken."""

        async def insert(connection: AsyncConnection) -> None:
            statement = tenants.insert().values(
                id=tenant.id, name=tenant.name, disabled=tenant.disabled
            )
            try:
                await connection.execute(statement)
            except sa.exc.IntegrityError as error:
                raise Conflict("A tenant has this name already.", field="name") from error

        return insert

    def change(self, before: Tenant, after: Tenant) -> Effect:
        """Put name and whether it is disabled in place of what was before."""
        statement = (
            tenants.update()
            .where(
                tenants.c.id == before.id,
                tenants.c.name == before.name,
                tenants.c.disabled.is_(before.disabled),
            )
            .values(name=after.name, disabled=after.disabled)
        )

        async def change(connection: AsyncConnection) -> None:
            try:
                changed = await connection.execute(statement)
            except sa.exc.IntegrityError as error:
                raise Conflict("A tenant has this name already.", field="name") from error
            if changed.rowcount == 0:
                raise Conflict("Somebody else changed this tenant just now. Look again.")

        return change


def _tenant(id_: str, name: str, disabled: bool) -> Tenant:
    return Tenant(id=TenantId(id_), name=name, disabled=disabled)


def _uuid(text: str) -> str | None:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return None

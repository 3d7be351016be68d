"""API keys in PostgreSQL; see :class:`indelible.identity.ports.Keys`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from indelible.core.activity import TenantId
from indelible.errors import NotFound
from indelible.identity.model import ApiKey
from indelible.identity.ports import Effect
from indelible.storage.postgres.database import Database
from indelible.storage.postgres.identity_tables import api_keys, now, tenants

_COLUMNS = (
    api_keys.c.id,
    api_keys.c.name,
    api_keys.c.tenant,
    api_keys.c.created_at,
    api_keys.c.revoked_at,
)

_FIND = (
    sa.select(*_COLUMNS, api_keys.c.digest)
    .select_from(api_keys.outerjoin(tenants))
    .where(
        api_keys.c.id == sa.bindparam("key"),
        api_keys.c.revoked_at.is_(None),
        sa.not_(sa.func.coalesce(tenants.c.disabled, False)),
    )
)


class PostgresKeys:
    """Keeps API keys."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    def insert(self, key: ApiKey, digest: bytes) -> Effect:
        """Add *key* with the SHA-256 of its secret."""
        statement = api_keys.insert().values(
            id=key.id, name=key.name, tenant=key.tenant, digest=digest
        )

        async def insert(connection: AsyncConnection) -> None:
            await connection.execute(statement)

        return insert

    async def find(self, id: str) -> tuple[ApiKey, bytes] | None:  # noqa: A002
        """Return a usable key and the SHA-256 of its secret, in one query."""
        async with self._database.asking() as connection:
            row = (await connection.execute(_FIND, {"key": id})).one_or_none()
        return row and (_key(row), row.digest)

    async def all(self, tenant: TenantId | None = None) -> Sequence[ApiKey]:
        """Return the keys, revoked ones included, oldest first; of one tenant, or of everybody."""
        query = sa.select(*_COLUMNS).order_by(api_keys.c.created_at, api_keys.c.id)
        if tenant is not None:
            query = query.where(api_keys.c.tenant == tenant)
        async with self._database.asking() as connection:
            return [_key(row) for row in await connection.execute(query)]

    def revoke(self, id: str) -> Effect:  # noqa: A002
        """Make the key useless. The effect raises NotFound where there is none in use."""
        statement = (
            api_keys.update()
            .where(api_keys.c.id == id, api_keys.c.revoked_at.is_(None))
            .values(revoked_at=now)
        )

        async def revoke(connection: AsyncConnection) -> None:
            if (await connection.execute(statement)).rowcount == 0:
                raise NotFound(f"No API key in use has the id {id}.")

        return revoke


def _key(row: sa.Row[*tuple[Any, ...]]) -> ApiKey:
    return ApiKey(
        id=row.id,
        name=row.name,
        tenant=row.tenant,
        created_at=row.created_at,
        revoked_at=row.revoked_at,
    )

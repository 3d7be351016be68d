"""Links in PostgreSQL; see :class:`indelible.identity.credential_ports.Links`."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from indelible.errors import NotFound
from indelible.identity.credential_ports import Link, LinkKind, NewLink
from indelible.identity.ports import Effect
from indelible.storage.postgres.database import Database
from indelible.storage.postgres.identity_tables import (
    USER_COLUMNS,
    account_links,
    now,
    tenants,
    user_of,
    users,
)

_UNUSED = sa.and_(account_links.c.used_at.is_(None), account_links.c.void_at.is_(None))

# The one definition of a good link.
_GOOD = sa.and_(
    _UNUSED,
    account_links.c.expires_at > now,
    sa.not_(users.c.disabled),
    sa.not_(sa.func.coalesce(tenants.c.disabled, False)),
)
_WITH_USERS = account_links.join(users).outerjoin(tenants, users.c.tenant == tenants.c.id)


class PostgresLinks:
    """Keeps links."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    def insert(self, link: NewLink) -> Effect:
        """Add a link, in place of all others that its user has."""
        void = (
            account_links.update()
            .where(account_links.c.user_id == link.user, _UNUSED)
            .values(void_at=now)
        )
        # The clock is read once, so that the link lasts exactly as long as it says.
        moment = sa.select(now.label("at")).subquery("moment")
        row = {
            "id": sa.literal(link.id, account_links.c.id.type),
            "digest": sa.literal(link.digest),
            "user_id": sa.literal(link.user, account_links.c.user_id.type),
            "kind": sa.literal(link.kind.value),
            "created_at": moment.c.at,
            "expires_at": moment.c.at + link.lifetime,
        }
        add = account_links.insert().from_select(list(row), sa.select(*row.values()))
        # Two who make links for one user go one after the other: one link is good in the end.
        lock = sa.select(users.c.id).where(users.c.id == link.user).with_for_update()

        async def insert(connection: AsyncConnection) -> None:
            for statement in (lock, void, add):
                await connection.execute(statement)

        return insert

    async def expiry(self, id: str) -> datetime:  # noqa: A002
        """Return when a link ends that was added."""
        query = sa.select(account_links.c.expires_at).where(account_links.c.id == id)
        async with self._database.asking() as connection:
            found: datetime = (await connection.execute(query)).scalar_one()
        return found

    async def find(self, digest: bytes) -> Link | None:
        """Return the link whose token has this SHA-256, if it is good now."""
        query = (
            sa.select(
                account_links.c.id,
                account_links.c.kind,
                account_links.c.expires_at,
                users.c.password_hash,
                *USER_COLUMNS,
            )
            .select_from(_WITH_USERS)
            .where(account_links.c.digest == digest, _GOOD)
        )
        async with self._database.asking() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            return None
        return Link(
            id=row.id,
            kind=LinkKind(row.kind),
            user=user_of(row),
            password_hash=row.password_hash,
            expires_at=row.expires_at,
        )

    def use(self, id: str) -> Effect:  # noqa: A002
        """Use a link up. The effect raises NotFound where it is not good any more."""
        lock = (
            sa.select(account_links.c.id)
            .select_from(_WITH_USERS)
            .where(account_links.c.id == id, _GOOD)
            .with_for_update(of=[account_links, users])
        )
        statement = account_links.update().where(account_links.c.id == id).values(used_at=now)

        async def use(connection: AsyncConnection) -> None:
            if await connection.scalar(lock) is None:
                raise NotFound("This link is not good any more. Ask for another one.")
            await connection.execute(statement)

        return use

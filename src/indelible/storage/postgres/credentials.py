"""Passwords in PostgreSQL; see :class:`indelible.identity.credential_ports.Passwords`."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from indelible.errors import Conflict
from indelible.identity.model import UserId
from indelible.identity.ports import Effect
from indelible.storage.postgres.identity_tables import account_links, now, users


class PostgresPasswords:
    """Keeps the hashes of passwords."""

    def change(self, user: UserId, *, before: str | None, after: str, short: bool) -> Effect:
        """Put another password in place; see the port."""
        statement = (
            users.update()
            .where(
                users.c.id == user,
                users.c.password_hash.is_not_distinct_from(before),
                users.c.disabled.is_(False),
            )
            .values(password_hash=after, password_short=short)
        )

        unused = sa.and_(account_links.c.used_at.is_(None), account_links.c.void_at.is_(None))
        void = account_links.update().where(account_links.c.user_id == user, unused)

        async def change(connection: AsyncConnection) -> None:
            if (await connection.execute(statement)).rowcount == 0:
                raise Conflict("This account was changed just now. Try again.")
            # Whoever came by a link before does not undo what its owner did against that.
            await connection.execute(void.values(void_at=now))

        return change

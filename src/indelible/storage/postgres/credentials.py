"""Passwords in PostgreSQL; see :class:`indelible.identity.credential_ports.Passwords`."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from indelible.errors import Conflict
from indelible.identity.model import UserId
from indelible.identity.ports import Effect
from indelible.storage.postgres.identity_tables import users


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

        async def change(connection: AsyncConnection) -> None:
            if (await connection.execute(statement)).rowcount == 0:
                raise Conflict("This account was changed just now. Try again.")

        return change

"""Changes of users in PostgreSQL; see :class:`indelible.identity.people_ports.People`."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from indelible.errors import Conflict
from indelible.identity.model import User
from indelible.identity.ports import Effect
from indelible.storage.postgres.identity_tables import users
from indelible.storage.postgres.users import PostgresUsers


class PostgresPeople(PostgresUsers):
    """Changes users."""

    def change(self, before: User, after: User) -> Effect:
        """Put name, role and whether it is disabled in place of what was before."""
        statement = (
            users.update()
            .where(
                users.c.id == before.id,
                users.c.name == before.name,
                users.c.role == before.role.value,
                users.c.disabled.is_(before.disabled),
            )
            .values(name=after.name, role=after.role.value, disabled=after.disabled)
        )

        async def change(connection: AsyncConnection) -> None:
            if (await connection.execute(statement)).rowcount == 0:
                raise Conflict("Somebody else changed this user just now. Look again.")

        return change

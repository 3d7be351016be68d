"""Changes of users in PostgreSQL; see :class:`indelible.identity.people_ports.People`."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from indelible.errors import Conflict
from indelible.identity.model import User
from indelible.identity.ports import Effect, Ending
from indelible.storage.postgres import session_ends
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

    def keep(self, user: User, *, external_id: str) -> Effect:
        """Add *user*, or put what is said of it now in place of what was said before; see the port.

        Sessions go on with another role or tenant; who was assumed by reason of the old one ends.
        """
        said = {
            "email": user.email,
            "name": user.name,
            "role": user.role.value,
            "tenant": user.tenant.id if user.tenant else None,
        }
        statement = (
            insert(users)
            .values(id=user.id, external_id=external_id, **said)
            .on_conflict_do_update(index_elements=[users.c.external_id], set_=said)
        )

        known = (
            sa.select(users.c.role, users.c.tenant)
            .where(users.c.external_id == external_id)
            .with_for_update()
        )

        async def keep(connection: AsyncConnection) -> None:
            before = (await connection.execute(known)).one_or_none()
            try:
                await connection.execute(statement)
            except sa.exc.IntegrityError as error:
                raise Conflict("This address has an account already.", field="email") from error
            if before is not None and tuple(before) != (said["role"], said["tenant"]):
                await session_ends.end_assumptions(connection, user.id, Ending.ROLE_CHANGED)

        return keep

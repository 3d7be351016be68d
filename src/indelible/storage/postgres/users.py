"""Users in PostgreSQL; see :class:`indelible.identity.ports.Users`."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from indelible.errors import Conflict
from indelible.identity.model import Account, Authenticator, User, UserId
from indelible.identity.ports import Effect
from indelible.storage.postgres.database import Database
from indelible.storage.postgres.identity_tables import USER_COLUMNS, tenants, user_of, users


class PostgresUsers:
    """Keeps users and their password hashes."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    async def find(self, email: str) -> Account | None:
        """Return the account of a lower-cased e-mail address, disabled ones included."""
        query = (
            sa.select(*USER_COLUMNS, users.c.password_hash, users.c.totp_secret, users.c.totp_step)
            .select_from(users.outerjoin(tenants))
            .where(users.c.email == email)
        )
        async with self._database.asking() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            return None
        user, authenticator = user_of(row), None
        if user.second_factor:
            authenticator = Authenticator(sealed=row.totp_secret, step=row.totp_step)
        return Account(user=user, password_hash=row.password_hash, authenticator=authenticator)

    def insert(self, user: User, password_hash: str | None) -> Effect:
        """Add *user*. The effect raises Conflict where the e-mail address is taken."""

        async def insert(connection: AsyncConnection) -> None:
            statement = users.insert().values(
                id=user.id,
                email=user.email,
                name=user.name,
                role=user.role.value,
                tenant=user.tenant.id if user.tenant else None,
                password_hash=password_hash,
                disabled=user.disabled,
            )
            try:
                await connection.execute(statement)
            except sa.exc.IntegrityError as error:
                raise Conflict("This address has an account already.", field="email") from error

        return insert

    async def rehash(self, id: UserId, *, old: str, new: str) -> None:  # noqa: A002
        """Replace the hash of an unchanged password, if *old* is still what is stored."""
        statement = (
            users.update()
            .where(users.c.id == id, users.c.password_hash == old)
            .values(password_hash=new)
        )
        async with self._database.asking() as connection:
            await connection.execute(statement)

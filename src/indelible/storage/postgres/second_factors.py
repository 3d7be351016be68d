"""Second factors in PostgreSQL; see :class:`indelible.identity.credential_ports.SecondFactors`."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from indelible.errors import Conflict, NotFound, WrongCode
from indelible.identity.credential_ports import FactorState
from indelible.identity.model import UserId
from indelible.identity.ports import Effect
from indelible.storage.postgres.database import Database
from indelible.storage.postgres.identity_tables import now, recovery_codes, users

_ENROLLED = "This account has a second factor already."
_NONE = "This account has no second factor."
_USED = "This code is not right, or was used already."


class PostgresSecondFactors:
    """Keeps second factors and recovery codes."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    async def state(self, user: UserId) -> FactorState:
        """Return how the second factor of a user is."""
        left = (
            sa.select(sa.func.count())
            .where(recovery_codes.c.user_id == users.c.id, recovery_codes.c.used_at.is_(None))
            .scalar_subquery()
        )
        query = sa.select(users.c.totp_secret, users.c.totp_enrolled_at, left.label("left"))
        async with self._database.asking() as connection:
            row = (await connection.execute(query.where(users.c.id == user))).one()
        return FactorState(
            sealed=row.totp_secret, enrolled_at=row.totp_enrolled_at, recovery_codes_left=row.left
        )

    def begin(self, user: UserId, *, sealed: bytes) -> Effect:
        """Keep a secret to be confirmed. The effect raises Conflict where one was confirmed."""
        statement = (
            users.update()
            .where(users.c.id == user, users.c.totp_enrolled_at.is_(None))
            .values(totp_secret=sealed, totp_step=None)
        )

        async def begin(connection: AsyncConnection) -> None:
            if (await connection.execute(statement)).rowcount == 0:
                raise Conflict(_ENROLLED)

        return begin

    def enrol(self, user: UserId, *, sealed: bytes, step: int, codes: Collection[bytes]) -> Effect:
        """Confirm *sealed*, with the digests of new recovery codes; see the port."""
        statement = (
            users.update()
            .where(
                users.c.id == user,
                users.c.totp_enrolled_at.is_(None),
                users.c.totp_secret == sealed,
            )
            .values(totp_enrolled_at=now, totp_step=step)
        )

        async def enrol(connection: AsyncConnection) -> None:
            if (await connection.execute(statement)).rowcount == 0:
                raise Conflict("Another secret took this one's place. Begin again.")
            await _replace(connection, user, codes)

        return enrol

    def remove(self, user: UserId) -> Effect:
        """Take secret and recovery codes away. The effect raises NotFound without a factor."""
        statement = (
            users.update()
            .where(users.c.id == user, users.c.totp_enrolled_at.is_not(None))
            .values(totp_secret=None, totp_enrolled_at=None, totp_step=None)
        )

        async def remove(connection: AsyncConnection) -> None:
            if (await connection.execute(statement)).rowcount == 0:
                raise NotFound(_NONE)
            await _replace(connection, user, [])

        return remove

    def replace_codes(self, user: UserId, *, codes: Collection[bytes]) -> Effect:
        """Put new recovery codes in place of all. The effect raises NotFound without a factor."""
        # Locked: of two who make new ones at once, the later one's are good, and they alone.
        enrolled = (
            sa.select(users.c.id)
            .where(users.c.id == user, users.c.totp_enrolled_at.is_not(None))
            .with_for_update()
        )

        async def replace(connection: AsyncConnection) -> None:
            if await connection.scalar(enrolled) is None:
                raise NotFound(_NONE)
            await _replace(connection, user, codes)

        return replace

    def take_step(self, user: UserId, step: int) -> Effect:
        """Take the code of *step*. The effect raises WrongCode where it, or a later one, was."""
        statement = (
            users.update()
            .where(
                users.c.id == user,
                users.c.totp_enrolled_at.is_not(None),
                sa.func.coalesce(users.c.totp_step, -1) < step,
            )
            .values(totp_step=step)
        )

        async def take(connection: AsyncConnection) -> None:
            if (await connection.execute(statement)).rowcount == 0:
                raise WrongCode(_USED)

        return take

    def take_code(self, user: UserId, digest: bytes) -> Effect:
        """Take a recovery code. The effect raises WrongCode where it can't be taken."""
        statement = (
            recovery_codes.update()
            .where(
                recovery_codes.c.user_id == user,
                recovery_codes.c.digest == digest,
                recovery_codes.c.used_at.is_(None),
            )
            .values(used_at=now)
        )

        async def take(connection: AsyncConnection) -> None:
            if (await connection.execute(statement)).rowcount == 0:
                raise WrongCode(_USED)

        return take

    async def any_sealed(self) -> bool:
        """Return whether there is a sealed secret anywhere."""
        sealed = sa.select(sa.exists().where(users.c.totp_secret.is_not(None)))
        async with self._database.asking() as connection:
            return bool(await connection.scalar(sealed))


async def _replace(connection: AsyncConnection, user: UserId, codes: Collection[bytes]) -> None:
    await connection.execute(recovery_codes.delete().where(recovery_codes.c.user_id == user))
    if codes:
        rows = [{"user_id": user, "digest": code} for code in codes]
        await connection.execute(recovery_codes.insert(), rows)

"""Sessions in PostgreSQL, valid by its clock; see :class:`indelible.identity.ports.Sessions`."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from indelible.errors import NotSignedIn, WrongCredentials
from indelible.identity.model import Session, SessionId
from indelible.identity.ports import Effect, NewSession
from indelible.storage.postgres.database import Database
from indelible.storage.postgres.identity_tables import (
    USER_COLUMNS,
    now,
    sessions,
    tenants,
    user_of,
    users,
)

_TOUCH_EVERY = timedelta(seconds=30)

_idle_end = (sessions.c.last_active_at + sessions.c.idle).label("idle_end")
_stale = sessions.c.last_active_at < now - _TOUCH_EVERY

# The one definition of a valid session.
_VALID = sa.and_(
    sessions.c.ended_at.is_(None),
    sessions.c.expires_at > now,
    _idle_end > now,
    sa.not_(users.c.disabled),
    sa.not_(sa.func.coalesce(tenants.c.disabled, False)),
)
_WITH_USERS = sessions.join(users).outerjoin(tenants)

_FIND = (
    sa.select(
        sessions.c.id,
        sessions.c.created_at,
        sessions.c.expires_at,
        _idle_end,
        _stale.label("stale"),
        *USER_COLUMNS,
    )
    .select_from(_WITH_USERS)
    .where(sessions.c.token_digest == sa.bindparam("digest"), _VALID)
)

# Asked again whether it is stale: of many requests at once, one writes.
_TOUCH = (
    sessions.update()
    .where(sessions.c.id == sa.bindparam("session"), sessions.c.ended_at.is_(None), _stale)
    .values(last_active_at=now)
    .returning(_idle_end)
)

# FOR SHARE: whoever ends the session, or disables its user, waits until the change has committed.
_HOLD = (
    sa.select(sessions.c.id)
    .select_from(_WITH_USERS)
    .where(sessions.c.id == sa.bindparam("session"), _VALID)
    .with_for_update(read=True, of=[sessions, users])
)


class PostgresSessions:
    """Keeps sessions."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    def open(self, session: NewSession) -> Effect:
        """Add *session*, created now, unless the user was disabled or got another password."""
        opened = sa.select(
            sa.literal(session.id, sessions.c.id.type),
            sa.literal(session.digest),
            users.c.id,
            now,
            now,
            now + session.lifetime,
            sa.literal(session.idle),
            sa.literal(session.ip, sessions.c.client_ip.type),
            sa.literal(session.user_agent, sa.Text),
        ).where(
            users.c.id == session.user,
            users.c.password_hash == session.password_hash,
            sa.not_(users.c.disabled),
        )
        columns = (
            "id",
            "token_digest",
            "user_id",
            "created_at",
            "last_active_at",
            "expires_at",
            "idle",
            "client_ip",
            "user_agent",
        )

        statement = sessions.insert().from_select(columns, opened).returning(sessions.c.id)

        async def insert(connection: AsyncConnection) -> None:
            if await connection.scalar(statement) is None:
                raise WrongCredentials("E-mail address and password do not match.")

        return insert

    async def find(self, digest: bytes, *, active: bool = True) -> Session | None:
        """Return the session whose token has this SHA-256, if it is valid now, in one query."""
        async with self._database.asking() as connection:
            row = (await connection.execute(_FIND, {"digest": digest})).one_or_none()
            if row is None:
                return None
            idle_end: datetime = row.idle_end
            if active and row.stale:
                touched = await connection.scalar(_TOUCH, {"session": row.id})
                idle_end = touched or idle_end
        return Session(
            id=SessionId(row.id),
            user=user_of(row),
            created_at=row.created_at,
            expires_at=row.expires_at,
            idle_expires_at=min(idle_end, row.expires_at),
        )

    def end(self, id: SessionId) -> Effect:  # noqa: A002
        """End it by sign-out. The effect raises NotSignedIn where it had ended already."""
        statement = (
            sessions.update()
            .where(sessions.c.id == id, sessions.c.ended_at.is_(None))
            .values(ended_at=now, ended_how="sign_out")
        )

        async def end(connection: AsyncConnection) -> None:
            if (await connection.execute(statement)).rowcount == 0:
                raise NotSignedIn("This session has ended already.")

        return end

    def hold(self, id: SessionId) -> Effect:  # noqa: A002
        """Make a change conditional on this session; see the port."""

        async def hold(connection: AsyncConnection) -> None:
            if await connection.scalar(_HOLD, {"session": id}) is None:
                raise NotSignedIn("Your session has ended. Sign in again.")

        return hold

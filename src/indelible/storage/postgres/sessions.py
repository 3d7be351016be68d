"""Sessions in PostgreSQL, valid by its clock; see :class:`indelible.identity.ports.Sessions`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from indelible.core.activity import Actor
from indelible.errors import (
    Conflict,
    NotSignedIn,
    SessionRevoked,
    StepUpRequired,
    WrongCredentials,
)
from indelible.identity.model import Session, SessionId, UserId
from indelible.identity.ports import (
    Effect,
    Ending,
    NewAssumption,
    NewSession,
    Successor,
    Whose,
)
from indelible.storage.postgres import assumed_sessions, session_ends
from indelible.storage.postgres.clock import NOTE
from indelible.storage.postgres.database import Database
from indelible.storage.postgres.identity_tables import (
    SESSIONS_WITH_USERS,
    USER_COLUMNS,
    idle_end,
    now,
    sessions,
    tenants,
    user_of,
    users,
)
from indelible.storage.postgres.session_validity import over, valid

_REVOKED = "revoked"
_TOUCH_EVERY = timedelta(seconds=30)

_stale = sessions.c.last_active_at < now - _TOUCH_EVERY

_VALID = valid(now)
_OVER = over(now)

_FIND = (
    sa.select(
        sessions.c.id,
        sessions.c.created_at,
        sessions.c.expires_at,
        idle_end,
        _stale.label("stale"),
        _VALID.label("valid"),
        _OVER.label("over"),
        sessions.c.ended_how,
        sessions.c.parent,
        sessions.c.assumed_by,
        sessions.c.assumed_by_email,
        sessions.c.assumed_by_name,
        sessions.c.assumed_reason,
        *USER_COLUMNS,
    )
    .select_from(SESSIONS_WITH_USERS)
    .where(sessions.c.token_digest == sa.bindparam("digest"))
)

# Asked again whether it is stale: of many requests at once, one writes.
_TOUCH = (
    sessions.update()
    .where(sessions.c.id == sa.bindparam("session"), sessions.c.ended_at.is_(None), _stale)
    .values(last_active_at=now)
    .returning(idle_end)
)

# Time that is over is written down where it is seen: nothing makes it less than over again.
_EXPIRE = (
    sessions.update()
    .where(sessions.c.id == sa.bindparam("session"), sessions.c.ended_at.is_(None), _OVER)
    .values(ended_at=now, ended_how="expired")
)

# FOR SHARE: whoever ends the session, or disables its user, waits until the change has committed.
_HOLD = (
    sa.select(sa.type_coerce(now - sessions.c.proved_at, sa.Interval).label("age"))
    .select_from(SESSIONS_WITH_USERS)
    .where(sessions.c.id == sa.bindparam("session"), _VALID)
    .with_for_update(read=True, of=[sessions, users])
)

_ENDED_HOW = sa.select(sessions.c.ended_how).where(sessions.c.id == sa.bindparam("session"))

# Whoever disables a user or a tenant waits until the session is there, and then sees it; or has
# done it, and the statement after this one sees that.
_LOCK_USER = (
    sa.select(users.c.id).where(users.c.id == sa.bindparam("user")).with_for_update(read=True)
)
_LOCK_TENANT = (
    sa.select(tenants.c.id)
    .where(
        tenants.c.id
        == sa.select(users.c.tenant).where(users.c.id == sa.bindparam("user")).scalar_subquery()
    )
    .with_for_update(read=True)
)
_LOCKED_OUT = sa.or_(
    users.c.disabled,
    sa.exists(sa.select(tenants.c.id).where(tenants.c.id == users.c.tenant, tenants.c.disabled)),
)


class PostgresSessions:
    """Keeps sessions."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    def open(self, session: NewSession) -> Effect:
        """Add *session*, created now, unless the user was disabled or got another password."""
        # The clock is read once, so that the session lasts exactly as long as it says.
        moment = sa.select(now.label("at")).subquery("moment")
        opened = (
            sa.select(
                sa.literal(session.id, sessions.c.id.type),
                sa.literal(session.digest),
                users.c.id,
                moment.c.at,
                moment.c.at,
                moment.c.at + session.lifetime,
                sa.literal(session.idle),
                sa.literal(session.ip, sessions.c.client_ip.type),
                sa.literal(session.user_agent, sa.Text),
            )
            .select_from(users.join(moment, sa.true()))
            .where(
                users.c.id == session.user,
                users.c.password_hash == session.password_hash,
                # A code was taken in this transaction, or none is to be asked for.
                sa.or_(sa.literal(session.with_code), users.c.totp_enrolled_at.is_(None)),
                sa.not_(_LOCKED_OUT),
            )
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
            await connection.execute(NOTE)
            await _lock_user(connection, session.user)
            if await connection.scalar(statement) is None:
                raise WrongCredentials("E-mail address and password do not match.")

        return insert

    async def find(self, digest: bytes, *, active: bool = True) -> Session | None:
        """Return the session whose token has this SHA-256, if it is valid now, in one query."""
        async with self._database.asking() as connection:
            row = (await connection.execute(_FIND, {"digest": digest})).one_or_none()
            if row is None:
                return None
            if not row.valid:
                if row.over and row.ended_how is None:
                    await connection.execute(_EXPIRE, {"session": row.id})
                _refuse_revoked(row.ended_how)
                return None
            idle_until: datetime = row.idle_end
            if active and row.stale:
                touched = await connection.scalar(_TOUCH, {"session": row.id})
                idle_until = touched or idle_until
                if row.parent is not None:
                    await connection.execute(_TOUCH, {"session": row.parent})
        return Session(
            id=SessionId(row.id),
            user=user_of(row),
            created_at=row.created_at,
            expires_at=row.expires_at,
            idle_expires_at=min(idle_until, row.expires_at),
            parent=row.parent and SessionId(row.parent),
            assumed_by=row.assumed_by
            and Actor(id=row.assumed_by, email=row.assumed_by_email, name=row.assumed_by_name),
            assumed_reason=row.assumed_reason,
        )

    def end(self, id: SessionId) -> Effect:  # noqa: A002
        """End it by sign-out. The effect raises NotSignedIn where it had ended already."""
        return session_ends.end(id)

    def revoke(self, id: SessionId, *, by: Actor, reason: str) -> Effect:  # noqa: A002
        """End it as revoked. The effect raises Conflict where it is not valid any more."""
        otherwise = "This session is not active any more."
        return session_ends.revoke(sessions.c.id == id, [id], by, reason, otherwise)

    def revoke_all(
        self, whose: Whose, *, expected: Collection[SessionId], by: Actor, reason: str
    ) -> Effect:
        """End all valid sessions as revoked; see the port."""
        otherwise = "A session ended or began just now. Try again."
        return session_ends.revoke(session_ends.own(whose), expected, by, reason, otherwise)

    async def count(self, whose: Whose) -> int:
        """Return how many sessions are valid, with those that they have assumed."""
        async with self._database.asking() as connection:
            return await session_ends.count(connection, whose)

    def end_all(self, whose: Whose, *, how: Ending, expected: int) -> Effect:
        """End all valid sessions, with those that they have assumed; see the port."""
        return session_ends.end_all(whose, how=how, expected=expected)

    def assume(self, session: NewAssumption) -> Effect:
        """Add *session*, created now; see the port."""

        async def assume(connection: AsyncConnection) -> None:
            await _lock_user(connection, session.user)
            if await connection.scalar(assumed_sessions.opened(session, _LOCKED_OUT)) is None:
                raise Conflict("Nobody can act as this user: disabled, or a Super Admin.")

        return assume

    def renew(self, id: SessionId, successor: Successor) -> Effect:  # noqa: A002
        """Put *successor* in the place of a session that is valid; see the port."""
        return assumed_sessions.renew(id, successor)

    def resume(self, id: SessionId, successor: Successor) -> Effect:  # noqa: A002
        """Put *successor* in the place of the session that assumed this one; see the port."""
        return assumed_sessions.resume(id, successor)

    def hold(
        self,
        id: SessionId,  # noqa: A002
        *,
        proved_within: timedelta | None = None,
    ) -> Effect:
        """Make a change conditional on this session; see the port."""

        async def hold(connection: AsyncConnection) -> None:
            age: timedelta | None = await connection.scalar(_HOLD, {"session": id})
            if age is None:
                _refuse_revoked(await connection.scalar(_ENDED_HOW, {"session": id}))
                raise NotSignedIn("Your session has ended. Sign in again.")
            if proved_within is not None and age > proved_within:
                raise StepUpRequired("Give your password again to do this.")

        return hold

    async def prove(
        self,
        id: SessionId,  # noqa: A002
        *,
        password_hash: str | None = None,
        taking: Effect | None = None,
    ) -> None:
        """Note that its user proved themselves now; see the port."""
        statement = sessions.update().where(sessions.c.id == id).values(proved_at=now)
        hold = self.hold(id)
        unchanged = sa.select(users.c.id).where(
            users.c.id
            == sa.select(sessions.c.user_id).where(sessions.c.id == id).scalar_subquery(),
            users.c.password_hash == password_hash,
        )
        async with self._database.begin() as connection:
            # The code first: it locks the user's row for good, the others only against changes,
            # and two who send the same code at once would wait for each other.
            if taking is not None:
                await taking(connection)
            await hold(connection)
            if password_hash is not None and await connection.scalar(unchanged) is None:
                raise NotSignedIn("Your password was changed. Sign in again.")
            await connection.execute(statement)


async def _lock_user(connection: AsyncConnection, user: UserId) -> None:
    for statement in (_LOCK_USER, _LOCK_TENANT):
        await connection.execute(statement, {"user": user})


def _refuse_revoked(ended_how: str | None) -> None:
    if ended_how == _REVOKED:
        raise SessionRevoked("This session was revoked. Sign in again.")

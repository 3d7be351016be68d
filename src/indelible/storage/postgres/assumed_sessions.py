"""Sessions that come out of another one: acting as somebody else, and back again."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from indelible.errors import NotSignedIn
from indelible.identity.access import Role
from indelible.identity.model import SessionId
from indelible.identity.ports import Effect, NewAssumption, Successor
from indelible.storage.postgres import session_ends
from indelible.storage.postgres.identity_tables import now, sessions, users

_old = sessions.alias("old")

# The clock is read once, so that a session lasts exactly as long as it says.
_moment = sa.select(now.label("at")).subquery("moment")


def opened(session: NewAssumption, locked_out: sa.ColumnElement[bool]) -> sa.Executable:
    """Return the statement that adds *session*, unless its user is *locked_out* or Super Admin.

    It ends with its parent at the latest, and that one acts as nobody else itself.
    """
    row = {
        "id": sa.literal(session.id, sessions.c.id.type),
        "token_digest": sa.literal(session.digest),
        "user_id": users.c.id,
        "created_at": _moment.c.at,
        "last_active_at": _moment.c.at,
        # Nobody proved to be the user: what asks for that is refused.
        "proved_at": sa.func.to_timestamp(0),
        "expires_at": sa.func.least(_moment.c.at + session.lifetime, _old.c.expires_at),
        "idle": sa.literal(session.lifetime),
        "client_ip": sa.literal(session.ip, sessions.c.client_ip.type),
        "user_agent": sa.literal(session.user_agent, sa.Text),
        "parent": _old.c.id,
        "assumed_by": sa.literal(session.by.id, sa.Text),
        "assumed_by_email": sa.literal(session.by.email, sa.Text),
        "assumed_by_name": sa.literal(session.by.name, sa.Text),
        "assumed_reason": sa.literal(session.reason, sa.Text),
    }
    found = (
        sa.select(*row.values())
        .select_from(users.join(_old, sa.true()).join(_moment, sa.true()))
        .where(
            users.c.id == session.user,
            users.c.role != Role.SUPER_ADMIN.value,
            sa.not_(locked_out),
            _old.c.id == session.parent,
            _old.c.parent.is_(None),
        )
    )
    return sessions.insert().from_select(list(row), found).returning(sessions.c.id)


def renew(id: SessionId, successor: Successor) -> Effect:  # noqa: A002
    """Put *successor* in the place of a session that is valid; see the port."""

    async def renew(connection: AsyncConnection) -> None:
        await _lock(connection, id)
        await _replace(connection, id, successor)

    return renew


def resume(id: SessionId, successor: Successor) -> Effect:  # noqa: A002
    """Put *successor* in the place of the session that assumed this one; see the port."""
    parent = sa.select(sessions.c.parent).where(sessions.c.id == id)
    stopped = sessions.update().where(sessions.c.id == id)

    async def resume(connection: AsyncConnection) -> None:
        # The parent is locked first, as by whoever ends it. Both are looked at before either ends:
        # without the assumed one, the other may be idle for too long.
        own = await _lock(connection, await connection.scalar(parent))
        await _lock(connection, id)
        await connection.execute(stopped.values(ended_at=now, ended_how="sign_out"))
        await _replace(connection, own, successor)

    return resume


async def _lock(connection: AsyncConnection, id: str | None) -> str:  # noqa: A002
    if id is None or not await session_ends.lock(connection, sessions.c.id == id):
        raise NotSignedIn("Your session has ended. Sign in again.")
    return id


async def _replace(connection: AsyncConnection, id: str, successor: Successor) -> None:  # noqa: A002
    row = {
        "id": sa.literal(successor.id, sessions.c.id.type),
        "token_digest": sa.literal(successor.digest),
        "user_id": _old.c.user_id,
        "created_at": _moment.c.at,
        "last_active_at": _moment.c.at,
        "proved_at": _old.c.proved_at,
        "expires_at": _old.c.expires_at,
        "idle": _old.c.idle,
        "client_ip": sa.literal(successor.ip, sessions.c.client_ip.type),
        "user_agent": sa.literal(successor.user_agent, sa.Text),
    }
    found = sa.select(*row.values()).select_from(_old.join(_moment, sa.true()))
    await connection.execute(sessions.insert().from_select(list(row), found.where(_old.c.id == id)))
    await session_ends.replace(connection, id)

"""How sessions end: by their user, by others, or with what they depend on.

Whatever ends a session ends those that it had assumed, in the same transaction. Rows are locked
before it is decided whether they are valid: that waits for changes that hold a session, and sees
what they and others left of it.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from indelible.core.activity import Actor
from indelible.errors import Conflict, NotSignedIn
from indelible.identity.model import SessionId
from indelible.identity.ports import Effect, Ending, Whose
from indelible.storage.postgres.identity_tables import (
    SESSIONS_WITH_USERS,
    now,
    sessions,
    users,
)
from indelible.storage.postgres.session_validity import standing, valid

_VALID = valid(now)
# Who is disabled by the very transaction that ends the sessions is no reason to leave them.
_STANDING = standing(now)
_other = sessions.alias("other")

# In the order of their ids, whoever asks: two who end the same ones never wait in a ring.
_LOCKED = (
    sa.select(sessions.c.id)
    .select_from(SESSIONS_WITH_USERS)
    .order_by(sessions.c.id)
    .with_for_update(of=sessions)
)


def end(id: SessionId) -> Effect:  # noqa: A002
    """End it by sign-out; see the port."""
    parent = sa.select(sessions.c.parent).where(sessions.c.id == id)

    async def end(connection: AsyncConnection) -> None:
        # The session that assumed it is locked first, as by whoever ends that one.
        own = await connection.scalar(parent)
        both = [each for each in (own, id) if each is not None]
        for each in both:
            await lock(connection, sessions.c.id == each)
        still = sessions.update().where(sessions.c.id.in_(both), sessions.c.ended_at.is_(None))
        ended = await connection.execute(
            still.values(ended_at=now, ended_how="sign_out").returning(sessions.c.id)
        )
        if id not in set(ended.scalars()):
            raise NotSignedIn("This session has ended already.")
        await _end_assumed(connection, both)

    return end


def revoke(which: sa.ColumnElement[bool], expected: Collection[str], by: Actor, reason: str,
           otherwise: str) -> Effect:  # fmt: skip
    """End the valid ones among *which* as revoked; Conflict where they are not the *expected*."""

    async def revoke(connection: AsyncConnection) -> None:
        ids = await lock(connection, which)
        if ids != set(expected):
            raise Conflict(otherwise)
        await _mark(
            connection,
            ids,
            "revoked",
            revoked_by=by.id,
            revoked_by_email=by.email,
            revoked_by_name=by.name,
            revoked_reason=reason,
        )
        await _end_assumed(connection, ids)

    return revoke


def end_all(whose: Whose, *, how: Ending, expected: int) -> Effect:
    """End all that are valid with what they depend on; see the port."""

    async def end_all(connection: AsyncConnection) -> None:
        ids = await _lock(connection, sa.and_(own(whose), _STANDING))
        await _mark(connection, ids, how.value)
        ended = len(ids) + await _end_assumed(connection, ids)
        if ended != expected:
            raise Conflict("A session ended or began just now. Try again.")

    return end_all


async def end_of(connection: AsyncConnection, users_: Collection[str], how: Ending) -> None:
    """End all that stand of these users, with those that they have assumed, however many.

    For what says itself in no entry how many those were; the users' rows are locked already, so
    that nobody opens another one.
    """
    theirs = sa.cast(sessions.c.user_id, sa.Text).in_(users_)
    ids = await _lock(connection, sa.and_(theirs, _STANDING))
    await _mark(connection, ids, how.value)
    await _end_assumed(connection, ids)


async def end_assumptions(connection: AsyncConnection, user: str, how: Ending) -> None:
    """End what this user has assumed, and the sessions in which somebody acts as this user.

    The user's row is locked already, so that nobody assumes meanwhile.
    """
    theirs = sa.select(_other.c.id).where(_other.c.user_id == user)
    acting = sa.and_(sessions.c.parent.is_not(None), sessions.c.user_id == user)
    which = sa.or_(acting, sessions.c.parent.in_(theirs))
    await _mark(connection, await _lock(connection, sa.and_(which, _STANDING)), how.value)


async def count(connection: AsyncConnection, whose: Whose) -> int:
    """Return how many are valid, with those that they have assumed."""
    theirs = sa.select(sessions.c.id).select_from(sessions.join(users)).where(own(whose))
    query = (
        sa.select(sa.func.count())
        .select_from(SESSIONS_WITH_USERS)
        .where(_STANDING, sa.or_(sessions.c.id.in_(theirs), sessions.c.parent.in_(theirs)))
    )
    return int((await connection.execute(query)).scalar_one())


async def lock(connection: AsyncConnection, which: sa.ColumnElement[bool]) -> set[str]:
    """Lock the valid sessions among *which* until the transaction ends, and return their ids."""
    return await _lock(connection, sa.and_(which, _VALID))


async def replace(connection: AsyncConnection, id: str) -> None:  # noqa: A002
    """Mark a locked session as replaced by another one, and end what it had assumed."""
    await _mark(connection, [id], "renewed")
    await _end_assumed(connection, [id])


def own(whose: Whose) -> sa.ColumnElement[bool]:
    """Return what tells these sessions from others; over ``SESSIONS_WITH_USERS``."""
    conditions: list[sa.ColumnElement[bool]] = [sa.true()]
    if whose.user is not None:
        conditions.append(sessions.c.user_id == whose.user)
    if whose.tenant is not None:
        conditions.append(users.c.tenant == whose.tenant)
    if whose.other_than is not None:
        conditions.append(sessions.c.id != whose.other_than)
    return sa.and_(*conditions)


async def _mark(connection: AsyncConnection, ids: Collection[str], how: str, **values: Any) -> None:
    statement = sessions.update().where(sessions.c.id.in_(ids))
    await connection.execute(statement.values(ended_at=now, ended_how=how, **values))


async def _end_assumed(connection: AsyncConnection, parents: Collection[str]) -> int:
    """End the sessions that *parents* have assumed, and return how many were valid.

    A statement of its own after the parents are locked: nobody can assume by them any more, and
    whoever did is seen.
    """
    theirs = sa.and_(sessions.c.parent.in_(parents), _STANDING)
    ids = await _lock(connection, theirs) if parents else set()
    await _mark(connection, ids, "parent_ended")
    return len(ids)


async def _lock(connection: AsyncConnection, which: sa.ColumnElement[bool]) -> set[str]:
    return set((await connection.execute(_LOCKED.where(which))).scalars())

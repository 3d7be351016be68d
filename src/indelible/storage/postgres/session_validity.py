"""What makes a session valid, and what has become of one that is not: said here and nowhere else.

Sessions that end with something else (a disabled user, another role, the session that assumed them)
are marked as ended in the transaction of that. So a session can be judged by its own row, its user
and its tenant.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from indelible.identity.session_search import SessionStatus
from indelible.storage.postgres.identity_tables import idle_end, sessions, tenants, users

Moment = sa.ColumnElement[datetime]

_child = sessions.alias("child")


def over(moment: Moment) -> sa.ColumnElement[bool]:
    """Whether a session's time is over at *moment*: its whole time, or that without a request.

    The idle time of a session does not run while it acts as somebody else.
    """
    acting = sa.exists(
        sa.select(sa.literal(1)).where(
            _child.c.parent == sessions.c.id,
            _child.c.ended_at.is_(None),
            _child.c.expires_at > moment,
        )
    )
    return sa.or_(sessions.c.expires_at <= moment, sa.and_(idle_end <= moment, sa.not_(acting)))


def standing(moment: Moment) -> sa.ColumnElement[bool]:
    """Whether a session has neither ended nor is over at *moment*, whoever may sign in."""
    return sa.and_(sessions.c.ended_at.is_(None), sa.not_(over(moment)))


def valid(moment: Moment) -> sa.ColumnElement[bool]:
    """Whether a session is valid at *moment*; over ``SESSIONS_WITH_USERS``."""
    return sa.and_(
        standing(moment),
        sa.not_(users.c.disabled),
        sa.not_(sa.func.coalesce(tenants.c.disabled, False)),
    )


def status(moment: Moment) -> sa.ColumnElement[str]:
    """What has become of a session by *moment*; ``active`` is exactly what is valid."""
    return sa.case(
        (sessions.c.ended_how == "revoked", SessionStatus.REVOKED.value),
        (sessions.c.ended_how == "expired", SessionStatus.EXPIRED.value),
        (sessions.c.ended_at.is_not(None), SessionStatus.ENDED.value),
        (over(moment), SessionStatus.EXPIRED.value),
        (users.c.disabled, SessionStatus.ENDED.value),
        (sa.func.coalesce(tenants.c.disabled, False), SessionStatus.ENDED.value),
        else_=SessionStatus.ACTIVE.value,
    )

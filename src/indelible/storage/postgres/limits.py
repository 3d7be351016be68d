"""How long the database may be busy with one thing, and what is said where that was not enough."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from psycopg import errors

from indelible.errors import Overloaded, TimedOut, Unavailable

_LATER = 5.0  # seconds until a question that took too long may fare better
_SOON = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What PostgreSQL breaks off by itself, in seconds; 0 is never.

    Attributes:
        statement: a statement that runs for longer.
        lock: a statement that waits for longer for a lock.
        idle: a transaction in which nobody asks anything for longer. Who holds a lock and is gone,
            or stopped, must not hold it for as long as TCP takes to notice.
    """

    statement: float = 0
    lock: float = 0
    idle: float = 0

    @property
    def options(self) -> str:
        """What a connection is opened with."""
        return (
            f"-c statement_timeout={_milliseconds(self.statement)}"
            f" -c lock_timeout={_milliseconds(self.lock)}"
            f" -c idle_in_transaction_session_timeout={_milliseconds(self.idle)}"
        )


WRITING = Limits(lock=30, idle=60)
READING = Limits(statement=10, lock=5, idle=120)

UNHURRIED = """
SELECT set_config(name, '0', true)
FROM unnest(ARRAY['statement_timeout', 'idle_in_transaction_session_timeout']) AS name
"""
"""Lifts the limits of one transaction: for a check or an erasure, which take what they take."""


def unavailable(error: Exception, away: str = "The database can't be reached.") -> Unavailable:
    """Return what *error*, of the driver or of the pool, means to whoever asked.

    Args:
        error: what was raised.
        away: what is said where the database is away.
    """
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    if isinstance(cause, errors.QueryCanceled):
        return TimedOut(
            "The database took too long over this and was stopped. Narrow it, to a shorter range "
            "of time or a single tenant, or try again later.",
            retry_after=_LATER,
        )
    if isinstance(cause, errors.LockNotAvailable):
        return Overloaded(
            "Something else holds what this needs. Try again in a moment.", retry_after=_LATER
        )
    if isinstance(cause, sa.exc.TimeoutError):
        return Overloaded(
            "Every connection to the database is in use. Try again in a moment.",
            retry_after=_SOON,
        )
    return Unavailable(away)


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)

"""What PostgreSQL refuses, in words for the caller."""

from __future__ import annotations

from fastapi import Request, Response
from psycopg import errors
from sqlalchemy.exc import IntegrityError

from indelible.errors import Conflict
from indelible.web.problems import problem_of


async def refuse_conflict(request: Request, error: Exception) -> Response:
    """Answer 409 where a constraint of ``schema.sql`` stands against the change."""
    cause = error.orig if isinstance(error, IntegrityError) else None
    if isinstance(cause, errors.UniqueViolation):
        detail = "It exists already."
    elif isinstance(cause, errors.ForeignKeyViolation):
        in_use = request.method == "DELETE"
        detail = "Something still uses it." if in_use else "It refers to something unknown."
    else:
        raise error
    return problem_of(Conflict(detail)).response()

"""What PostgreSQL refuses, in words for the caller."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import JSONResponse
from psycopg import errors
from sqlalchemy.exc import IntegrityError


async def refuse_conflict(request: Request, error: Exception) -> JSONResponse:
    """Answer 409 where a constraint of ``schema.sql`` stands against the change."""
    cause = error.orig if isinstance(error, IntegrityError) else None
    if isinstance(cause, errors.UniqueViolation):
        detail = "It exists already."
    elif isinstance(cause, errors.ForeignKeyViolation):
        in_use = request.method == "DELETE"
        detail = "Something still uses it." if in_use else "It refers to something unknown."
    else:
        raise error
    return JSONResponse({"detail": detail}, status_code=409)

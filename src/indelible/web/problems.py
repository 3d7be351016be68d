"""Errors as HTTP answers: problem documents (RFC 9457).

The only place that knows which status code an error of :mod:`indelible.errors` is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from indelible import errors

MEDIA_TYPE = "application/problem+json"

REFUSED = "refused"
"""Where a request's state names the kind of problem that refused it, for whoever counts."""

_REFUSALS = frozenset({429, 503})

# The most specific class of an error decides.
STATUSES: Mapping[type[errors.IndelibleError], int] = {
    errors.Invalid: 422,
    errors.TooLarge: 413,
    errors.Conflict: 409,
    errors.NotSignedIn: 401,
    errors.WrongCredentials: 401,
    errors.WrongCode: 401,
    errors.SecondFactorRequired: 401,
    errors.SessionRevoked: 401,
    errors.Forbidden: 403,
    errors.StepUpRequired: 403,
    errors.EnrolmentRequired: 403,
    errors.NotFound: 404,
    errors.Purged: 410,
    errors.Throttled: 429,
    errors.Crowding: 429,
    errors.Unavailable: 503,
    errors.Overloaded: 503,
    errors.TimedOut: 503,
    errors.Contradicted: 503,
    errors.Unknown: 503,
    errors.Unindexed: 503,
    errors.Misconfigured: 500,
    errors.Unproven: 500,
    errors.IndelibleError: 500,
}

_TITLES: Mapping[type[errors.IndelibleError], tuple[str, str]] = {
    errors.Invalid: ("invalid", "The input can't be taken"),
    errors.TooLarge: ("too-large", "The input is too large"),
    errors.Conflict: ("conflict", "The input contradicts what stands already"),
    errors.NotSignedIn: ("not-signed-in", "Nobody is signed in"),
    errors.WrongCredentials: ("wrong-credentials", "Sign-in failed"),
    errors.SecondFactorRequired: ("second-factor-required", "A code is needed too"),
    errors.SessionRevoked: ("session-revoked", "The session was revoked"),
    errors.Forbidden: ("forbidden", "Not allowed"),
    errors.StepUpRequired: ("step-up-required", "The password is needed again"),
    errors.EnrolmentRequired: ("enrolment-required", "A second factor has to be set up first"),
    errors.NotFound: ("not-found", "There is no such thing"),
    errors.Purged: ("purged", "Its retention period is over"),
    errors.Throttled: ("throttled", "Too many attempts"),
    errors.Crowding: ("crowding", "Too much at once from one caller"),
    errors.Unavailable: ("unavailable", "A part that this needs can't be reached"),
    errors.Overloaded: ("overloaded", "Too much is asked at once"),
    errors.TimedOut: ("timed-out", "The question took too long"),
    errors.Contradicted: ("contradicted", "The database contradicts what it published"),
    errors.Unknown: ("unknown", "Whether it was written is not known"),
    errors.Unindexed: ("unindexed", "The search index can't be used"),
    errors.IndelibleError: ("internal", "Something went wrong here"),
}

# The framework's own refusals are the same problems. The least specific error names the status.
_AS_HTTP = {STATUSES[kind]: _TITLES[kind] for kind in reversed(list(_TITLES))} | {
    503: _TITLES[errors.Overloaded]  # before a route is asked, nothing else can be in the way
}


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """What went wrong, for a program and for a person (RFC 9457).

    Attributes:
        type: which kind of problem this is; stable.
        title: the kind in words.
        status: the HTTP status code.
        detail: what happened this time and what to do about it.
        field: path of the offending field or parameter.
        item: position of the offending item in a batch, from 0.
        retry_after: seconds to wait before another attempt.
    """

    type: str
    title: str
    status: int
    detail: str
    field: str | None = None
    item: int | None = None
    retry_after: int | None = None

    def response(self, headers: Mapping[str, str] | None = None) -> Response:
        """Render it."""
        return Response(
            msgspec.json.encode(self), self.status, headers=headers, media_type=MEDIA_TYPE
        )


def problem_of(error: errors.IndelibleError) -> Problem:
    """Say *error* as a problem; what went wrong inside is told to the log alone."""
    status = next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)
    slug, title = next(_TITLES[kind] for kind in type(error).__mro__ if kind in _TITLES)
    # What contradicts the database is for the operator: it names machines and files.
    public = isinstance(error, errors.Contradicted)
    said = str(error) if public else error.diagnostics()
    detail = INTERNAL.detail if status == 500 else said or title
    invalid = error if isinstance(error, errors.Invalid) else None
    wait = error.retry_after
    return Problem(
        type=f"urn:indelible:problem:{slug}",
        title=title,
        status=status,
        detail=detail,
        field=error.field,
        item=invalid.item if invalid else None,
        retry_after=None if wait is None else max(1, math.ceil(wait)),
    )


INTERNAL = Problem(
    type="urn:indelible:problem:internal",
    title="Something went wrong here",
    status=500,
    detail="It was logged under this answer's X-Request-Id. Nothing was left half done.",
)


def _of_http(status: int, detail: str) -> Problem:
    phrase = HTTPStatus(status).phrase
    words = {
        404: "There is nothing at this address.",
        405: "This address does not take that method.",
        408: "The body took too long to arrive. Send it again, over a better line or in parts.",
        413: "The body is larger than this server takes. Send less at once.",
    }
    said = detail if detail and detail != phrase else words.get(status, phrase)
    slug, title = _AS_HTTP.get(status, (phrase.lower().replace(" ", "-"), phrase))
    return Problem(type=f"urn:indelible:problem:{slug}", title=title, status=status, detail=said)


def _of_validation(error: RequestValidationError) -> Problem:
    first: Mapping[str, Any] = next(iter(error.errors()), {})
    # FastAPI's locations begin with where it looked: body, query, path.
    where = ".".join(str(part) for part in first.get("loc", ())[1:]) or None
    return Problem(
        type="urn:indelible:problem:invalid",
        title="The input can't be taken",
        status=422,
        detail=f"{first.get('msg', 'It does not fit')}.",
        field=where,
    )


async def _indelible(request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.IndelibleError)  # noqa: S101  # registered for it alone
    problem = problem_of(error)
    if problem.status == 500:
        # Not the caller's doing: the last resort logs it with its traceback.
        raise error
    _note(request, problem)
    headers: dict[str, str] = {}
    if problem.retry_after is not None:
        headers["Retry-After"] = str(problem.retry_after)
    elif problem.status == 503 and not isinstance(error, errors.Unindexed):
        headers["Retry-After"] = "1"
    if problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return problem.response(headers)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  # registered for it alone
    problem = _of_http(error.status_code, error.detail)
    _note(request, problem)
    return problem.response(error.headers)


async def _validation(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101  # registered for it alone
    return _of_validation(error).response()


def _note(request: Request, problem: Problem) -> None:
    if problem.status in _REFUSALS:
        request.scope.setdefault("state", {})[REFUSED] = problem.type.rpartition(":")[2]


def answer_with_problems(app: FastAPI) -> None:
    """Make every error of *app* a problem document."""
    app.add_exception_handler(errors.IndelibleError, _indelible)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _validation)

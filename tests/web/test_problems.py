"""Errors as problem documents."""

from __future__ import annotations

import re

import httpx
import pytest
import structlog
from fastapi import FastAPI

from indelible import errors
from indelible.web.envelope import Envelope
from indelible.web.problems import STATUSES, answer_with_problems


def tree(kind: type[errors.IndelibleError]) -> set[type[errors.IndelibleError]]:
    """Return a class and all below it."""
    return {kind}.union(*(tree(each) for each in kind.__subclasses__()))


def raised() -> dict[str, Exception]:
    """Return one of each."""
    special = {
        "Throttled": errors.Throttled("Slow down.", retry_after=1.2),
        "Invalid": errors.Invalid("Wrong.", item=3, field="resource.type"),
        "Bug": ValueError("the password is geheim"),
    }
    usual = {
        kind.__name__: kind("Words.") for kind in tree(errors.IndelibleError) - {errors.Throttled}
    }
    return {**usual, **special}


@pytest.fixture
def app() -> FastAPI:
    """An application that raises what its path names."""
    app = FastAPI(openapi_url=None)
    answer_with_problems(app)
    app.add_middleware(Envelope)

    @app.get("/raise/{name}")
    async def fail(name: str) -> None:
        raise raised()[name]

    @app.get("/number")
    async def number(n: int) -> int:
        return n

    return app


async def ask(app: FastAPI, path: str, method: str = "GET", **headers: str) -> httpx.Response:
    """Send one request."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        return await client.request(method, path, headers=headers)


def test_every_error_has_a_status() -> None:
    """No error is without its status code, inherited or its own."""
    for kind in tree(errors.IndelibleError):
        assert any(each in STATUSES for each in kind.__mro__)


@pytest.mark.parametrize("name", sorted(set(raised()) - {"Bug"}))
async def test_errors(app: FastAPI, name: str) -> None:
    """Each error is a problem document with its own status, title and words."""
    kind = getattr(errors, name)
    answer = await ask(app, f"/raise/{name}")
    problem = answer.json()
    status = next(STATUSES[each] for each in kind.__mro__ if each in STATUSES)
    assert answer.status_code == problem["status"] == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["type"].startswith("urn:indelible:problem:")
    assert problem["title"]
    assert ("Words." in problem["detail"]) == (
        status != 500 and name not in {"Throttled", "Invalid", "Contradicted"}
    )


async def test_where(app: FastAPI) -> None:
    """An invalid item is named with its field."""
    problem = (await ask(app, "/raise/Invalid")).json()
    assert (problem["item"], problem["field"]) == (3, "resource.type")


async def test_throttled(app: FastAPI) -> None:
    """Whoever is throttled is told for how long, in whole seconds."""
    answer = await ask(app, "/raise/Throttled")
    assert (answer.headers["retry-after"], answer.json()["retryAfter"]) == ("2", 2)


async def test_come_again(app: FastAPI) -> None:
    """What passes by itself says when to come again; a damaged index waits for an operator."""
    assert (await ask(app, "/raise/Unavailable")).headers["retry-after"] == "1"
    assert "retry-after" not in (await ask(app, "/raise/Unindexed")).headers


async def test_unexpected(app: FastAPI) -> None:
    """A bug is a 500 that says nothing of what is inside, and is logged with the request's id."""
    with structlog.testing.capture_logs() as logs:
        answer = await ask(app, "/raise/Bug")
    assert answer.status_code == 500
    assert "geheim" not in answer.text
    assert "ValueError" not in answer.text
    (line,) = logs
    assert line["request_id"] == answer.headers["x-request-id"]
    assert line["route"] == "/raise/{name}"


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [("/nowhere", "GET", 404), ("/number", "POST", 405), ("/number?n=x", "GET", 422)],
)
async def test_framework(app: FastAPI, path: str, method: str, status: int) -> None:
    """What the framework refuses is a problem document too."""
    answer = await ask(app, path, method)
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert answer.headers["content-type"] == "application/problem+json"
    if status == 405:
        assert answer.headers["allow"] == "GET"
    if status == 422:
        assert answer.json()["field"] == "n"


async def test_headers(app: FastAPI) -> None:
    """Every answer is protected, the unhappy ones too, and carries a request id."""
    for path in ("/number?n=1", "/nowhere", "/raise/Bug"):
        headers = (await ask(app, path)).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert re.fullmatch(r"[0-9a-f]{24}", headers["x-request-id"])


@pytest.mark.parametrize("given", ["abc-123", "a" * 65, "a b", "<x>", "é"])
async def test_request_id(app: FastAPI, given: str) -> None:
    """A caller's request id is kept if it is one, and replaced if it is not."""
    answer = await ask(app, "/number?n=1", **{"X-Request-Id": given.encode("latin-1")})  # type: ignore[arg-type]  # bytes are fine
    assert (answer.headers["x-request-id"] == given) == (given == "abc-123")

"""A host application to record: FastAPI and Starlette, the same routes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
from fastapi import APIRouter, FastAPI, HTTPException
from fastapi import Request as FastRequest
from fastapi.responses import StreamingResponse
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from indelible.capture import Principal, audited, draft_of
from indelible.core.activity import Action, Actor, TenantId

TENANT = TenantId("0198c0de-0000-7000-8000-000000000001")
ANNA = Principal(actor=Actor(id="u1", email="anna@example.com"), tenant=TENANT, session="s1")


def fastapi_app() -> FastAPI:  # noqa: C901 -- a list of routes
    """Return an application with included routers, a mount, and every kind of ending."""
    app = FastAPI()
    edges = APIRouter(prefix="/edges")

    @edges.post("", status_code=201)
    async def create(body: dict[str, Any]) -> dict[str, Any]:
        return {"id": "e1", "name": body.get("name", "edge one")}

    @edges.get("")
    async def listed() -> list[str]:
        return []

    @edges.put("/{edge_id}")
    async def update(edge_id: str, request: FastRequest) -> dict[str, str]:
        draft_of(request).changed({"name": "a", "mtu": 1, "x": 1}, {"name": "b", "mtu": 1})
        return {"id": edge_id, "name": "b"}

    @edges.delete("/{edge_id}", status_code=204)
    async def delete(edge_id: str) -> None: ...

    @edges.post("/{edge_id}/sync")
    @audited(action=Action.SYNC, resource_type="edge", resource_id="edge_id")
    async def sync(edge_id: str, request: FastRequest) -> dict[str, int]:
        draft_of(request).details(devices=3)
        return {"devices": 3}

    @edges.get("/export")
    @audited(action=Action.EXPORT, resource_type="edge")
    async def export() -> StreamingResponse:
        async def rows() -> AsyncIterator[bytes]:
            for number in range(3):
                yield f"row {number}\n".encode()

        return StreamingResponse(rows(), media_type="text/csv")

    @edges.post("/refused")
    async def refused() -> None:
        raise HTTPException(403, "no")

    @edges.post("/broken")
    async def broken() -> None:
        raise RuntimeError("boom")

    @edges.post("/slow")
    async def slow() -> None:
        await asyncio.sleep(3_600)

    @edges.post("/nothing")
    async def nothing(request: FastRequest) -> str:
        draft_of(request).skip()
        return "ok"

    @edges.post("/unrecorded")
    @audited(record=False)
    async def unrecorded() -> str:
        return "ok"

    @edges.post("/best")
    @audited(on_unreachable="best_effort")
    async def best() -> str:
        return "ok"

    @edges.post("/large")
    async def large() -> Response:
        return Response(b"x" * 300_000)

    @edges.post("/raw")
    async def raw(request: FastRequest) -> dict[str, int]:
        return {"bytes": len(await request.body())}

    @edges.post("/tokens/{token}")
    async def by_token(token: str) -> str:
        return "ok"

    version = APIRouter(prefix="/v1")
    version.include_router(edges)
    app.include_router(version, prefix="/api")
    inner = FastAPI()

    @inner.patch("/policies/{policy_id}")
    async def patch(policy_id: int) -> dict[str, int]:
        return {"id": policy_id}

    app.mount("/t/{tenant}", inner)
    return app


def starlette_app() -> Starlette:
    """Return a plain Starlette application with a route and a mount."""

    async def rename(request: Request) -> JSONResponse:
        draft_of(request).resource(name="renamed")
        return JSONResponse({})

    async def plain(request: Request) -> PlainTextResponse:
        return PlainTextResponse("ok")

    return Starlette(
        routes=[
            Route("/roles/{role_id:int}", rename, methods=["PATCH"]),
            Route("/files/{rest:path}", plain, methods=["PUT"]),
            Mount("/m", routes=[Route("/acls/{acl}", plain, methods=["DELETE"])]),
        ]
    )


def client(app: ASGIApp, **options: Any) -> httpx.AsyncClient:
    """Return a client of *app*, which answers 500 where it raises."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False, **options)
    return httpx.AsyncClient(transport=transport, base_url="http://host")

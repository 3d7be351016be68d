"""The logs themselves, for auditors, mirrors and monitors: C2SP tlog-tiles."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from indelible.core.activity import TenantId
from indelible.core.tile import Bundle, Tile
from indelible.errors import NotFound
from indelible.identity.access import Permission, Principal, scope_of
from indelible.ledger.published import newest_checkpoint, read_resource, resource_at
from indelible.web.auth import require
from indelible.web.schemas import problems
from indelible.web.services import Services, services_of

router = APIRouter(prefix="/logs", tags=["logs"])

PLATFORM = "platform"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)

_CHECKPOINT_TYPE = "text/plain; charset=utf-8"
_TILE_TYPE = "application/octet-stream"
_CHECKPOINT_SECONDS = 2
_YEAR = 365 * 24 * 60 * 60

_ServicesOf = Annotated[Services, Depends(services_of)]
_Reader = Annotated[Principal, Depends(require(Permission.LOG_READ))]


def is_text(description: str) -> dict[str, Any]:
    """Describe an answer that is a signed note."""
    return {
        "description": description,
        "content": {"text/plain": {"schema": {"type": "string"}}},
    }


def is_bytes(description: str) -> dict[str, Any]:
    """Describe an answer that is a tile."""
    return {
        "description": description,
        "content": {_TILE_TYPE: {"schema": {"type": "string", "format": "binary"}}},
    }


def checkpoint_answer(note: str, *, public: bool) -> Response:
    """Return a checkpoint, which caches may keep for seconds."""
    headers = _caching(public=public, how=f"max-age={_CHECKPOINT_SECONDS}")
    return Response(note.encode(), headers=headers, media_type=_CHECKPOINT_TYPE)


def tile_answer(data: bytes, *, public: bool) -> Response:
    """Return a tile or a bundle, which never changes: its width is in its address."""
    headers = _caching(public=public, how=f"max-age={_YEAR}, immutable")
    return Response(data, headers=headers, media_type=_TILE_TYPE)


def tile_named(place: str) -> Tile | Bundle:
    """Return what is at ``tile/<place>``; a dependency."""
    return resource_at(f"tile/{place}")


@router.get(
    "/{log}/checkpoint",
    summary="A log's newest signed checkpoint",
    responses={200: is_text("The signed checkpoint."), **problems(401, 403, 404)},
)
async def read_checkpoint(log: str, principal: _Reader, services: _ServicesOf) -> Response:
    """Return how many entries the log has and their root hash, signed by the log's key."""
    async with services.logs.open(_tenant(log), scope_of(principal)) as tree:
        return checkpoint_answer(await newest_checkpoint(tree), public=False)


@router.get(
    "/{log}/tile/{place:path}",
    summary="A tile of a log: hashes, or the entries below them",
    responses={
        200: is_bytes("The tile, or the entry bundle."),
        **problems(401, 403, 404, 410),
    },
)
async def read_tile(
    log: str,
    resource: Annotated[Tile | Bundle, Depends(tile_named)],
    principal: _Reader,
    services: _ServicesOf,
) -> Response:
    """Return `<level>/<index>`, or `entries/<index>`, as C2SP tlog-tiles spells them.

    Partial ones, `.p/<width>`, are there at every width that the log has reached.
    """
    async with services.logs.open(_tenant(log), scope_of(principal)) as tree:
        return tile_answer(await read_resource(tree, resource), public=False)


def _tenant(log: str) -> TenantId | None:
    if log == PLATFORM:
        return None
    if not _UUID.fullmatch(log):
        raise NotFound("There is no such log.")
    return TenantId(log)


def _caching(*, public: bool, how: str) -> dict[str, str]:
    if not public:
        # One browser may serve several people: what one was given is not the next one's.
        return {"Cache-Control": f"private, {how}", "Vary": "Cookie, Authorization"}
    return {
        "Cache-Control": f"public, {how}",
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }

"""The logs themselves, for auditors, mirrors and monitors: C2SP tlog-tiles."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from indelible.core.activity import TenantId
from indelible.core.key import VerifierKey
from indelible.core.scope import Scope
from indelible.core.tile import Bundle, Tile
from indelible.errors import NotFound
from indelible.identity import access
from indelible.identity.access import Permission, Principal, scope_of
from indelible.ledger.published import (
    PublishedRoot,
    newest_checkpoint,
    read_resource,
    resource_at,
)
from indelible.web.admission import TakesTurns
from indelible.web.auth import current_visitor
from indelible.web.policy import Policy, require
from indelible.web.schemas import answer, json, problems
from indelible.web.services import Services, services_of

router = APIRouter(tags=["logs"], route_class=TakesTurns)

PLATFORM = "platform"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)

_CHECKPOINT_TYPE = "text/plain; charset=utf-8"
_TILE_TYPE = "application/octet-stream"
_CHECKPOINT_SECONDS = 2
_YEAR = 365 * 24 * 60 * 60


class KeysBody(msgspec.Struct, frozen=True, kw_only=True):
    """The keys of a log.

    Attributes:
        keys: verifier keys, as signed notes spell them.
        statements: signed notes, each by a key and its successor.
    """

    keys: list[str]
    statements: list[str]


_ServicesOf = Annotated[Services, Depends(services_of)]
_Reader = Annotated[Principal, Depends(require(Permission.LOG_READ, assumed=True))]


def _is_text(description: str) -> dict[str, Any]:
    """Describe an answer that is a signed note."""
    return {
        "description": description,
        "content": {"text/plain": {"schema": {"type": "string"}}},
    }


def _is_bytes(description: str) -> dict[str, Any]:
    """Describe an answer that is a tile."""
    return {
        "description": description,
        "content": {_TILE_TYPE: {"schema": {"type": "string", "format": "binary"}}},
    }


def _checkpoint_answer(note: str, *, public: bool) -> Response:
    """Return a checkpoint, which caches may keep for seconds."""
    headers = _caching(public=public, how=f"max-age={_CHECKPOINT_SECONDS}")
    return Response(note.encode(), headers=headers, media_type=_CHECKPOINT_TYPE)


def _tile_answer(data: bytes, *, public: bool) -> Response:
    """Return a tile or a bundle, which never changes: its width is in its address."""
    headers = _caching(public=public, how=f"max-age={_YEAR}, immutable")
    return Response(data, headers=headers, media_type=_TILE_TYPE)


def _tile_named(place: str) -> Tile | Bundle:
    """Return what is at ``tile/<place>``; a dependency."""
    return resource_at(f"tile/{place}")


@router.get(
    "/logs/{log}/checkpoint",
    summary="A log's newest signed checkpoint",
    responses={200: _is_text("The signed checkpoint."), **problems(401, 403, 404)},
)
async def read_checkpoint(log: str, principal: _Reader, services: _ServicesOf) -> Response:
    """Return how many entries the log has and their root hash, signed by the log's key."""
    async with services.logs.open(_tenant(log), scope_of(principal)) as tree:
        return _checkpoint_answer(await newest_checkpoint(tree), public=False)


@router.get(
    "/logs/{log}/keys",
    summary="The keys that sign a log, or did",
    responses={200: answer(KeysBody, "Every key, oldest first."), **problems(401, 403, 404)},
)
async def read_keys(log: str, principal: _Reader, services: _ServicesOf) -> Response:
    """Return the log's verifier keys, and the statements in which each signs in the next.

    Compare a key with what its owner tells you elsewhere before you believe it.
    """
    scope = scope_of(principal)
    async with services.logs.open(_tenant(log), scope) as tree:
        origin = tree.origin
    return await _keys(services, origin, scope)


@router.get(
    "/logs/{log}/tile/{place:path}",
    summary="A tile of a log: hashes, or the entries below them",
    responses={
        200: _is_bytes("The tile, or the entry bundle."),
        **problems(401, 403, 404, 410),
    },
)
async def read_tile(
    log: str,
    principal: _Reader,  # before the tile: strangers are not told how tiles are named
    resource: Annotated[Tile | Bundle, Depends(_tile_named)],
    services: _ServicesOf,
) -> Response:
    """Return `<level>/<index>`, or `entries/<index>`, as C2SP tlog-tiles spells them.

    Partial ones, `.p/<width>`, are there at every width that the log has reached.
    """
    async with services.logs.open(_tenant(log), scope_of(principal)) as tree:
        return _tile_answer(await read_resource(tree, resource), public=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RootReaders(Policy):
    """Whoever may read a log; anybody at all where the root log is public."""

    permission: Permission = Permission.LOG_READ

    async def __call__(self, request: Request, services: _ServicesOf) -> bool:
        """Return whether anybody may read the root log.

        Raises:
            NotSignedIn: not anybody, and nobody is known behind the request.
            Forbidden: whoever is may not read logs.
        """
        if not services.root_public:
            access.require((await current_visitor(request)).principal, self.permission)
        return services.root_public


_IsPublic = Annotated[bool, Depends(RootReaders(assumed=True))]


@router.get(
    "/root/checkpoint",
    summary="The root log's newest signed checkpoint",
    responses={
        200: _is_text("The signed checkpoint, with the witnesses' cosignatures."),
        **problems(401, 403, 404),
    },
)
async def read_root_checkpoint(services: _ServicesOf, public: _IsPublic) -> Response:
    """Return size and root hash of the log of checkpoints, signed and cosigned.

    Anybody may read it where INDELIBLE_ROOT_PUBLIC says so, and else whoever reads a log.
    """
    tree = PublishedRoot(services.root)
    return _checkpoint_answer(await newest_checkpoint(tree), public=public)


@router.get(
    "/root/keys",
    summary="The keys that sign the root log, or did",
    responses={200: answer(KeysBody, "Every key, oldest first."), **problems(401, 403)},
)
async def read_root_keys(services: _ServicesOf, public: _IsPublic) -> Response:
    """Return the root log's verifier keys, and the statements in which each signs in the next."""
    return await _keys(services, services.root.origin, Scope.everything(), public=public)


@router.get(
    "/root/tile/{place:path}",
    summary="A tile of the root log: hashes, or the checkpoints below them",
    responses={200: _is_bytes("The tile, or the entry bundle."), **problems(401, 403, 404)},
)
async def read_root_tile(
    public: _IsPublic,
    resource: Annotated[Tile | Bundle, Depends(_tile_named)],
    services: _ServicesOf,
) -> Response:
    """Return `<level>/<index>`, or `entries/<index>`; an entry is a log's signed checkpoint."""
    data = await read_resource(PublishedRoot(services.root), resource)
    return _tile_answer(data, public=public)


async def _keys(services: Services, origin: str, scope: Scope, *, public: bool = False) -> Response:
    async with services.prover.store.open(scope) as reader:
        keys = [VerifierKey(origin, key).to_text() for key in await reader.keys()]
        statements = list(await reader.rotations())
    headers = _caching(public=public, how=f"max-age={_CHECKPOINT_SECONDS}")
    return json(KeysBody(keys=keys, statements=statements), headers=headers)


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

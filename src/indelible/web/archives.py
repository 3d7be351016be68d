"""ZIP archives as answers."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, AsyncExitStack
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from indelible.export.desk import Archive
from indelible.web.auth import still_signed_in
from indelible.web.held import Held

_MEDIA_TYPE = "application/zip"


def archive_of(contents: str) -> dict[str, Any]:
    """Describe an answer that is an archive with these *contents*."""
    return {
        "description": f"{contents} `X-Row-Count` says how many rows that is.",
        "headers": {"X-Row-Count": {"schema": {"type": "integer"}}},
        "content": {_MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
    }


async def held_archive(request: Request, archive: AbstractAsyncContextManager[Archive]) -> Response:
    """Return the answer that streams *archive*, and closes it when all is sent or nobody takes it.

    It is broken off when the session that asked for it ends.

    Raises:
        IndelibleError: it can't be opened; what for is said where it comes from.
    """
    stack = AsyncExitStack()
    opened = await stack.enter_async_context(archive)
    headers = {
        "Content-Disposition": f'attachment; filename="{opened.name}"',
        "X-Row-Count": str(opened.rows),
    }
    return Held(
        opened.chunks,
        stack,
        still=partial(still_signed_in, request.scope),
        headers=headers,
        media_type=_MEDIA_TYPE,
    )

"""ZIP archives as answers."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Any

from starlette.responses import Response

from indelible.export.desk import Archive
from indelible.web.held import Held

_MEDIA_TYPE = "application/zip"


def archive_of(contents: str) -> dict[str, Any]:
    """Describe an answer that is an archive with these *contents*."""
    return {
        "description": f"{contents} `X-Row-Count` says how many rows that is.",
        "headers": {"X-Row-Count": {"schema": {"type": "integer"}}},
        "content": {_MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
    }


async def held_archive(archive: AbstractAsyncContextManager[Archive]) -> Response:
    """Return the answer that streams *archive*, and closes it when all is sent or nobody takes it.

    Raises:
        IndelibleError: it can't be opened; what for is said where it comes from.
    """
    stack = AsyncExitStack()
    opened = await stack.enter_async_context(archive)
    headers = {
        "Content-Disposition": f'attachment; filename="{opened.name}"',
        "X-Row-Count": str(opened.rows),
    }
    return Held(opened.chunks, stack, headers=headers, media_type=_MEDIA_TYPE)

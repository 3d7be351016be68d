"""A proxy in front of PostgreSQL that cuts a connection off in the middle of a commit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import sqlalchemy as sa

_FILE = ".s.PGSQL.5432"
_COMMIT = b"\0COMMIT\0"  # as it is prepared, the first time


class Cutter:
    """Hands everything on, until it is to cut.

    Attributes:
        fault: ``before`` COMMIT reaches the server, or ``after`` it did and its answer is due.
        cuts: how many connections it has cut.
    """

    def __init__(self, server: Path) -> None:
        self._server = server
        self.fault = ""
        self.cuts = 0

    async def serve(self, application: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        """Stand between the application and the server."""
        heard, asked = await asyncio.open_unix_connection(str(self._server / _FILE))
        back = asyncio.create_task(_hand_on(heard, answers))
        try:
            while data := await application.read(1 << 16):
                if self.fault and _COMMIT in data:
                    self.cuts += 1
                    back.cancel()
                    await asyncio.wait([back])
                    if self.fault == "after":
                        asked.write(data)
                        await heard.read(1)
                    self.fault = ""
                    break
                asked.write(data)
        finally:
            back.cancel()
            for writer in (asked, answers):
                writer.close()


async def _hand_on(heard: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await heard.read(1 << 16):
            answers.write(data)
    answers.close()


@asynccontextmanager
async def cutting(url: str, folder: Path) -> AsyncIterator[tuple[str, Cutter]]:
    """Run one in front of the server of *url*; yields the URL through it, and it."""
    parsed = sa.make_url(url)
    cutter = Cutter(Path(str(parsed.query["host"])))
    server = await asyncio.start_unix_server(cutter.serve, str(folder / _FILE))
    through = parsed.update_query_dict({"host": str(folder)})
    async with server:
        yield through.render_as_string(hide_password=False), cutter

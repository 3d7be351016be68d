"""The desk that archives leave over: so many at once, none without an entry about it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import msgspec

from indelible.core.activity import Activity, Json, Receipt
from indelible.errors import Throttled
from indelible.export.archive import zipped
from indelible.export.container import Member

MAX_AT_ONCE = 4
_WAIT_SECONDS = 10.0


class Recorder(Protocol):
    """Takes activities; what the ledger's port of this name promises, as far as we need it."""

    async def record(self, activities: Sequence[Activity]) -> Sequence[Receipt]:
        """Commit all of *activities*, or nothing."""


class Counted(Protocol):
    """All that there is to take away, at one instant; *total* says how much that is."""

    @property
    def total(self) -> int:
        """How many rows."""


Snapshot = TypeVar("Snapshot", bound=Counted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A ZIP archive on its way out.

    Attributes:
        name: its file name.
        rows: how many rows are in its table.
        chunks: its bytes; to be read once, to the end or not.
    """

    name: str
    rows: int
    chunks: AsyncIterator[bytes]


class ExportDesk:
    """Lets archives out, of whatever.

    An export is recorded before the first byte can be read, so that nobody takes a table away
    unseen: where it can't be recorded, there is no archive.
    """

    def __init__(self, recorder: Recorder, *, at_once: int = MAX_AT_ONCE) -> None:
        """Take where to record, and how many archives may be under way at once."""
        self._recorder = recorder
        self._at_once = at_once
        self._under_way = 0

    @asynccontextmanager
    async def export(
        self,
        snapshot: AbstractAsyncContextManager[Snapshot],
        members: Callable[[Snapshot, ExitStack], Sequence[Member]],
        *,
        name: str,
        activity: Activity,
        said: Json,
    ) -> AsyncIterator[Archive]:
        """Open an archive; it can be read while the block lasts.

        Args:
            snapshot: opens all that is in it, as it stands at one instant.
            members: its files; what they need open is closed with the stack.
            name: its file name.
            activity: who exports what; its payload becomes the filter and the number of rows.
            said: the filter, as the reader put it.

        Raises:
            Throttled: enough exports are under way.
            Unavailable: the export can't be recorded, or the rows can't be read.
        """
        if self._under_way >= self._at_once:
            raise Throttled(
                "Enough exports are under way. Try again in a moment.", retry_after=_WAIT_SECONDS
            )
        self._under_way += 1
        try:
            async with snapshot as stands:
                payload: dict[str, Any] = {"filter": said, "rows": stands.total}
                await self._recorder.record([msgspec.structs.replace(activity, payload=payload)])
                with ExitStack() as stack:
                    chunks = zipped(members(stands, stack))
                    try:
                        yield Archive(name=name, rows=stands.total, chunks=chunks)
                    finally:
                        await chunks.aclose()
        finally:
            self._under_way -= 1

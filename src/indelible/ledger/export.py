"""Export: what passes a filter, as an archive, and an entry that says who took it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date

import msgspec

from indelible.core.activity import Activity, Json
from indelible.core.scope import Scope
from indelible.errors import Throttled
from indelible.ledger import export_proofs, export_table
from indelible.ledger.export_archive import Member, zipped
from indelible.ledger.ports import Recorder
from indelible.ledger.search import ActivityIndex, Filter

RESOURCE_TYPE = "audit_log"
"""What an export is an export of; its id is the tenant's, or ``all``."""

MAX_AT_ONCE = 4
_WAIT_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A ZIP archive on its way out.

    Attributes:
        name: its file name.
        rows: how many entries are in it.
        chunks: its bytes; to be read once, to the end or not.
    """

    name: str
    rows: int
    chunks: AsyncIterator[bytes]


class Exporter:
    """Makes archives of the activity log.

    The table and the proofs are read from one snapshot, newest first, in constant memory: what is
    in the archive is what passed the filter at one instant.
    """

    def __init__(self, *, index: ActivityIndex, recorder: Recorder) -> None:
        """Take where to read and where to record that it was read."""
        self._index = index
        self._recorder = recorder
        self._under_way = 0

    @asynccontextmanager
    async def export(
        self, where: Filter, scope: Scope, *, activity: Activity, said: Json, day: date
    ) -> AsyncIterator[Archive]:
        """Open an archive of all that passes *where*; it can be read while the block lasts.

        The export is recorded before the first byte can be read, so that nobody takes the log away
        unseen: where it can't be recorded, there is no archive.

        Args:
            where: which entries.
            scope: whose entries the reader may see.
            activity: who exports what; its payload becomes the filter and the number of rows.
            said: *where*, as the reader put it.
            day: the date in the names of the files.

        Raises:
            Throttled: enough exports are under way.
            Unavailable: the export can't be recorded, or the log can't be read.
        """
        if self._under_way >= MAX_AT_ONCE:
            raise Throttled(
                "Enough exports are under way. Try again in a moment.", retry_after=_WAIT_SECONDS
            )
        self._under_way += 1
        try:
            async with self._index.snapshot(where, scope) as snapshot:
                payload = {"filter": said, "rows": snapshot.total}
                await self._recorder.record([msgspec.structs.replace(activity, payload=payload)])
                name = f"activity-log-{day.isoformat()}"
                # Room for more: evidence.json joins these two.
                members = (
                    Member(f"{name}.csv", export_table.lines(snapshot.entries())),
                    Member("entries.jsonl", export_proofs.lines(snapshot.entries())),
                )
                chunks = zipped(members)
                try:
                    yield Archive(name=f"{name}.zip", rows=snapshot.total, chunks=chunks)
                finally:
                    await chunks.aclose()
        finally:
            self._under_way -= 1

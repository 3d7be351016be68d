"""Export of the activity log: what passes a filter, as a table with what proves it."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from datetime import date

from indelible.core.activity import Activity, Json
from indelible.core.scope import Scope
from indelible.export.archive import Member
from indelible.export.desk import Archive, ExportDesk
from indelible.ledger import export_proofs, export_table
from indelible.ledger.search import ActivityIndex, Filter, Snapshot

RESOURCE_TYPE = "audit_log"
"""What an export is an export of; its id is the tenant's, or ``all``."""


class Exporter:
    """Makes archives of the activity log.

    The table and the proofs are read from one snapshot, newest first, in constant memory: what is
    in the archive is what passed the filter at one instant.
    """

    def __init__(self, *, index: ActivityIndex, desk: ExportDesk) -> None:
        """Take where to read, and the desk that archives leave over."""
        self._index = index
        self._desk = desk

    def export(
        self, where: Filter, scope: Scope, *, activity: Activity, said: Json, day: date
    ) -> AbstractAsyncContextManager[Archive]:
        """Open an archive of all that passes *where*; it can be read while the block lasts.

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
        name = f"activity-log-{day.isoformat()}"

        def members(snapshot: Snapshot) -> tuple[Member, ...]:
            # Room for more: evidence.json joins these two.
            return (
                Member(f"{name}.csv", export_table.lines(snapshot.entries())),
                Member("entries.jsonl", export_proofs.lines(snapshot.entries())),
            )

        snapshot = self._index.snapshot(where, scope)
        return self._desk.export(
            snapshot, members, name=f"{name}.zip", activity=activity, said=said
        )

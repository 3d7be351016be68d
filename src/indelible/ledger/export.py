"""Export of the activity log: what passes a filter, as a table with what proves it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, ExitStack
from datetime import UTC, date, datetime
from pathlib import Path

from indelible.core.activity import Activity
from indelible.core.evidence_file import ENTRIES, EVIDENCE, LEFT_OUT, Completeness
from indelible.core.instant import format_time, microseconds
from indelible.core.scope import Scope
from indelible.errors import Invalid
from indelible.export.container import Member
from indelible.export.deflate import deflated
from indelible.export.desk import Archive, ExportDesk
from indelible.export.spool import Spool
from indelible.ledger.export_files import ExportFiles
from indelible.ledger.places import Places
from indelible.ledger.prove_export import Claims, ExportProver
from indelible.ledger.search import ActivityIndex, Filter, Snapshot

RESOURCE_TYPE = "audit_log"
"""What an export is an export of; its id is the tenant's, or ``all``."""

_OF_A_STRETCH = {"tenant", "from_", "to"}
_PRIVATE = ("search", "address")


class Exporter:
    """Makes archives of the activity log.

    The table and the proofs are read from one snapshot, newest first, in constant memory: what is
    in the archive is what passed the filter at one instant.
    """

    def __init__(
        self,
        *,
        index: ActivityIndex,
        desk: ExportDesk,
        prover: ExportProver,
        folder: Path | None = None,
        held_up: Callable[[], bool] = lambda: False,
    ) -> None:
        """Take what it is made with.

        Args:
            index: where to read.
            desk: what archives leave over.
            prover: what proves them.
            folder: where tables wait for their turn; the system's for such files by default.
            held_up: whether something more important is under way just now: then exports rest.
        """
        self._index = index
        self._desk = desk
        self._prover = prover
        self._folder = folder
        self._held_up = held_up

    def export(
        self,
        where: Filter,
        scope: Scope,
        *,
        activity: Activity,
        said: Mapping[str, str],
        day: date,
        complete: bool = False,
    ) -> AbstractAsyncContextManager[Archive]:
        """Open an archive of all that passes *where*; it can be read while the block lasts.

        Args:
            where: which entries.
            scope: whose entries the reader may see.
            activity: who exports what; its payload becomes the filter and the number of rows.
            said: *where*, as the reader put it.
            day: the date in the names of the files.
            complete: add the public parts of what *where* leaves out, so that the archive proves
                that nothing that passes is missing.

        Raises:
            Invalid: that can't be proved of this filter.
            Throttled: enough exports are under way.
            Unavailable: the export can't be recorded, or the log can't be read.
        """
        completeness = _completeness(where, complete=complete)
        name = f"activity-log-{day.isoformat()}"

        def members(snapshot: Snapshot, stack: ExitStack) -> tuple[Member, ...]:
            exported, left_out = Places(), Places()
            selected = completeness == "selection"
            claims = Claims(
                made=format_time(microseconds(datetime.now(UTC))),
                said=dict(said),
                rows=snapshot.total,
                completeness=completeness,
                stretches={} if selected else dict(snapshot.stretches),
            )
            rows = ExportFiles(snapshot, Spool(stack, self._folder), self._held_up)
            files = {ENTRIES: rows.entries(exported)}
            if completeness == "filtered":
                files[LEFT_OUT] = rows.left_out(left_out)
            files[f"{name}.csv"] = rows.table()
            # Last, for it is about all that went by.
            loop = asyncio.get_running_loop()
            pieces = self._prover.pieces(scope, claims, exported, left_out, loop)
            files[EVIDENCE] = deflated(pieces)
            return tuple(Member(name, content) for name, content in files.items())

        snapshot = self._index.snapshot(where, scope)
        return self._desk.export(
            snapshot, members, name=f"{name}.zip", activity=activity, said=dict(said)
        )


def _completeness(where: Filter, *, complete: bool) -> Completeness:
    given = {name for name in where.__struct_fields__ if getattr(where, name) is not None}
    if given <= _OF_A_STRETCH:
        return "range"
    if not complete:
        return "selection"
    for name in _PRIVATE:
        if name in given:
            raise Invalid(
                "What is left out can't be shown not to match this: it is looked for in what is "
                "private. Export without `complete`, or without this filter.",
                field=name,
            )
    return "filtered"

"""Export of the sessions: what passes a filter, as a table."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, ExitStack
from datetime import date

from indelible.core.activity import Action, Activity, Json, Resource
from indelible.export.container import Member
from indelible.export.deflate import deflated
from indelible.export.desk import Archive, ExportDesk
from indelible.identity import session_table
from indelible.identity.access import Permission, Principal, require, scope_of
from indelible.identity.login import RESOURCE_TYPE
from indelible.identity.model import Visit
from indelible.identity.session_search import SessionDirectory, SessionFilter, SessionSnapshot


class SessionExporter:
    """Makes archives of the sessions, newest first, as they stand at one instant."""

    def __init__(self, *, directory: SessionDirectory, desk: ExportDesk) -> None:
        """Take where to read, and the desk that archives leave over."""
        self._directory = directory
        self._desk = desk

    def export(
        self, where: SessionFilter, *, principal: Principal, visit: Visit, said: Json, day: date
    ) -> AbstractAsyncContextManager[Archive]:
        """Open an archive of all that passes *where*; it can be read while the block lasts.

        Args:
            where: which sessions; those out of the principal's sight are not among them.
            principal: who takes them away.
            visit: the circumstances.
            said: *where*, as the reader put it.
            day: the date in the names of the files.

        Raises:
            Forbidden: the principal may not.
            Throttled: enough exports are under way.
            Unavailable: the export can't be recorded, or the sessions can't be read.
        """
        require(principal, Permission.SESSIONS_EXPORT)
        name = f"sessions-{day.isoformat()}"
        activity = Activity(
            actor=principal.actor,
            assumed_by=principal.assumed_by,
            tenant=principal.tenant,
            session=principal.session,
            action=Action.EXPORT,
            resource=Resource(type=RESOURCE_TYPE, id=where.tenant or principal.tenant or "all"),
            client=visit.client,
            request=visit.granted,
        )

        def members(snapshot: SessionSnapshot, _: ExitStack) -> tuple[Member]:
            return (Member(f"{name}.csv", deflated(session_table.lines(snapshot.records()))),)

        snapshot = self._directory.snapshot(where, scope_of(principal))
        return self._desk.export(
            snapshot, members, name=f"{name}.zip", activity=activity, said=said
        )

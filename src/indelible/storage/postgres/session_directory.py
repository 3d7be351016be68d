"""Sessions as readers see them; see :class:`indelible.identity.session_search.SessionDirectory`."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncResult

from indelible.core.activity import Actor, Client, TenantId
from indelible.core.scope import Scope
from indelible.errors import NotFound
from indelible.identity.model import SessionId, UserId
from indelible.identity.page import Page
from indelible.identity.session_search import (
    MAX_PAGE_SIZE,
    PAGE_SIZE,
    Assumption,
    Revocation,
    SessionFilter,
    SessionRecord,
    SessionStatus,
)
from indelible.storage.postgres.database import Database
from indelible.storage.postgres.identity_tables import (
    SESSIONS_WITH_USERS,
    USER_COLUMNS,
    idle_end,
    sessions,
    snapshot_time,
    tenants,
    user_of,
    users,
)
from indelible.storage.postgres.keyset import Keyset
from indelible.storage.postgres.session_validity import status

Read = TypeVar("Read")

_PLANNING = sa.text("SELECT set_config('cursor_tuple_fraction', '1', true)")
_NO_SESSION = "There is no such session."
_NO_USER = "There is no such user."
_NO_TENANT = "There is no such tenant."

_status = status(snapshot_time)
_ADDRESS = sa.func.host(sessions.c.client_ip)

_RECORDS = sa.select(
    sessions.c.id,
    sessions.c.created_at,
    sessions.c.last_active_at,
    sessions.c.expires_at,
    idle_end,
    _ADDRESS.label("ip"),
    sessions.c.user_agent,
    sessions.c.ended_at,
    sessions.c.revoked_by,
    sessions.c.revoked_by_email,
    sessions.c.revoked_by_name,
    sessions.c.revoked_reason,
    sessions.c.assumed_by,
    sessions.c.assumed_by_email,
    sessions.c.assumed_by_name,
    sessions.c.assumed_reason,
    _status.label("status"),
    *USER_COLUMNS,
).select_from(SESSIONS_WITH_USERS)
_COUNT = sa.select(sa.func.count()).select_from(SESSIONS_WITH_USERS)
_PAGES = Keyset(
    rows=_RECORDS,
    count=_COUNT,
    created_at=sessions.c.created_at,
    id=sessions.c.id,
    most=MAX_PAGE_SIZE,
)


class PostgresSessionDirectory:
    """Finds sessions."""

    def __init__(self, database: Database, *, chunk: int = 1_000) -> None:
        """Take the database, and how many sessions a snapshot reads at once."""
        self._database = database
        self._chunk = chunk

    async def page(
        self,
        where: SessionFilter,
        scope: Scope,
        *,
        limit: int = PAGE_SIZE,
        cursor: str | None = None,
    ) -> Page[SessionRecord]:
        """Return one page, newest first."""
        wanted = _passes(where, scope)
        async with self._database.reading(scope) as connection:
            page = await _PAGES.page(connection, wanted, limit=limit, cursor=cursor)
        return page.each(_record)

    async def find(self, id: str, scope: Scope) -> SessionRecord:  # noqa: A002
        """Return one session."""
        wanted = sa.and_(_passes(SessionFilter(), scope), sessions.c.id == _uuid(id, _NO_SESSION))
        async with self._database.reading(scope) as connection:
            found = await _records(connection, _RECORDS.where(wanted))
        if not found:
            raise NotFound(_NO_SESSION)
        return found[0]

    async def active_of(self, user: str, scope: Scope) -> Sequence[SessionRecord]:
        """Return the active sessions of a user, newest first."""
        id_ = _uuid(user, _NO_USER)
        known = sa.select(users.c.id).where(users.c.id == id_, *_in_scope(scope))
        where = SessionFilter(user=UserId(id_), status=SessionStatus.ACTIVE)
        query = _RECORDS.where(_passes(where, scope)).order_by(*_PAGES.newest_first)
        async with self._database.reading(scope) as connection:
            if await connection.scalar(known) is None:
                raise NotFound(_NO_USER)
            return await _records(connection, query)

    async def active_in(self, tenant: str, scope: Scope) -> Sequence[SessionRecord]:
        """Return the active sessions of a tenant's users, newest first."""
        id_ = _uuid(tenant, _NO_TENANT)
        own = sa.true() if scope.tenant is None else tenants.c.id == scope.tenant
        where = SessionFilter(tenant=TenantId(id_), status=SessionStatus.ACTIVE)
        query = _RECORDS.where(_passes(where, scope)).order_by(*_PAGES.newest_first)
        async with self._database.reading(scope) as connection:
            known = sa.select(tenants.c.id).where(tenants.c.id == id_, own)
            if await connection.scalar(known) is None:
                raise NotFound(_NO_TENANT)
            return await _records(connection, query)

    @asynccontextmanager
    async def snapshot(
        self, where: SessionFilter, scope: Scope
    ) -> AsyncIterator[PostgresSessionSnapshot]:
        """Open all that passes at this instant, for as long as the block lasts."""
        wanted = _passes(where, scope)
        async with self._database.reading(scope) as connection:
            total = await _PAGES.counted(connection, wanted)
            snapshot = PostgresSessionSnapshot(connection, wanted, total, self._chunk)
            try:
                yield snapshot
            finally:
                await snapshot.close()


class PostgresSessionSnapshot:
    """A snapshot; see :class:`indelible.identity.session_search.SessionSnapshot`."""

    def __init__(
        self, connection: AsyncConnection, wanted: sa.ColumnElement[bool], total: int, chunk: int
    ) -> None:
        """Take a connection in a repeatable-read transaction; made on its event loop."""
        self._chunk = chunk
        self.total = total
        self._connection = connection
        self._query = _RECORDS.where(wanted).order_by(*_PAGES.newest_first)
        self._loop = asyncio.get_running_loop()
        self._opened: list[AsyncResult[Any]] = []

    def records(self) -> Iterator[Sequence[SessionRecord]]:
        """Yield them newest first, in chunks; each step waits for the event loop."""
        rows = self._on_the_loop(self._open())
        while chunk := self._on_the_loop(rows.fetchmany(self._chunk)):
            yield [_record(row) for row in chunk]

    async def close(self) -> None:
        """Leave the connection as it was, however far the reading went."""
        for rows in self._opened:
            await rows.close()

    async def _open(self) -> AsyncResult[Any]:
        # A cursor in the database: one query, however many sessions.
        # All of its rows are wanted, so the plan is for all of them, not for the first few.
        await self._connection.execute(_PLANNING)
        rows = await self._connection.stream(
            self._query, execution_options={"yield_per": self._chunk}
        )
        self._opened.append(rows)
        return rows

    def _on_the_loop(self, step: Coroutine[Any, Any, Read]) -> Read:
        return asyncio.run_coroutine_threadsafe(step, self._loop).result()


def _passes(where: SessionFilter, scope: Scope) -> sa.ColumnElement[bool]:
    conditions = _in_scope(scope)
    if where.tenant is not None:
        conditions.append(users.c.tenant == where.tenant)
    if where.user is not None:
        conditions.append(users.c.id == where.user)
    if where.status is not None:
        conditions.append(_status == where.status.value)
    if where.search is not None:
        columns = (users.c.email, users.c.name, _ADDRESS, sessions.c.user_agent)
        found = (column.icontains(where.search, autoescape=True) for column in columns)
        conditions.append(sa.or_(*found))
    return sa.and_(sa.true(), *conditions)


def _in_scope(scope: Scope) -> list[sa.ColumnExpressionArgument[bool]]:
    # Row-level security says so too; said here, indexes can serve it.
    return [] if scope.tenant is None else [users.c.tenant == scope.tenant]


async def _records(connection: AsyncConnection, query: sa.Select[Any]) -> list[SessionRecord]:
    return [_record(row) for row in await connection.execute(query)]


def _uuid(text: str, otherwise: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError as error:
        raise NotFound(otherwise) from error


def _record(row: sa.Row[Any]) -> SessionRecord:
    revocation = None
    if row.revoked_by is not None:
        by = Actor(id=row.revoked_by, email=row.revoked_by_email, name=row.revoked_by_name)
        revocation = Revocation(at=row.ended_at, by=by, reason=row.revoked_reason)
    assumption = None
    if row.assumed_by is not None:
        by = Actor(id=row.assumed_by, email=row.assumed_by_email, name=row.assumed_by_name)
        assumption = Assumption(by=by, reason=row.assumed_reason)
    return SessionRecord(
        id=SessionId(row.id),
        user=user_of(row),
        client=Client(ip=row.ip, user_agent=row.user_agent),
        created_at=row.created_at,
        last_active_at=row.last_active_at,
        expires_at=row.expires_at,
        idle_expires_at=min(row.idle_end, row.expires_at),
        status=SessionStatus(row.status),
        ended_at=row.ended_at,
        revocation=revocation,
        assumption=assumption,
    )

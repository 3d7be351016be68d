"""Users as readers see them; see :class:`indelible.identity.user_search.UserDirectory`."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from indelible.core.activity import TenantId
from indelible.core.scope import Scope
from indelible.errors import NotFound
from indelible.identity.access import Role
from indelible.identity.model import Tenant
from indelible.identity.page import Page
from indelible.identity.user_search import (
    MAX_PAGE_SIZE,
    PAGE_SIZE,
    TenantRecord,
    UserFilter,
    UserRecord,
    UserStatus,
)
from indelible.storage.postgres.database import Database
from indelible.storage.postgres.identity_tables import (
    SESSIONS_WITH_USERS,
    USER_COLUMNS,
    sessions,
    snapshot_time,
    tenants,
    user_of,
    users,
)
from indelible.storage.postgres.keyset import Keyset
from indelible.storage.postgres.session_validity import over, valid

_NO_USER = "There is no such user."
_NO_TENANT = "There is no such tenant."

_USERS_WITH_TENANTS = users.outerjoin(tenants)

_status: sa.ColumnElement[str] = sa.case(
    (users.c.disabled, UserStatus.DISABLED.value),
    (users.c.invited, UserStatus.INVITED.value),
    else_=UserStatus.ACTIVE.value,
)
_LAST_SIGN_IN = (
    sa.select(sa.func.max(sessions.c.created_at))
    .where(sessions.c.user_id == users.c.id, sessions.c.parent.is_(None))
    .scalar_subquery()
)
_ACTIVE = (
    sa.select(sa.func.count())
    .select_from(sessions)
    .where(
        sessions.c.user_id == users.c.id,
        sessions.c.ended_at.is_(None),
        sa.not_(over(snapshot_time)),
        sa.not_(users.c.disabled),
        sa.not_(sa.func.coalesce(tenants.c.disabled, False)),
    )
    .correlate(users, tenants)
    .scalar_subquery()
)

_RECORDS = sa.select(
    users.c.id,
    users.c.created_at,
    _status.label("status"),
    users.c.totp_enrolled_at.is_not(None).label("enrolled"),
    _LAST_SIGN_IN.label("last_sign_in_at"),
    _ACTIVE.label("active_sessions"),
    *USER_COLUMNS,
).select_from(_USERS_WITH_TENANTS)
_PAGES = Keyset(
    rows=_RECORDS,
    count=sa.select(sa.func.count()).select_from(_USERS_WITH_TENANTS),
    created_at=users.c.created_at,
    id=users.c.id,
    most=MAX_PAGE_SIZE,
)

_TENANTS = sa.select(
    tenants.c.id, tenants.c.name, tenants.c.disabled, tenants.c.created_at
).order_by(sa.func.lower(tenants.c.name), tenants.c.id)
_USERS_BY_TENANT = sa.select(users.c.tenant, sa.func.count()).group_by(users.c.tenant)
_SESSIONS_BY_TENANT = (
    sa.select(users.c.tenant, sa.func.count())
    .select_from(SESSIONS_WITH_USERS)
    .where(valid(snapshot_time))
    .group_by(users.c.tenant)
)
_USERS_BY_ROLE = sa.select(users.c.role, sa.func.count()).group_by(users.c.role)


class PostgresUserDirectory:
    """Finds users and tenants."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    async def page(
        self,
        where: UserFilter,
        scope: Scope,
        *,
        limit: int = PAGE_SIZE,
        cursor: str | None = None,
    ) -> Page[UserRecord]:
        """Return one page, newest first."""
        wanted = _passes(where, scope)
        async with self._database.reading(scope) as connection:
            page = await _PAGES.page(connection, wanted, limit=limit, cursor=cursor)
        return page.each(_record)

    async def find(self, id: str, scope: Scope) -> UserRecord:  # noqa: A002
        """Return one user."""
        wanted = sa.and_(_passes(UserFilter(), scope), users.c.id == _uuid(id, _NO_USER))
        async with self._database.reading(scope) as connection:
            row = (await connection.execute(_RECORDS.where(wanted))).one_or_none()
        if row is None:
            raise NotFound(_NO_USER)
        return _record(row)

    async def by_role(self, scope: Scope) -> Mapping[Role, int]:
        """Return how many users have each role, disabled ones included."""
        query = _USERS_BY_ROLE.where(_passes(UserFilter(), scope))
        async with self._database.reading(scope) as connection:
            return {Role(role): count for role, count in await connection.execute(query)}

    async def tenants(self, scope: Scope) -> Sequence[TenantRecord]:
        """Return the tenants in sight, by name."""
        return await self._tenants(scope, sa.true())

    async def tenant(self, id: str, scope: Scope) -> TenantRecord:  # noqa: A002
        """Return one tenant."""
        found = await self._tenants(scope, tenants.c.id == _uuid(id, _NO_TENANT))
        if not found:
            raise NotFound(_NO_TENANT)
        return found[0]

    async def _tenants(self, scope: Scope, which: sa.ColumnElement[bool]) -> Sequence[TenantRecord]:
        own = sa.true() if scope.tenant is None else tenants.c.id == scope.tenant
        async with self._database.reading(scope) as connection:
            rows = (await connection.execute(_TENANTS.where(which, own))).all()
            ids = users.c.tenant.in_([row.id for row in rows])
            counted = [
                {row[0]: row[1] for row in await connection.execute(query.where(ids))}
                for query in (_USERS_BY_TENANT, _SESSIONS_BY_TENANT)
            ]
        return [
            TenantRecord(
                tenant=Tenant(id=TenantId(row.id), name=row.name, disabled=row.disabled),
                created_at=row.created_at,
                users=counted[0].get(row.id, 0),
                active_sessions=counted[1].get(row.id, 0),
            )
            for row in rows
        ]


def _passes(where: UserFilter, scope: Scope) -> sa.ColumnElement[bool]:
    conditions: list[sa.ColumnElement[bool]] = [sa.true()]
    if scope.tenant is not None:
        # Row-level security says so too; said here, indexes can serve it.
        conditions.append(users.c.tenant == scope.tenant)
    if where.tenant is not None:
        conditions.append(users.c.tenant == where.tenant)
    if where.role is not None:
        conditions.append(users.c.role == where.role.value)
    if where.status is not None:
        conditions.append(_status == where.status.value)
    if where.search is not None:
        found = (
            column.icontains(where.search, autoescape=True)
            for column in (users.c.email, users.c.name)
        )
        conditions.append(sa.or_(*found))
    return sa.and_(*conditions)


def _record(row: sa.Row[Any]) -> UserRecord:
    return UserRecord(
        user=user_of(row),
        status=UserStatus(row.status),
        created_at=row.created_at,
        last_sign_in_at=row.last_sign_in_at,
        second_factor=row.enrolled,
        active_sessions=row.active_sessions,
    )


def _uuid(text: str, otherwise: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError as error:
        raise NotFound(otherwise) from error

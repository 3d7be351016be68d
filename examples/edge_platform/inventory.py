"""What a caller may see and change. Every change goes through here, and so is described here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from fastapi import HTTPException, Request
from sqlalchemy import ColumnElement, Table, and_, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from edge_platform.database import Tables
from edge_platform.rows import Fields, Owned, Row
from indelible.capture import draft_of

R = TypeVar("R", bound=Row)


class Inventory:
    """The platform's things as one request sees them, in one transaction.

    Attributes:
        db: the open transaction.
        tables: the platform's tables.
        tenant: the only tenant in sight; None, a Super Admin's, means all of them.
    """

    def __init__(
        self, db: AsyncConnection, tables: Tables, tenant: UUID | None, request: Request
    ) -> None:
        """Look at *tables* through the transaction *db*, for *request*."""
        self.db = db
        self.tables = tables
        self.tenant = tenant
        self._request = request

    async def all(self, kind: type[R], **where: object) -> Sequence[R]:
        """Return every thing of this kind, or those whose columns equal *where*."""
        table = self.tables[kind.table]
        query = select(table).where(self._seen(kind, table), *_equal(table, where))
        rows = await self.db.execute(query.order_by(table.c.name))
        return [kind(**row) for row in rows.mappings()]

    async def one(self, kind: type[R], id: UUID) -> R:  # noqa: A002
        """Return one thing; 404 where there is none in sight."""
        table = self.tables[kind.table]
        query = select(table).where(self._seen(kind, table), table.c.id == id)
        row = (await self.db.execute(query)).mappings().first()
        if row is None:
            raise HTTPException(404, f"There is no such {kind.__name__}.")
        return kind(**row)

    async def add(self, kind: type[R], fields: Fields, **more: object) -> R:
        """Keep a new thing and describe it to the log."""
        values: dict[str, Any] = fields.model_dump(exclude=set(more)) | more
        if issubclass(kind, Owned):
            values["tenant"] = self.home()
        query = insert(self.tables[kind.table]).values(values).returning("*")
        made = kind(**(await self.db.execute(query)).mappings().one())
        self.describe(made, after=made)
        return made

    async def change(self, kind: type[R], id: UUID, fields: Fields) -> R:  # noqa: A002
        """Change a thing and describe what it was and what it became."""
        before = await self.one(kind, id)
        self.describe(before)
        table = self.tables[kind.table]
        query = update(table).where(self._seen(kind, table), table.c.id == id)
        row = await self.db.execute(query.values(fields.model_dump()).returning("*"))
        after = kind(**row.mappings().one())
        self.describe(after, before=before, after=after)
        return after

    async def remove(self, kind: type[R], id: UUID) -> None:  # noqa: A002
        """Delete a thing and describe what it was."""
        before = await self.one(kind, id)
        self.describe(before)
        table = self.tables[kind.table]
        await self.db.execute(delete(table).where(self._seen(kind, table), table.c.id == id))
        self.describe(before, before=before)

    def home(self) -> UUID:
        """Return the tenant that something new belongs to; 422 where a Super Admin named none."""
        if self.tenant is None:
            raise HTTPException(422, "Say whose it is: ?tenant=<id>.")
        return self.tenant

    def describe(self, row: Row, *, before: Row | None = None, after: Row | None = None) -> None:
        """Tell the log which thing this request is about, and what changed in it."""
        draft = draft_of(self._request)
        draft.resource(id=str(row.id), name=row.name)
        if isinstance(row, Owned):
            draft.tenant(str(row.tenant))
        if before or after:
            draft.changed(before=_spoken(before), after=_spoken(after))

    def _seen(self, kind: type[Row], table: Table) -> ColumnElement[bool]:
        owner = table.c.tenant if issubclass(kind, Owned) else table.c.id
        return and_(True, *([] if self.tenant is None else [owner == self.tenant]))


def _equal(table: Table, where: Mapping[str, object]) -> list[ColumnElement[bool]]:
    return [table.c[name] == value for name, value in where.items()]


def _spoken(row: Row | None) -> dict[str, Any]:
    return row.model_dump(mode="json", by_alias=True, exclude={"id", "tenant"}) if row else {}

"""Pages of rows that are ordered by when they were created, newest first, read by keyset."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from indelible.errors import Invalid
from indelible.identity.page import Page
from indelible.storage.postgres.created_cursor import CreatedCursor


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyset:
    """What is paged through.

    Attributes:
        rows: query of the rows; one of its columns is ``id``, one ``created_at``.
        count: query of how many there are.
        created_at: the column that orders them.
        id: the column that tells those of one instant apart.
        most: rows on a page at most.
    """

    rows: sa.Select[Any]
    count: sa.Select[int]
    created_at: sa.ColumnElement[datetime]
    id: sa.ColumnElement[str]
    most: int

    @property
    def newest_first(self) -> tuple[sa.ColumnElement[Any], ...]:
        """The order of the rows."""
        return (self.created_at.desc(), self.id.desc())

    async def page(
        self,
        connection: AsyncConnection,
        wanted: sa.ColumnElement[bool],
        *,
        limit: int,
        cursor: str | None,
    ) -> Page[sa.Row[Any]]:
        """Return a page of the rows that are *wanted*; *connection* reads one snapshot.

        Raises:
            Invalid: the cursor is not one of ours, or the limit is out of bounds.
        """
        if not 1 <= limit <= self.most:
            raise Invalid(f"A page has 1 to {self.most} rows.", field="limit")
        place = None if cursor is None else CreatedCursor.from_text(cursor)
        total = await self.counted(connection, wanted)
        found: list[sa.Row[Any]] = []
        if place is not None and not place.older:
            ascending = self.rows.where(wanted, self._key(place) < self._own_key).order_by(
                self.created_at, self.id
            )
            found = list(await connection.execute(ascending.limit(limit)))[::-1]
            if len(found) < limit:
                # Fewer than a page is newer: that is the first page, and it is shown whole.
                found, place = [], None
        if not found:
            older = sa.true() if place is None else self._key(place) > self._own_key
            query = self.rows.where(wanted, older).order_by(*self.newest_first)
            found = list(await connection.execute(query.limit(limit)))
        if not found:
            return Page(
                items=[], next=None, previous=None, total=total, position=total if place else 0
            )
        first, last = _cursor(found[0], older=False), _cursor(found[-1], older=True)
        newer = sa.and_(wanted, self._key(first) < self._own_key)
        position = await self.counted(connection, newer)
        return Page(
            items=found,
            next=last.to_text() if position + len(found) < total else None,
            previous=first.to_text() if position else None,
            total=total,
            position=position,
        )

    async def counted(self, connection: AsyncConnection, wanted: sa.ColumnElement[bool]) -> int:
        """Return how many rows are *wanted*."""
        return await connection.scalar(self.count.where(wanted)) or 0

    @property
    def _own_key(self) -> sa.ColumnElement[Any]:
        return sa.tuple_(self.created_at, self.id)

    def _key(self, place: CreatedCursor) -> sa.ColumnElement[Any]:
        return sa.tuple_(
            sa.literal(place.created_at, self.created_at.type), sa.literal(place.id, self.id.type)
        )


def _cursor(row: sa.Row[Any], *, older: bool) -> CreatedCursor:
    return CreatedCursor(older=older, created_at=row.created_at, id=str(row.id))

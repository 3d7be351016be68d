"""Retention in PostgreSQL; see :class:`indelible.ledger.retention.RetentionStore`."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from indelible.core.activity import TenantId
from indelible.errors import Conflict, NotFound
from indelible.ledger.ports import Effect
from indelible.ledger.retention import Due, Retention, Rules, past
from indelible.storage.postgres.database import Database

_READ = sa.text("""
SELECT retention.days, retention.hold, coalesce(heads.purged, 0)
FROM (SELECT CAST(:tenant AS uuid) AS tenant) AS asked
LEFT JOIN retention USING (tenant)
LEFT JOIN logs USING (tenant) LEFT JOIN heads ON heads.log = logs.id
WHERE logs.id IS NOT NULL OR EXISTS (SELECT FROM tenants WHERE tenants.id = asked.tenant)
""")
_RULES = sa.text("SELECT days, hold FROM retention WHERE tenant = :tenant")
_CHANGE = sa.text("""
INSERT INTO retention (tenant, days, hold) VALUES (:tenant, :days, :hold)
ON CONFLICT (tenant) DO UPDATE SET days = :days, hold = :hold
""")

# The oldest entry that is left tells whether anything is due at all.
_CANDIDATES = sa.text("""
SELECT logs.id, logs.tenant::text, heads.purged, heads.size, retention.days
FROM logs JOIN heads ON heads.log = logs.id LEFT JOIN retention USING (tenant)
JOIN entries ON entries.log = logs.id AND entries.seq = heads.purged
WHERE logs.tenant IS NOT NULL AND retention.hold IS NULL
    AND entries.time < :now - make_interval(days => coalesce(retention.days, :default))
ORDER BY logs.id
""")
_TIME = sa.text("SELECT time FROM entries WHERE log = :log AND seq = :seq")
# Asked again under the lock of the head: rules may have changed since it was found what is due.
_STANDS = sa.text("""
SELECT heads.purged = :first AND retention.hold IS NULL
    AND retention.days IS NOT DISTINCT FROM CAST(:rule AS integer)
FROM heads JOIN logs ON logs.id = heads.log LEFT JOIN retention USING (tenant)
WHERE heads.log = :log
""")

# Mentions first, while entries still say which they are. Those that nobody else refers to go; what
# the entry about the purge refers to is not there yet and must not.
_MENTIONS = {
    "people": ("person", "actor_type <> 'system'"),
    "clients": ("client", "true"),
    "resources": ("resource", "type <> 'entries'"),
}
_MENTIONED = """
SELECT DISTINCT {column} FROM entries
WHERE log = :log AND seq >= :first AND seq < :beyond AND {column} IS NOT NULL
"""
_FORGET = """
DELETE FROM {table} WHERE id = ANY(:rows) AND {which}
    AND NOT EXISTS (SELECT FROM entries WHERE entries.{column} = {table}.id)
"""
_PURGE = (
    """
UPDATE receipts SET body = NULL
WHERE log = :log AND seq >= :first AND seq < :beyond AND body IS NOT NULL
""",
    r"""
UPDATE entries SET leaf = coalesce(leaf, sha256('\x00'::bytea || bytes)), bytes = NULL,
    details = NULL, session = NULL, person = 0, client = NULL, resource = 0, resource_type = 0,
    action = -1, failed = false
WHERE log = :log AND seq >= :first AND seq < :beyond AND bytes IS NOT NULL
""",
    "UPDATE heads SET purged = :beyond, erasures = erasures + 1 WHERE log = :log",
)
# What they are found by goes too.
_FORGET_FOUND_BY = sa.text("SELECT search_forget_entries(:log, :beyond)")


class PostgresRetention:
    """Keeps rules and purges."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    async def read(self, tenant: TenantId) -> Retention:
        """Return what holds for a tenant; see the port."""
        row = None
        with suppress(ValueError):  # what is no UUID names nobody
            values = {"tenant": str(uuid.UUID(tenant))}
            async with self._database.asking() as connection:
                row = (await connection.execute(_READ, values)).one_or_none()
        if row is None:
            raise NotFound("There is no such tenant.")
        return Retention(Rules(days=row[0], hold=row[1]), row[2])

    def change(self, tenant: TenantId, *, old: Rules, new: Rules) -> Effect:
        """Store rules; see the port."""

        async def change(connection: AsyncConnection) -> None:
            # The log's head is locked by the entry about it: nobody else changes them meanwhile.
            row = (await connection.execute(_RULES, {"tenant": tenant})).one_or_none()
            if (Rules() if row is None else Rules(days=row[0], hold=row[1])) != old:
                raise Conflict("Somebody else changed this meanwhile. Look again.")
            values = {"tenant": tenant, "days": new.days, "hold": new.hold}
            await connection.execute(_CHANGE, values)

        return change

    async def due(self, now: datetime, *, default: int, most: int) -> Sequence[Due]:
        """Return what is past its time; see the port."""
        found = []
        async with self._database.asking() as connection:
            candidates = await connection.execute(_CANDIDATES, {"now": now, "default": default})
            for log, tenant, purged, size, rule in candidates.all():
                stop, days = min(size, purged + most), default if rule is None else rule
                beyond = await _first_since(connection, log, purged + 1, stop, past(now, days))
                found.append(Due(log, TenantId(tenant), range(purged, beyond), rule))
        return found

    def purge(self, due: Due) -> Effect:
        """Purge; see the port."""
        values = {"log": due.log, "first": due.seqs.start, "beyond": due.seqs.stop}

        async def purge(connection: AsyncConnection) -> None:
            planned = {"log": due.log, "first": due.seqs.start, "rule": due.rule}
            if not await connection.scalar(_STANDS, planned):
                raise Conflict("Somebody purged this log meanwhile, or changed its rules.")
            await _become(connection, "indelible_eraser")
            mentioned = {}
            for table, (column, _) in _MENTIONS.items():
                query = sa.text(_MENTIONED.format(column=column))
                mentioned[table] = (await connection.scalars(query, values)).all()
            for statement in _PURGE:
                used = {name: to for name, to in values.items() if f":{name}" in statement}
                await connection.execute(sa.text(statement), used)
            for table, (column, which) in _MENTIONS.items():
                forget = sa.text(_FORGET.format(table=table, column=column, which=which))
                rows = sa.bindparam("rows", type_=sa.ARRAY(sa.BigInteger))
                await connection.execute(forget.bindparams(rows), {"rows": mentioned[table]})
            await _become(connection, "indelible_app")
            found_by = {"log": due.log, "beyond": due.seqs.stop}
            await connection.execute(_FORGET_FOUND_BY, found_by)

        return purge


async def _first_since(
    connection: AsyncConnection, log: int, low: int, high: int, then: datetime
) -> int:
    """Return the first seq from *low* to *high* whose entry is not older than *then*; or *high*."""
    while low < high:
        middle = (low + high) // 2
        time = await connection.scalar(_TIME, {"log": log, "seq": middle})
        if time is not None and time < then:
            low = middle + 1
        else:
            high = middle
    return low


async def _become(connection: AsyncConnection, role: str) -> None:
    await connection.execute(sa.text("SELECT set_config('role', :role, true)"), {"role": role})

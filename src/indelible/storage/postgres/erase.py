"""Erasing persons in PostgreSQL; see :class:`indelible.ledger.erase.ErasureStore`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from indelible.core.activity import TenantId
from indelible.core.scope import Scope
from indelible.errors import Conflict
from indelible.ledger.erase import Erased, Traces
from indelible.ledger.person_words import PersonWords
from indelible.ledger.ports import Effect
from indelible.storage.postgres.database import Database
from indelible.storage.postgres.erase_account import erase_account
from indelible.storage.postgres.traces import (
    Person,
    Rows,
    identify,
    mentions,
    naming_details,
    rows,
)

_LOGS = """
SELECT logs.id, logs.tenant::text, heads.size FROM logs JOIN heads ON heads.log = logs.id
ORDER BY logs.id
"""
_SIZES = "SELECT log, size FROM heads WHERE log = ANY(%(logs)s)"

# Receipts first: what they were about is found by what is erased next.
_ERASE = (
    """
UPDATE receipts SET body = NULL FROM entries e
WHERE receipts.log = :log AND body IS NOT NULL AND e.log = receipts.log AND e.seq = receipts.seq
    AND (e.person = ANY(:people) OR e.client = ANY(:clients) OR e.resource = ANY(:resources)
        OR e.seq = ANY(:details))
""",
    "UPDATE entries SET details = NULL WHERE log = :log AND seq = ANY(:details)",
    """
UPDATE people SET email = NULL, assumed_by_email = NULL, disclosure = NULL, key = NULL
WHERE id = ANY(:people)
""",
    """
UPDATE clients SET ip = NULL, user_agent = NULL, disclosure = NULL, key = NULL
WHERE id = ANY(:clients)
""",
    "UPDATE resources SET name = NULL, disclosure = NULL, key = NULL WHERE id = ANY(:resources)",
    "UPDATE heads SET erasures = erasures + 1 WHERE log = :log",
)
# What it is found by goes too; the worker makes it anew, of what is left.
_FORGET_NAMES = sa.text("SELECT search_forget_names(:log)")


class PostgresErasure:
    """Finds persons and erases them."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    async def find(self, person: str) -> Traces:
        """Return what there is of a person; see the port."""
        async with self._database.reading(Scope.everything(), unhurried=True) as connection:
            who = await identify(connection, person)
            found = await mentions(connection, who)
            words = PersonWords(emails=who.emails, names=who.names, addresses=found.addresses)
            details: dict[int, Sequence[int]] = {}
            sizes: dict[int, int] = {}
            logs: dict[int, tuple[TenantId | None, Erased]] = {}
            for log, tenant, size in await rows(connection, _LOGS, {}):
                seqs = await naming_details(connection, log, range(size), found, words)
                erased = _erased(found, log, len(seqs))
                if erased:
                    logs[log] = (None if tenant is None else TenantId(tenant), erased)
                    details[log], sizes[log] = seqs, size
        return Traces(who.ids, words, logs, details, sizes, who.account)

    def erase(self, traces: Traces) -> Effect:
        """Take all of it away; see the port."""
        person = Person(
            ids=traces.ids,
            emails=sorted(traces.words.emails),
            names=sorted(traces.words.full_names),
            account=traces.account,
        )

        async def erase(connection: AsyncConnection) -> None:
            found = await mentions(connection, person)
            details = await _newer_details(connection, traces, found)
            now = {log: _erased(found, log, len(seqs)) for log, seqs in details.items()}
            said = {log: erased for log, (_, erased) in traces.logs.items()}
            if now != said or not found.logs <= said.keys():
                raise Conflict("What is recorded of this person has changed meanwhile.")
            await _become(connection, "indelible_eraser")
            for log, seqs in details.items():
                await _erase(connection, log, found, seqs)
            await _become(connection, "indelible_app")
            for log in details:
                await connection.execute(_FORGET_NAMES, {"log": log})
            await erase_account(connection, person.ids, person.emails, traces.words)

        return erase


def _erased(found: Rows, log: int, details: int) -> Erased:
    counts = {kind: by_log.get(log, 0) for kind, by_log in found.erasable.items()}
    return Erased(**counts, details=details)


async def _newer_details(
    connection: AsyncConnection, traces: Traces, found: Rows
) -> Mapping[int, Sequence[int]]:
    """Return the seqs whose details go, those that came since the logs were looked at included."""
    logs = list(traces.logs)
    details = {}
    for log, size in await rows(connection, _SIZES, {"logs": logs}):
        news = range(traces.looked_at[log], size)
        newer = await naming_details(connection, log, news, found, traces.words)
        details[log] = [*traces.details[log], *newer]
    return details


async def _erase(
    connection: AsyncConnection, log: int, found: Rows, details: Sequence[int]
) -> None:
    values: dict[str, Any] = {
        "log": log,
        "people": list(found.people.get(log, ())),
        "clients": list(found.clients.get(log, ())),
        "resources": list(found.resources.get(log, ())),
        "details": list(details),
    }
    for statement in _ERASE:
        text = sa.text(statement)
        typed = text.bindparams(
            *(sa.bindparam(name, type_=sa.ARRAY(sa.BigInteger))
              for name in values if f":{name}" in statement and name != "log")
        )  # fmt: skip
        used = {name: value for name, value in values.items() if f":{name}" in statement}
        await connection.execute(typed, used)


async def _become(connection: AsyncConnection, role: str) -> None:
    await connection.execute(sa.text("SELECT set_config('role', :role, true)"), {"role": role})

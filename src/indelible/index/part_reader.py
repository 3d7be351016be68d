"""Rows of an export, read and rendered part by part, on a connection of its own.

Whoever reads has to wait: in a thread (small exports), or in a process (the others).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any

import msgspec
import psycopg
from psycopg.types.string import ByteaBinaryLoader

from indelible.core.activity import TenantId
from indelible.export import said
from indelible.export.said import Said
from indelible.ledger.export_parts import Part, PartRenderer, Wanted
from indelible.ledger.exported_row import ExportedRow, unpacked
from indelible.ledger.packing import unpacked_entries
from indelible.ledger.ports import LogNumber

ROWS = 4_000
_WIDE = 8_192  # bytes: what is larger is fetched by itself, so that ROWS rows are never much
_REMEMBERED = 8 * 1024 * 1024  # bytes of disclosures of one kind, and what keeping them takes
_ROOM = 300

_BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_SETTINGS = """
SELECT set_config(name, value, true)
FROM unnest(%(names)s::text[], %(values)s::text[]) AS settings (name, value)
"""
_ALL = """
SELECT e.log, e.seq, e.{by}, e.person, e.client, e.resource,
    CASE WHEN NOT wide THEN e.bytes END, CASE WHEN NOT wide THEN e.details END
FROM entries e,
    LATERAL (SELECT octet_length(e.bytes) + coalesce(octet_length(e.details), 0) > {wide}) w (wide)
WHERE {where} AND e.bytes IS NOT NULL ORDER BY e.{by} DESC LIMIT {rows}
"""
_PUBLIC = """
SELECT e.log, e.seq, e.{by}, NULL::bigint, NULL::bigint, NULL::bigint, e.bytes, NULL::bytea
FROM entries e WHERE {where} AND e.bytes IS NOT NULL ORDER BY e.{by} DESC LIMIT {rows}
"""
_ONE = "SELECT bytes, details FROM entries WHERE log = %s AND seq = %s"


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be read: all that has to be known for it.

    Attributes:
        connection: how to reach the database, but for the password.
        snapshot: name of the snapshot that somebody holds open.
        settings: of the transaction: whose rows can be seen, and how to look for them.
        where: SQL over ``e``, an entry: what passes.
        others: likewise: what lies in the same stretch and does not pass.
        by: the column that orders them.
        tenants: whose log each is.
    """

    connection: str
    password: str
    snapshot: str
    settings: dict[str, str]
    where: str
    others: str
    by: str
    tenants: dict[LogNumber, TenantId | None]


class PartReader:
    """Reads some rows, then renders them; between the two, others can go on behind them."""

    def __init__(self, job: Job) -> None:
        """Join the snapshot of *job*.

        Raises:
            psycopg.Error: the database can't be reached, or the snapshot is gone.
        """
        self._job = job
        self._connection = psycopg.connect(
            job.connection, password=job.password or None, autocommit=True
        )
        # An object for each id would take longer than the rest of its row.
        self._connection.adapters.register_loader("uuid", ByteaBinaryLoader)
        self._connection.execute(_BEGIN)
        self._connection.execute(f"SET TRANSACTION SNAPSHOT '{job.snapshot}'".encode())
        names, values = list(job.settings), list(job.settings.values())
        self._connection.execute(_SETTINGS, {"names": names, "values": values})
        self._people = _Mentions(self, "people", said.person)
        self._clients = _Mentions(self, "clients", said.client)
        self._resources = _Mentions(self, "resources", said.resource)
        self._renderer = PartRenderer()
        self._rows: Sequence[tuple[Any, ...]] = ()
        self._wanted: Collection[Wanted] = ()
        self._mark = ""
        self._began = 0.0

    def read(self, wanted: Collection[Wanted], behind: str) -> str | None:
        """Read rows to be rendered as *wanted*, newest first, and return the mark of the last one.

        Args:
            wanted: the files.
            behind: the mark of the row that they follow; nothing for the newest ones.

        Returns:
            None where no row follows.
        """
        self._began = time.monotonic()
        others = Wanted.LEFT_OUT in wanted
        where, by = (self._job.others if others else self._job.where), self._job.by
        if behind:
            where = f"({where}) AND e.{by} < '{behind}'"
        query = _PUBLIC if others else _ALL
        self._rows = self.all(query.format(by=by, where=where, wide=_WIDE, rows=ROWS))
        self._wanted = wanted
        if self._rows:
            last = self._rows[-1][2]
            self._mark = last.hex() if isinstance(last, bytes) else str(last)
        else:
            self._mark = behind
        return self._mark if len(self._rows) == ROWS else None

    def parts(self) -> Iterator[Part]:
        """Yield what was read last, the last part with its mark."""
        for part in self._renderer.parts(self._texts(), self._wanted, self._mark):
            yield msgspec.structs.replace(part, seconds=time.monotonic() - self._began)
            self._began = time.monotonic()

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def all(self, query: str, values: Sequence[Any] | None = None) -> list[Any]:
        """Return every row of *query*."""
        return self._connection.cursor(binary=True).execute(query.encode(), values).fetchall()

    def _texts(self) -> Iterator[ExportedRow]:
        rows, self._rows = self._rows, ()
        if not rows:
            return iter(())
        logs, seqs, _, people, clients, resources, publics, details = zip(*rows, strict=True)
        places = logs, seqs, [self._job.tenants[log] for log in logs]
        known = self._people.of(people), self._clients.of(clients), self._resources.of(resources)
        if None not in publics:
            entries = unpacked_entries(publics)
            return map(ExportedRow, *places, entries, *known, unpacked(details))
        return self._with_wide(zip(*places, publics, *known, details, strict=True))

    def _with_wide(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[ExportedRow]:
        for log, seq, tenant, public, *known, details in rows:
            stored = public, details
            if public is None:
                (stored,) = self.all(_ONE, [log, seq])
            (entry,) = unpacked_entries(stored[:1])
            yield ExportedRow(log, seq, tenant, entry, *known, *unpacked(stored[1:]))


class _Mentions:
    """Disclosures of one kind, spelled once, by the number of their row."""

    def __init__(self, reader: PartReader, table: str, spell: Callable[[bytes], Said]) -> None:
        self._reader = reader
        self._query = f"SELECT id, disclosure FROM {table} WHERE id = ANY(%s)"  # noqa: S608  # ours
        self._spell = spell
        self._known: dict[int | None, Said | None] = {None: None}
        self._size = 0

    def of(self, numbers: Sequence[int | None]) -> list[Said | None]:
        """Return those of *numbers*."""
        known = self._known
        # Not a difference of sets: that would go through all that is known.
        missing = [number for number in set(numbers) if number not in known]
        if missing and self._size > _REMEMBERED:
            self._size = 0
            known.clear()
            known[None] = None
            missing = [number for number in set(numbers) if number is not None]
        if missing:
            for number, text in self._reader.all(self._query, [sorted(missing)]):
                known[number] = None if text is None else self._spell(text)
                self._size += _ROOM + 2 * len(text or b"")
        return [known[number] for number in numbers]

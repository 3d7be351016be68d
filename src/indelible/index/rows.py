"""Entries as they are read: the stored bytes, and what their disclosures add."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec

from indelible.core.activity import (
    Action,
    Actor,
    ActorType,
    Client,
    EntryId,
    Json,
    Request,
    Resource,
    Status,
)
from indelible.core.entry_id import format_id, time_of
from indelible.core.merkle import leaf_hash
from indelible.errors import Tampered
from indelible.index.reader import Reader
from indelible.index.sight import Log
from indelible.ledger.packing import unpack
from indelible.ledger.search import Entry, Row


class _Lenient(msgspec.Struct, frozen=True, kw_only=True, rename="camel", gc=False):
    """Takes what is known and leaves the rest: reading is not checking.

    What somebody changed behind our back must still be shown; ``indelible check`` tells what it is.
    """


class _Who(_Lenient, frozen=True, kw_only=True, gc=False):
    id: str
    type: ActorType


class _What(_Lenient, frozen=True, kw_only=True, gc=False):
    id: str
    type: str


class _Public(_Lenient, frozen=True, kw_only=True, gc=False):
    action: Action
    actor: _Who
    assumed_by: _Who | None = None
    id: EntryId
    occurred: datetime | None = None
    request: Request | None = None
    resource: _What
    sd: dict[str, str]
    seq: int
    session: str | None = None
    status: Status
    time: datetime


class Name(_Lenient, frozen=True, kw_only=True, gc=False):
    """E-mail address and name of a person."""

    email: str | None = None
    name: str | None = None


class PersonSaid(Name, frozen=True, kw_only=True, gc=False):
    """What a person disclosure says."""

    assumed_by: Name | None = None


class DetailsSaid(_Lenient, frozen=True, kw_only=True, gc=False):
    """What a details disclosure says."""

    path: str | None = None
    payload: Json = None
    changes: Json = None


Said = TypeVar("Said")
NOBODY, NOTHING, NO_CLIENT, NO_DETAILS = PersonSaid(), Name(), Client(), DetailsSaid()
_FLAWS = (msgspec.MsgspecError, Tampered, UnicodeDecodeError)
_public = msgspec.json.Decoder(_Public).decode
_details = msgspec.json.Decoder(tuple[str, str, DetailsSaid]).decode


class Disclosed(Generic[Said]):
    """The disclosures of one kind, by the number of their row: texts, and what they say."""

    def __init__(self, table: str, said: type[Said]) -> None:
        """Take where they are kept and what they are read as."""
        self._query = f"SELECT id, disclosure FROM {table} WHERE id = ANY(%(rows)s::bigint[])"  # noqa: S608  # ours
        self._decode = msgspec.json.Decoder(tuple[str, str, said]).decode  # type: ignore[valid-type]  # a type at run time
        self.texts: dict[int | None, bytes | None] = {}
        self.said: dict[int | None, Said | None] = {}

    async def fetch(self, reader: Reader, rows: Set[int | None], capacity: int) -> None:
        """Have the disclosures of *rows* at hand, forgetting others beyond *capacity*."""
        missing = set(rows) - self.texts.keys()
        if not missing:
            return
        if len(self.texts) + len(missing) > capacity:
            self.texts.clear()
            self.said.clear()
            missing = set(rows)
        for row, text in await reader.all(self._query, {"rows": list(missing)}):
            self.texts[row] = text
            try:
                self.said[row] = None if text is None else self._decode(text)[2]
            except _FLAWS:
                self.said[row] = None


class Disclosures:
    """What entries of a snapshot disclose, besides their details."""

    def __init__(self, capacity: int = 20_000) -> None:
        """Keep up to *capacity* of each kind at hand."""
        self._capacity = capacity
        self.person = Disclosed("people", PersonSaid)
        self.client = Disclosed("clients", Client)
        self.resource = Disclosed("resources", Name)

    async def fetch(self, reader: Reader, rows: Sequence[Columns]) -> None:
        """Have at hand what *rows* disclose."""
        await self.person.fetch(reader, {row[1] for row in rows}, self._capacity)
        await self.client.fetch(reader, {row[2] for row in rows} - {None}, self._capacity)
        await self.resource.fetch(reader, {row[3] for row in rows}, self._capacity)


Columns = tuple[
    int, int, int | None, int, bytes | None, bytes | None, int, UUID, int, bool, bytes | None
]
"""Log, person, client, resource, packed bytes, packed details, then what is shown of an entry that
can't be read or was purged: seq, id, action, failed, leaf hash. The columns in ``COLUMNS``."""

_SPARE = "e.seq, e.id, e.action, e.failed, e.leaf"
COLUMNS = f"e.log, e.person, e.client, e.resource, e.bytes, e.details, {_SPARE}"
BRIEF = (
    "e.log, e.person, e.client, e.resource, e.bytes, "
    f"CASE WHEN e.details IS NOT NULL THEN ''::bytea END, {_SPARE}"
)
"""The same for rows that are shown without their details."""

UNREADABLE = "unreadable"
"""Stands for what can't be read any more: somebody changed it in the database."""

PURGED = "purged"
"""Stands for what was purged: its time was up."""

_ADVICE = "What is stored of this entry was changed and can't be read. Run: indelible check"
_NO_LONGER = DetailsSaid(payload={UNREADABLE: _ADVICE})


def row_of(stored: Columns, said: Disclosures, logs: Mapping[int, Log]) -> Row:
    """Return an entry as a table shows it."""
    return Row(**_common(stored, _read(stored), said, logs, None))


def entry_of(stored: Columns, said: Disclosures, logs: Mapping[int, Log]) -> Entry:
    """Return an entry with all that is known of it."""
    public, data = _read(stored), None
    details = NO_DETAILS
    with suppress(Tampered):
        data = None if stored[4] is None else unpack(stored[4])
    try:
        if stored[5] is not None:
            details = _details(unpack(stored[5]))[2]
    except _FLAWS:
        details = _NO_LONGER
    if public.actor.id == UNREADABLE:
        details = _NO_LONGER
    return Entry(
        **_common(stored, public, said, logs, details.path),
        leaf_hash=(stored[10] or b"" if data is None else leaf_hash(data)).hex(),
        public=data,
        payload=details.payload,
        changes=details.changes,
    )


def _read(stored: Columns) -> _Public:
    """Return the public part; where its bytes were spoilt or purged, what the columns say.

    A page must not go dark because of one row that somebody changed behind our back.
    """
    if stored[4] is None:
        return _instead(stored, PURGED)
    try:
        return _public(unpack(stored[4]))
    except _FLAWS:
        return _instead(stored, UNREADABLE)


def _instead(stored: Columns, what: str) -> _Public:
    seq, id_, action, failed = stored[6:10]
    known = tuple(Action)
    return _Public(
        action=known[action] if 0 <= action < len(known) else Action.UPDATE,
        actor=_Who(id=what, type=ActorType.SYSTEM),
        id=format_id(id_.bytes),
        resource=_What(id=str(id_), type=what),
        sd={},
        seq=seq,
        status=Status.FAILURE if failed else Status.SUCCESS,
        time=datetime.fromtimestamp(time_of(id_.bytes) / 1_000_000, UTC),
    )


def _common(
    stored: Columns, public: _Public, said: Disclosures, logs: Mapping[int, Log], path: str | None
) -> dict[str, Any]:
    person = said.person.said.get(stored[1])
    client = said.client.said.get(stored[2])
    resource = said.resource.said.get(stored[3])
    log = logs[stored[0]]
    actor, by, request = public.actor, public.assumed_by, public.request
    known = person or NOBODY
    behind = known.assumed_by or NOTHING
    if path is not None:
        request = request or Request()
        request = Request(
            id=request.id,
            method=request.method,
            route=request.route,
            path=path,
            status=request.status,
        )
    there = {"person": person, "client": client, "resource": resource, "details": stored[5]}
    return {
        "id": public.id,
        "log": log.origin,
        "seq": public.seq,
        "tenant": log.tenant,
        "time": public.time,
        "action": public.action,
        "status": public.status,
        "actor": Actor(id=actor.id, type=actor.type, email=known.email, name=known.name),
        "resource": Resource(
            type=public.resource.type,
            id=public.resource.id,
            name=resource.name if resource else None,
        ),
        "assumed_by": None
        if by is None
        else Actor(id=by.id, type=by.type, email=behind.email, name=behind.name),
        "session": public.session,
        "client": client,
        "request": request,
        "occurred": public.occurred,
        "purged": stored[4] is None,
        "erased": tuple(name for name in there if name in public.sd and there[name] is None),
    }

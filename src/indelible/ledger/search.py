"""What a reader asks of the log, and what it answers.

One filter object serves the page, the count, the histogram, the export and the URL.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

import msgspec

from indelible.core.activity import (
    Action,
    Actor,
    Client,
    EntryId,
    Json,
    Request,
    Resource,
    Status,
    TenantId,
)
from indelible.core.scope import Scope
from indelible.ledger.export_parts import Part, Wanted
from indelible.ledger.ports import LogNumber

PAGE_SIZE = 20
MAX_PAGE_SIZE = 200
MAX_POSITION = (1 << 53) - 1  # what every JSON number holds


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries: every given condition holds.

    Attributes:
        search: case-insensitive substring of the action, the resource's name or the actor's or
            assuming Super Admin's e-mail address.
        tenant: only this tenant's log; narrows the scope, never widens it.
        from_: recorded at or after this instant.
        to: recorded before this instant (a ``to`` that was given as a date has been moved to the
            end of its day by whoever parsed it).
        user: public id of the actor, or of the Super Admin who assumed it.
        session: public session id.
        resource: public id of the resource.
        address: client address, exactly.
        assumed: only entries of Super Admins who acted as somebody else, or only others.
    """

    search: str | None = None
    tenant: TenantId | None = None
    resource_type: str | None = None
    action: Action | None = None
    status: Status | None = None
    from_: datetime | None = None
    to: datetime | None = None
    user: str | None = None
    session: str | None = None
    resource: str | None = None
    address: str | None = None
    assumed: bool | None = None


class Row(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An entry as a table shows it, without its details.

    ``erased`` names the disclosures that the entry commits to and that no longer exist. Of a
    ``purged`` entry only place, time and id are known: whatever else is there stands in.
    """

    id: EntryId
    log: str
    seq: int
    tenant: TenantId | None
    time: datetime
    action: Action
    status: Status
    actor: Actor
    resource: Resource
    assumed_by: Actor | None = None
    session: str | None = None
    client: Client | None = None
    request: Request | None = None
    occurred: datetime | None = None
    erased: tuple[str, ...] = ()
    purged: bool = False


class Entry(Row, frozen=True, kw_only=True, rename="camel"):
    """An entry with all that is known of it.

    Attributes:
        leaf_hash: lower-case hex, computed from the stored bytes; all that is left of a purged one.
        public: the exact public part; ``bytes`` in JSON, base64; None if it was purged.
    """

    leaf_hash: str
    public: bytes | None = msgspec.field(name="bytes")
    payload: Json = None
    changes: Json = None


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Rows newest first.

    Attributes:
        next: cursor of the page of older rows, None on the last page.
        previous: cursor of the page of newer rows, None on the first page.
        total: how many rows pass the filter, on all pages.
        position: rank of the first row among them, from 0.
    """

    items: Sequence[Row]
    next: str | None
    previous: str | None
    total: int
    position: int


class Bucket(msgspec.Struct, frozen=True, kw_only=True):
    """How many entries were recorded in [start, start + width of the histogram).

    Attributes:
        purged: of these nothing is known but when they were recorded; never where a filter asks
            for more.
    """

    start: datetime
    success: int
    failure: int
    purged: int


class Histogram(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Counts over time, by outcome; buckets are contiguous, empty ones included."""

    bucket_seconds: int
    buckets: Sequence[Bucket]


class Stored(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An entry as it is stored: the bytes that prove it, and nothing computed from them.

    Attributes:
        log: number of its log.
        seq: its place there.
        public: the exact public part.
        person: text of the disclosure as it was hashed; None where there is none, or it was erased.
        client: the same.
        resource: the same.
        details: the same, packed by :mod:`indelible.ledger.packing`.
    """

    log: LogNumber
    seq: int
    tenant: TenantId | None
    public: bytes
    person: bytes | None = None
    client: bytes | None = None
    resource: bytes | None = None
    details: bytes | None = None


class Snapshot(Protocol):
    """Everything that passes a filter at one instant; may be read any number of times.

    Attributes:
        total: how many entries that is.
        stretches: the seqs of each log in sight that lie in the filter's range of time.
    """

    total: int
    stretches: Mapping[LogNumber, range]

    def parts(self, wanted: Collection[Wanted], behind: str = "") -> Iterator[Part]:
        """Yield them newest first, rendered as *wanted*, in parts and in constant memory.

        Each step waits for the database: take it in a thread, one at a time, to the end or not.

        Args:
            wanted: the files. LEFT_OUT, by itself, is of what lies in the stretches and does not
                pass.
            behind: where to go on, as a part said; nothing for the beginning.
        """


class ActivityIndex(Protocol):
    """Answers questions about entries. Sees nothing outside the scope, whatever the filter says."""

    async def page(
        self,
        where: Filter,
        scope: Scope,
        *,
        limit: int = PAGE_SIZE,
        cursor: str | None = None,
        position: int = 0,
    ) -> Page:
        """Return one page, newest first.

        Args:
            where: what its rows pass.
            scope: what can be seen.
            limit: how many rows it has at most.
            cursor: where another page ended; it stays there while the log grows.
            position: without a cursor, the rank of its first row, from 0. Beyond the last row it is
                the last page.

        Raises:
            Invalid: the cursor is not one of ours, or *limit* is out of its range.
        """

    async def count(self, where: Filter, scope: Scope) -> int:
        """Return how many entries pass."""

    async def histogram(self, where: Filter, scope: Scope, *, buckets: int = 60) -> Histogram:
        """Return counts in at most *buckets* intervals that span the filter's time range."""

    async def entry(self, id: EntryId, scope: Scope) -> Entry:  # noqa: A002
        """Return one entry.

        Raises:
            NotFound: absent, or outside the scope.
        """

    async def resource_types(self, scope: Scope) -> Sequence[str]:
        """Return every resource type in sight, built-in ones first."""

    def snapshot(self, where: Filter, scope: Scope) -> AbstractAsyncContextManager[Snapshot]:
        """Open all that passes at this instant, for as long as the block lasts."""

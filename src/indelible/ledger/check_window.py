"""What a check finds in a window of a log's rows: leaf hashes, faults, and what is gone.

A window is checked by itself, in whatever process; what it found is put together in the order of
the log by :mod:`.check_rows`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from hashlib import sha256
from typing import Any

import msgspec

from indelible.core import disclosure
from indelible.core.activity import Action, Status
from indelible.core.entry import decode
from indelible.core.instant import parse_time
from indelible.core.merkle import HASH_SIZE, Hash
from indelible.core.packing import unpack
from indelible.errors import Invalid, Unproven
from indelible.ledger import erase, retention
from indelible.ledger.archive import RowSource, StoredLog, StoredMention, StoredRow
from indelible.ledger.check_words import (
    NO_MENTION,
    Mentioned,
    details_faults,
    differences,
    mention_faults,
    other_mentions,
)
from indelible.ledger.erase import Erased
from indelible.ledger.findings import MAX_FINDINGS
from indelible.ledger.ports import MentionKind
from indelible.ledger.quick_part import QuickPart, read_quickly

WINDOW = 4_096
"""Entries that are looked at together: whole tiles."""

_NUMBERS = {action.value: number for number, action in enumerate(Action)}
_FAILURE = Status.FAILURE.value
_MAX_REMEMBERED = 50_000
_KINDS = tuple(MentionKind)


class Fault(msgspec.Struct, gc=False):
    """A fault of a mention, and the entries that it touches."""

    kind: int
    row: int
    what: str
    first: int
    last: int
    count: int = 0


class Window(msgspec.Struct, gc=False):
    """What was found among the entries of *start* to *stop*.

    Attributes:
        leaves: leaf hashes, one after another, zeros for a missing entry.
        missing: places in the window at which there is no entry.
        rows: how many entries stand there.
        findings: what does not hold, with its seq.
        first_time: of the first entry that could be read, microseconds since 1970; *last_time* of
            the last one. None where none could be.
        gone: erased mentions that entries refer to, by kind.
        details_gone: how many details are gone.
        last_gone: seq of the last entry of which anything was erased, -1 for none.
        said_erased: what entries about erasures say was erased; *last_erasure* is the last of them.
        purged: how many entries are purged; *last_purged* is the last of them.
        said_purged: how many entries an entry about a purge says are purged.
    """

    start: int
    stop: int
    leaves: bytes = b""
    missing: list[int] = []
    rows: int = 0
    findings: list[tuple[str, int]] = []
    faults: list[Fault] = []
    first_time: int | None = None
    last_time: int | None = None
    gone: tuple[set[int], ...] = ()
    details_gone: int = 0
    last_gone: int = -1
    said_erased: Erased = Erased()
    last_erasure: int = -1
    purged: int = 0
    last_purged: int = -1
    said_purged: int = 0

    def hashes(self) -> list[Hash | None]:
        """Return the leaf hashes, None for a missing entry."""
        data = self.leaves
        found: list[Hash | None] = [
            data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE)
        ]
        for place in self.missing:
            found[place] = None
        return found


class _SaidErased(msgspec.Struct):
    erased: Erased


class _SaidPayload(msgspec.Struct):
    payload: _SaidErased


_erasure = msgspec.json.Decoder(tuple[str, str, _SaidPayload]).decode


class _Mention:
    """A mention as rows are compared with it."""

    __slots__ = ("erased", "said", "stored")

    def __init__(self, kind: MentionKind, stored: StoredMention) -> None:
        self.stored = stored
        self.erased = stored.disclosure is None and stored.digest is not None
        if kind is MentionKind.PERSON:
            self.said: tuple[str | None, ...] = (*stored.columns[:3], stored.digest)
        elif kind is MentionKind.RESOURCE:
            self.said = (*stored.columns[:2], stored.digest)
        else:
            self.said = (stored.digest,)


class WindowCheck:
    """Checks windows of one log; remembers the mentions that it has seen."""

    def __init__(self, source: RowSource, log: StoredLog, types: dict[int, str]) -> None:
        """Take where rows and mentions are, the log, and the names of resource types."""
        self._source = source
        self._log = log
        self._types = types
        self._known: dict[MentionKind, dict[int, _Mention]] = {kind: {} for kind in _KINDS}
        self._faulty: dict[tuple[MentionKind, int], str] = {}
        self._by_kind = tuple(self._known.values())
        self._spelled, self._time = "", 0

    async def check(self, seqs: range) -> Window:
        """Return what is found among the entries with *seqs*."""
        rows = await self._source.rows(self._log.number, seqs)
        await self._learn(MentionKind.PERSON, {row.person for row in rows})
        await self._learn(MentionKind.RESOURCE, {row.resource for row in rows})
        clients = {row.client for row in rows if row.client is not None}
        await self._learn(MentionKind.CLIENT, clients)
        return self._check(rows, seqs)

    async def _learn(self, kind: MentionKind, wanted: Collection[int]) -> None:
        known = self._known[kind]
        if len(known) > _MAX_REMEMBERED:
            known.clear()
        new = [row for row in wanted if row not in known]
        if not new:
            return
        found = await self._source.mentions(kind, new)
        for row in new:
            stored = found.get(row, NO_MENTION)
            known[row] = _Mention(kind, stored)
            what = "; ".join(mention_faults(kind, stored, self._log.number))
            if what and len(self._faulty) < MAX_FINDINGS:
                self._faulty[kind, row] = what

    def _check(self, rows: Sequence[StoredRow], seqs: range) -> Window:
        window = Window(seqs.start, seqs.stop)
        window.gone = tuple(set() for _ in _KINDS)
        self._faults: dict[tuple[MentionKind, int], Fault] = {}
        leaves: list[bytes] = []
        expected = seqs.start
        for row in rows:
            while expected < row.seq:
                window.missing.append(expected - seqs.start)
                leaves.append(bytes(HASH_SIZE))
                expected += 1
            expected += 1
            data = row.data
            if data is None:
                leaves.append(self._purged(row, window))
            else:
                leaves.append(sha256(b"\x00" + data).digest())
                self._row(row, data, window)
        window.missing += range(expected - seqs.start, len(seqs))
        leaves.append(bytes(HASH_SIZE * (seqs.stop - expected)))
        window.leaves, window.rows = b"".join(leaves), len(rows)
        window.faults = list(self._faults.values())
        return window

    def _row(self, row: StoredRow, data: bytes, window: Window) -> None:
        """Compare a row with the entry in it, and take in what it says of others."""
        try:
            part = read_quickly(data)
            if part.time != self._spelled:  # entries of one commit mostly share it
                self._spelled, self._time = part.time, parse_time(part.time)
        except (msgspec.MsgspecError, UnicodeError, Invalid, RecursionError):
            self._look_closely(row, data, window)
            return
        people, clients, resources = self._by_kind
        person, resource = people[row.person], resources[row.resource]
        client = None if row.client is None else clients[row.client]
        if not self._equal(row, part, person, client, resource):
            self._look_closely(row, data, window)
        text = self._details(row, part.sd.details, window)
        if window.first_time is None:
            window.first_time = self._time
        elif self._time < (window.last_time or 0):
            window.findings.append(("its time is before that of the entry in front of it", row.seq))
        window.last_time = self._time
        if self._faulty:
            self._count_faults(row)
        if person.erased or resource.erased or (client is not None and client.erased):
            self._gone(row, window)
        if part.action == Action.DELETE:
            self._announced(part, text, window)

    def _equal(
        self,
        row: StoredRow,
        part: QuickPart,
        person: _Mention,
        client: _Mention | None,
        resource: _Mention,
    ) -> bool:
        sd, by = part.sd, part.assumed_by
        return (
            part.v == 1
            and row.seq == part.seq
            and row.time == self._time
            and row.id.hex() == part.id.replace("-", "")
            and self._log.origin == part.log
            and row.action == _NUMBERS.get(part.action)
            and row.failed == (part.status == _FAILURE)
            and row.session == part.session
            and self._types.get(row.resource_type) == part.resource.type
            and person.said == (part.actor.type, part.actor.id, by.id if by else None, sd.person)
            and resource.said == (part.resource.type, part.resource.id, sd.resource)
            and (None if client is None else client.said[0]) == sd.client
        )

    def _purged(self, row: StoredRow, window: Window) -> Hash:
        window.purged += 1
        window.last_purged = row.seq
        if row.details is not None or row.person or row.resource or row.client or row.session:
            window.findings.append(("it is purged, and something of it is left", row.seq))
        if row.leaf is None or len(row.leaf) != HASH_SIZE:
            window.findings.append(("it is purged, and the hash of its leaf too", row.seq))
            return bytes(HASH_SIZE)
        return row.leaf

    def _look_closely(self, row: StoredRow, data: bytes, window: Window) -> None:
        """Say in words what is stored of *row* and is not what the entry says."""
        try:
            part = decode(data)
        except Unproven as error:
            window.findings.append((str(error), row.seq))
            return
        people, clients, resources = self._by_kind
        mentioned = Mentioned(
            people[row.person].stored,
            NO_MENTION if row.client is None else clients[row.client].stored,
            resources[row.resource].stored,
        )
        for what in differences(row, part, self._log, self._types):
            window.findings.append((what, row.seq))
        for what in other_mentions(part, mentioned):
            window.findings.append((what, row.seq))

    def _details(self, row: StoredRow, digest: str | None, window: Window) -> bytes | None:
        """Return the text of the details, if they are what the entry commits to."""
        if row.details is None:
            if digest is not None:
                window.details_gone += 1
                window.last_gone = row.seq
            return None
        try:
            text = unpack(row.details)
        except Unproven:
            text = b""
        # The digest covers the whole text: where it holds, the text is as it was written.
        if digest is not None and disclosure.digest_of(text) == digest:
            return text
        for what in details_faults(row.details, digest):
            window.findings.append((what, row.seq))
        return None

    def _count_faults(self, row: StoredRow) -> None:
        for kind, number in (
            (MentionKind.PERSON, row.person),
            (MentionKind.RESOURCE, row.resource),
            (MentionKind.CLIENT, row.client),
        ):
            what = None if number is None else self._faulty.get((kind, number))
            if what is None or number is None:
                continue
            fault = self._faults.get((kind, number))
            if fault is None:
                fault = Fault(_KINDS.index(kind), number, what, row.seq, row.seq)
                self._faults[kind, number] = fault
            fault.last = row.seq
            fault.count += 1

    def _gone(self, row: StoredRow, window: Window) -> None:
        window.last_gone = row.seq
        for place, (kind, number) in enumerate(
            zip(_KINDS, (row.person, row.client, row.resource), strict=True)
        ):
            if number is not None and self._known[kind][number].erased:
                window.gone[place].add(number)

    def _announced(self, part: QuickPart, text: bytes | None, window: Window) -> None:
        """Take in what an entry says was purged or erased."""
        said = retention.purged_by(part.action, part.resource.type, part.resource.id)
        window.said_purged = max(window.said_purged, min(said, part.seq))
        if part.resource.type != erase.RESOURCE_TYPE or text is None:
            return
        try:
            erased = _erasure(text)[2].payload.erased
        except msgspec.MsgspecError:
            return
        before: Any = msgspec.structs.astuple(window.said_erased)
        sums = map(sum, zip(before, msgspec.structs.astuple(erased), strict=True))
        window.said_erased = Erased(**dict(zip(Erased.__struct_fields__, sums, strict=True)))
        window.last_erasure = part.seq

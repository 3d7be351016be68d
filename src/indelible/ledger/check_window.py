"""Checking a window of a log's rows by itself, in whatever process.

What it finds is put together in the order of the log by :mod:`.check_rows`.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from operator import le
from typing import Any, cast

import msgspec

from indelible.core import disclosure
from indelible.core.activity import Action, Status
from indelible.core.entry import decode
from indelible.core.instant import parse_time
from indelible.core.merkle import HASH_SIZE, Hash
from indelible.errors import Invalid, Unproven
from indelible.ledger import erase, retention
from indelible.ledger.archive import RowSource, StoredLog, StoredRow, StoredRows
from indelible.ledger.check_found import Fault, Window
from indelible.ledger.check_leaves import levels_over
from indelible.ledger.check_mentions import NOBODY, Mention, faults_of
from indelible.ledger.check_spelling import Spelling
from indelible.ledger.check_words import (
    NO_MENTION,
    Mentioned,
    details_faults,
    differences,
    other_mentions,
)
from indelible.ledger.erase import Erased
from indelible.ledger.findings import MAX_FINDINGS
from indelible.ledger.packing import unpack
from indelible.ledger.ports import MentionKind
from indelible.ledger.quick_part import QuickPart, read_quickly

_STEP = 1_024  # rows that are read at once
_LEAST_STEP = 16
_HEAVY = 8 << 20  # bytes, of entries and details
_NO_HASH: Hash = bytes(HASH_SIZE)
_OTHER_LEAF = "the hash of its leaf that is stored beside it is not that of its bytes"
_BEFORE = "its time is before that of the entry in front of it"
_NUMBERS = {action.value: number for number, action in enumerate(Action)}
_FAILURE = Status.FAILURE.value
_MAX_REMEMBERED = 150_000  # mentions, of some hundred bytes each
_KINDS = tuple(MentionKind)


class _SaidErased(msgspec.Struct):
    erased: Erased


class _SaidPayload(msgspec.Struct):
    payload: _SaidErased


_erasure = msgspec.json.Decoder(tuple[str, str, _SaidPayload]).decode


class WindowCheck:
    """Checks windows of one log; remembers the mentions that it has seen."""

    def __init__(self, source: RowSource, log: StoredLog, types: dict[int, str]) -> None:
        """Take where rows and mentions are, the log, and the names of resource types."""
        self._source = source
        self._log = log
        self._types = types
        self._spelling = Spelling(log.origin, types)
        self._step = _STEP
        self._known: dict[MentionKind, dict[int | None, Mention]] = {
            kind: {None: NOBODY} for kind in _KINDS
        }
        self._faulty: dict[tuple[MentionKind, int], str] = {}
        self._by_kind = tuple(self._known.values())
        self._spelled, self._time = "", 0

    async def check(self, seqs: range) -> Window:
        """Return what is found among the entries with *seqs*."""
        window = Window(seqs.start, seqs.stop)
        window.gone = tuple(set() for _ in _KINDS)
        self._faults: dict[tuple[MentionKind, int], Fault] = {}
        leaves, at = [], seqs.start
        while at < seqs.stop:
            part = range(at, min(at + self._step, seqs.stop))
            rows = await self._source.rows(self._log.number, part)
            await self._learn(MentionKind.PERSON, {*rows.person})
            await self._learn(MentionKind.RESOURCE, {*rows.resource})
            await self._learn(MentionKind.CLIENT, {*rows.client})
            leaves.append(self._check(rows, part, window))
            self._step = _fitting(rows, self._step)
            at = part.stop
        run = b"".join(leaves)
        window.levels = [run] if window.missing else levels_over(run)
        window.faults = list(self._faults.values())
        return window

    async def _learn(self, kind: MentionKind, wanted: set[int | None]) -> None:
        known = self._known[kind]
        if sum(map(len, self._by_kind)) > _MAX_REMEMBERED:
            known.clear()  # that of another kind is about to be needed
            known[None] = NOBODY
        new = [row for row in wanted - known.keys() if row is not None]
        if not new:
            return
        found = await self._source.mentions(kind, new)
        stored = [found.get(row, NO_MENTION) for row in new]
        faults = faults_of(kind, stored, self._log.number)
        for place, row in enumerate(new):
            known[row] = Mention(kind, stored[place], faulty=place in faults)
            if place in faults and len(self._faulty) < MAX_FINDINGS:
                self._faulty[kind, row] = faults[place]

    def _check(self, rows: StoredRows, seqs: range, window: Window) -> bytes:
        """Take in what is found among *rows*, and return the leaf hashes of *seqs*."""
        taken = 0
        told: set[int] = set()  # of whom something was found: their leaves would only repeat it
        for place in self._spelling.others(rows, *self._by_kind):
            self._take(rows, taken, place, window)
            taken = place + 1
            row = rows.row(place)
            if row.data is None:
                self._purged(row, window)
            else:
                before = len(window.findings)
                self._row(row, row.data, window)
                if len(window.findings) > before:
                    told.add(row.seq)
        self._take(rows, taken, len(rows.seq), window)
        window.rows += len(rows.seq)
        hashes = [
            leaf if data is None else sha256(b"\x00" + data).digest()
            for data, leaf in zip(rows.data, rows.leaf, strict=True)
        ]
        if tuple(hashes) != rows.leaf:
            for seq, data, hash_, leaf in zip(rows.seq, rows.data, hashes, rows.leaf, strict=True):
                if data is not None and leaf is not None and leaf != hash_ and seq not in told:
                    window.findings.append((_OTHER_LEAF, seq))
        if None in rows.data or rows.seq != tuple(seqs):
            return self._fill(rows, hashes, seqs, window)
        return b"".join(cast("list[Hash]", hashes))

    def _fill(
        self, rows: StoredRows, hashes: Sequence[Hash | None], seqs: range, window: Window
    ) -> bytes:
        """Return the leaf hashes of *seqs*, with zeros where one is missing."""
        found: list[Hash] = []
        expected = seqs.start
        for seq, hash_ in zip(rows.seq, hashes, strict=True):
            while expected < seq:
                window.missing.append(expected - window.start)
                found.append(_NO_HASH)
                expected += 1
            expected += 1
            found.append(hash_ if hash_ is not None and len(hash_) == HASH_SIZE else _NO_HASH)
        window.missing += range(expected - window.start, seqs.stop - window.start)
        found.append(bytes(HASH_SIZE * (seqs.stop - expected)))
        return b"".join(found)

    def _take(self, rows: StoredRows, first: int, stop: int, window: Window) -> None:
        """Take in rows from *first* to before *stop*, in which nothing was found."""
        if first == stop:
            return
        times = cast("Sequence[int]", rows.time[first:stop])  # the entries say the same
        if window.first_time is None:
            window.first_time = times[0]
        before = (times[0] if window.last_time is None else window.last_time, *times)
        if not all(map(le, before, times)):
            for place, time in enumerate(times):
                if time < before[place]:
                    window.findings.append((_BEFORE, rows.seq[first + place]))
        window.last_time = times[-1]

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
            window.findings.append((_BEFORE, row.seq))
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
        person: Mention,
        client: Mention | None,
        resource: Mention,
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

    def _purged(self, row: StoredRow, window: Window) -> None:
        window.purged += 1
        window.last_purged = row.seq
        if row.details is not None or row.person or row.resource or row.client or row.session:
            window.findings.append(("it is purged, and something of it is left", row.seq))
        if row.leaf is None or len(row.leaf) != HASH_SIZE:
            window.findings.append(("it is purged, and the hash of its leaf too", row.seq))

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
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            return
        before: Any = msgspec.structs.astuple(window.said_erased)
        sums = map(sum, zip(before, msgspec.structs.astuple(erased), strict=True))
        window.said_erased = Erased(**dict(zip(Erased.__struct_fields__, sums, strict=True)))
        window.last_erasure = part.seq


def _fitting(rows: StoredRows, step: int) -> int:
    """Return how many rows to read next, so that they fit in memory however large they are."""
    weight = sum(sum(map(len, filter(None, column))) for column in (rows.data, rows.details))
    if weight > _HEAVY:
        return max(_LEAST_STEP, step * _HEAVY // weight)
    return min(_STEP, 2 * step) if weight < _HEAVY // 2 else step

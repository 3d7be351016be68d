"""Whether what is stored beside an entry says what the entry says.

Columns and disclosures are what people search and read, and the tree does not cover them: each is
compared with the entry bytes, or with the digest in them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from indelible.core import disclosure
from indelible.core.activity import Action, Status
from indelible.core.entry import PublicPart, decode
from indelible.core.entry_id import format_id
from indelible.core.instant import parse_time
from indelible.core.packing import unpack
from indelible.errors import Unproven
from indelible.ledger.archive import Snapshot, StoredLog, StoredMention, StoredRow
from indelible.ledger.findings import MAX_FINDINGS, Findings
from indelible.ledger.ports import MentionKind

_ACTIONS = tuple(Action)
_decode = msgspec.json.Decoder(tuple[str, str, dict[str, Any]]).decode
_NUMBERS = {action: number for number, action in enumerate(_ACTIONS)}
_MAX_REMEMBERED = 50_000

_PRIVATE = {
    MentionKind.PERSON: ("email", "assumedBy.email"),
    MentionKind.CLIENT: ("ip", "userAgent"),
    MentionKind.RESOURCE: ("name",),
}
"""What the last columns of a mention repeat from its disclosure."""

_WORDS = {
    "email": "e-mail address of the actor",
    "assumedBy.email": "e-mail address of the Super Admin",
    "ip": "address",
    "userAgent": "user agent",
    "name": "name",
}

_NO_MENTION = StoredMention(-1, (None,) * 5, None, None)


@dataclass(slots=True)
class _Fault:
    """A fault of a mention, and the entries that it touches."""

    what: str
    first: int
    last: int
    count: int = 0


class RowCheck:
    """Compares the rows of one log with the entries in them.

    Attributes:
        last_time: of the last entry that could be read, microseconds since 1970.
    """

    def __init__(
        self, snapshot: Snapshot, log: StoredLog, types: dict[int, str], findings: Findings
    ) -> None:
        """Take where mentions are, the log, the names of resource types, and where to report."""
        self._snapshot = snapshot
        self._log = log
        self._types = types
        self._findings = findings
        self._mentions: dict[MentionKind, dict[int, StoredMention]] = {k: {} for k in MentionKind}
        self._faults: dict[tuple[MentionKind, int], _Fault] = {}
        self.last_time = 0
        self._last_spelled = ""
        self._said_time = 0

    async def learn(self, rows: Sequence[StoredRow]) -> None:
        """Read the mentions that *rows* share, and check those that are new."""
        await self._learn(MentionKind.PERSON, {row.person for row in rows})
        await self._learn(MentionKind.RESOURCE, {row.resource for row in rows})
        clients = {row.client for row in rows if row.client is not None}
        await self._learn(MentionKind.CLIENT, clients)

    def check(self, rows: Sequence[StoredRow]) -> None:
        """Check the next rows of the log, whose mentions were learned."""
        for row in rows:
            try:
                part = decode(row.data)
            except Unproven as error:
                self._findings.add(str(error), row.seq)
                continue
            for what in self._compare(row, part):
                self._findings.add(what, row.seq)

    def close(self) -> None:
        """Report what was found about mentions, each with the entries that share it."""
        for fault in self._faults.values():
            if fault.count:
                shared = f" ({fault.count:,} entries share it)" if fault.count > 1 else ""
                last = fault.first if fault.count == 1 else fault.last
                self._findings.add(f"{fault.what}{shared}", fault.first, last, one_of=True)

    async def _learn(self, kind: MentionKind, wanted: Collection[int]) -> None:
        known = self._mentions[kind]
        if len(known) > _MAX_REMEMBERED:
            known.clear()
        new = [row for row in wanted if row not in known]
        if not new:
            return
        found = await self._snapshot.mentions(kind, new)
        for row in new:
            mention = known[row] = found.get(row, _NO_MENTION)
            what = "; ".join(_mention_faults(kind, mention, self._log.number))
            if what and len(self._faults) < MAX_FINDINGS:
                self._faults.setdefault((kind, row), _Fault(what, 0, 0))

    def _compare(self, row: StoredRow, part: PublicPart) -> Iterator[str]:
        """Yield what is stored of *row* and is not what the entry says."""
        seq = row.seq
        if part.time != self._last_spelled:  # entries of one commit mostly share it
            self._last_spelled, self._said_time = part.time, parse_time(part.time)
        said_time = self._said_time
        if not (
            row.id.hex() == part.id.replace("-", "")
            and row.time == said_time
            and seq == part.seq
            and self._log.origin == part.log
            and row.action == _NUMBERS[part.action]
            and row.failed == (part.status is Status.FAILURE)
            and row.session == part.session
            and self._types.get(row.resource_type) == part.resource.type
        ):
            yield from self._differences(row, part)
        if said_time < self.last_time:
            yield "its time is before that of the entry in front of it"
        self.last_time = said_time
        digests, by = part.sd, part.assumed_by
        person = self._mention(MentionKind.PERSON, row.person, seq)
        if person.columns[:3] != (part.actor.type, part.actor.id, None if by is None else by.id):
            yield "the actor that is stored with it is not the one in the entry"
        if person.digest != digests.person:
            yield "the person that is stored with it is not the one in the entry"
        resource = self._mention(MentionKind.RESOURCE, row.resource, seq)
        if resource.columns[:2] != (part.resource.type, part.resource.id):
            yield "the resource that is stored with it is not the one in the entry"
        if resource.digest != digests.resource:
            yield "the name of the resource stored with it is not the one in the entry"
        client = _NO_MENTION
        if row.client is not None:
            client = self._mention(MentionKind.CLIENT, row.client, seq)
        if client.digest != digests.client:
            yield "the client that is stored with it is not the one in the entry"
        if row.details is not None:  # else erased, which is allowed: the digest stands
            yield from _details_faults(row.details, digests.details)

    def _mention(self, kind: MentionKind, number: int, seq: int) -> StoredMention:
        fault = self._faults.get((kind, number))
        if fault is not None:
            fault.first = fault.first if fault.count else seq
            fault.last = seq
            fault.count += 1
        return self._mentions[kind][number]

    def _differences(self, row: StoredRow, part: PublicPart) -> Iterator[str]:
        action: object = row.action
        if 0 <= row.action < len(_ACTIONS):
            action = _ACTIONS[row.action].value
        pairs: tuple[tuple[str, object, object], ...] = (
            ("its log", self._log.origin, part.log),
            ("its seq", row.seq, part.seq),
            ("its id", format_id(row.id), part.id),
            ("its time, in microseconds since 1970,", row.time, parse_time(part.time)),
            ("its action", action, part.action.value),
            ("its failure", row.failed, part.status is Status.FAILURE),
            ("its session", row.session, part.session),
            ("its resource type", self._types.get(row.resource_type), part.resource.type),
        )
        for what, stored, said in pairs:
            if stored != said:
                yield f"{what} is stored as {stored!r}, the entry says {said!r}"


def _details_faults(packed: bytes, digest: str | None) -> Iterator[str]:
    try:
        text = unpack(packed)
    except Unproven as error:
        yield str(error)
        return
    # The digest covers the whole text: where it holds, the text is as it was written.
    if digest is None or disclosure.digest_of(text) != digest:
        yield "the details are not those that the entry commits to"


def _mention_faults(kind: MentionKind, mention: StoredMention, log: int) -> Iterator[str]:
    if mention is _NO_MENTION:
        yield f"the {kind} stored with it is missing"
        return
    if mention.log != log:
        yield f"the {kind} stored with it is filed under another log"
    private = mention.columns[-len(_PRIVATE[kind]) :]
    said: dict[str, Any] = {}
    if mention.disclosure is not None:
        # The digest covers the whole text: where it holds, the text is as it was written.
        if disclosure.digest_of(mention.disclosure) != mention.digest:
            yield f"the {kind} disclosure is not the one that its digest stands for"
            return
        try:
            _, name, said = _decode(mention.disclosure)
        except msgspec.MsgspecError as error:
            yield f"the {kind} disclosure: {error}"
            return
        if name != kind:
            yield f"the {kind} disclosure is named {name}"
    for name, stored in zip(_PRIVATE[kind], private, strict=True):
        # No values: they are personal, and findings end up in tickets and mail.
        if stored != _at(said, name):
            yield f"the {_WORDS[name]} to search by is not the one in the {kind} disclosure"


def _at(said: dict[str, Any], name: str) -> object:
    value: Any = said
    for key in name.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value

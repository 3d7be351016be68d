"""What is wrong with a row or a mention, in words, once it was seen that something is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from indelible.core import disclosure
from indelible.core.activity import Action, ActorType, Status
from indelible.core.entry import PublicPart
from indelible.core.entry_id import format_id
from indelible.core.instant import parse_time
from indelible.errors import Unproven
from indelible.ledger.archive import StoredLog, StoredMention, StoredRow
from indelible.ledger.mentions import ClientSaid, Person, ResourceSaid, key_of
from indelible.ledger.packing import unpack
from indelible.ledger.ports import MentionKind

_ACTIONS = tuple(Action)
_decode = msgspec.json.Decoder(tuple[str, str, dict[str, Any]]).decode

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

NO_MENTION = StoredMention(-1, (None,) * 5, None, None)
"""Stands for a mention that is not there."""


def differences(
    row: StoredRow, part: PublicPart, log: StoredLog, types: dict[int, str]
) -> Iterator[str]:
    """Yield what the columns of *row* say otherwise than the entry in it."""
    action: object = row.action
    if 0 <= row.action < len(_ACTIONS):
        action = _ACTIONS[row.action].value
    pairs: tuple[tuple[str, object, object], ...] = (
        ("its log", log.origin, part.log),
        ("its seq", row.seq, part.seq),
        ("its id", format_id(row.id), part.id),
        ("its time, in microseconds since 1970,", row.time, parse_time(part.time)),
        ("its action", action, part.action.value),
        ("its failure", row.failed, part.status is Status.FAILURE),
        ("its session", row.session, part.session),
        ("its resource type", types.get(row.resource_type), part.resource.type),
    )
    for what, stored, said in pairs:
        if stored != said:
            yield f"{what} is stored as {stored!r}, the entry says {said!r}"


class Mentioned(NamedTuple):
    """What is stored of those whom a row refers to."""

    person: StoredMention
    client: StoredMention
    resource: StoredMention


def other_mentions(part: PublicPart, stored: Mentioned) -> Iterator[str]:
    """Yield which of the mentions *stored* are not those that the entry commits to."""
    digests, by = part.sd, part.assumed_by
    who = (part.actor.type, part.actor.id, None if by is None else by.id)
    if stored.person.columns[:3] != who:
        yield "the actor that is stored with it is not the one in the entry"
    if stored.person.digest != digests.person:
        yield "the person that is stored with it is not the one in the entry"
    if stored.resource.columns[:2] != (part.resource.type, part.resource.id):
        yield "the resource that is stored with it is not the one in the entry"
    if stored.resource.digest != digests.resource:
        yield "the name of the resource stored with it is not the one in the entry"
    if stored.client.digest != digests.client:
        yield "the client that is stored with it is not the one in the entry"


def details_faults(packed: bytes, digest: str | None) -> Iterator[str]:
    """Yield what is wrong with the details of an entry that commits to *digest*."""
    try:
        text = unpack(packed)
    except Unproven:
        yield "the details that are stored with it can't be unpacked"
        return
    if digest is None or disclosure.digest_of(text) != digest:
        yield "the details are not those that the entry commits to"


def mention_faults(kind: MentionKind, mention: StoredMention, log: int) -> Iterator[str]:
    """Yield what is wrong with a mention that entries of *log* refer to."""
    if mention is NO_MENTION:
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
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            yield f"the {kind} disclosure: {error}"
            return
        if name != kind:
            yield f"the {kind} disclosure is named {name}"
    for name, stored in zip(_PRIVATE[kind], private, strict=True):
        # No values: they are personal, and findings end up in tickets and mail.
        if stored != _at(said, name):
            yield f"the {_WORDS[name]} to search by is not the one in the {kind} disclosure"
    if mention.key is not None and mention.key not in _keys(kind, mention, said):
        yield f"the {kind} stored with it is filed under the key of another"


def _keys(kind: MentionKind, mention: StoredMention, said: dict[str, Any]) -> Iterator[bytes]:
    """Yield the keys by which entries to come may find a mention that says this."""
    columns = mention.columns
    if kind is MentionKind.CLIENT:
        yield key_of(ClientSaid(_text(said, "ip"), _text(said, "userAgent")))
    elif kind is MentionKind.RESOURCE:
        yield key_of(ResourceSaid(columns[0] or "", columns[1] or "", _text(said, "name")))
    else:
        by = columns[2]
        # What kind of actor assumed another stands in the entries alone.
        for by_type in (None,) if by is None else tuple(ActorType):
            yield key_of(
                Person(
                    columns[0] or "", columns[1] or "", _text(said, "email"), _text(said, "name"),
                    by_type, by, _text(said, "assumedBy.email"), _text(said, "assumedBy.name"),
                )
            )  # fmt: skip


def _text(said: dict[str, Any], name: str) -> str | None:
    value = _at(said, name)
    return value if isinstance(value, str) else None


def _at(said: dict[str, Any], name: str) -> object:
    value: Any = said
    for key in name.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value

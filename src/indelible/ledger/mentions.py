"""What an entry says of a person, a client and a resource, and how entries come to share it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from typing import NamedTuple

import msgspec

from indelible.core.activity import Activity
from indelible.core.disclosure import disclose
from indelible.core.redaction import Redactor
from indelible.ledger.ports import Mention, MentionKind

SALT_BYTES = 16  # RFC 9901 section 9.3 recommends 128 bits

_encode = msgspec.json.Encoder().encode


class Person(NamedTuple):
    """Who acted, and who assumed them."""

    type: str
    id: str
    email: str | None
    name: str | None
    assumed_by_type: str | None
    assumed_by_id: str | None
    assumed_by_email: str | None
    assumed_by_name: str | None


class ClientSaid(NamedTuple):
    """From where."""

    ip: str | None
    user_agent: str | None


class ResourceSaid(NamedTuple):
    """On what."""

    type: str
    id: str
    name: str | None


Said = Person | ClientSaid | ResourceSaid

KINDS: dict[type[Said], MentionKind] = {
    Person: MentionKind.PERSON,
    ClientSaid: MentionKind.CLIENT,
    ResourceSaid: MentionKind.RESOURCE,
}


def person_of(activity: Activity) -> Person:
    """Return what *activity* says of people."""
    actor, by = activity.actor, activity.assumed_by
    if by is None:
        return Person(actor.type, actor.id, actor.email, actor.name, None, None, None, None)
    return Person(
        actor.type, actor.id, actor.email, actor.name, by.type, by.id, by.email, by.name
    )  # fmt: skip


class Mentioner:
    """Turns what is said into what is stored: redacted, disclosed, told apart by a key."""

    def __init__(self, redactor: Redactor, random: Callable[[int], bytes]) -> None:
        """Take the redactor and a source of *n* random bytes."""
        self._text = redactor.text
        self._random = random

    def mentions(self, said: Collection[Said]) -> dict[Said, Mention]:
        """Return the mention of each of *said*, with a salt of its own where it discloses."""
        salts = self._random(SALT_BYTES * len(said))
        return {
            one: self._mention(one, salts[place * SALT_BYTES : (place + 1) * SALT_BYTES])
            for place, one in enumerate(said)
        }

    def _mention(self, said: Said, salt: bytes) -> Mention:
        if isinstance(said, Person):
            person = said._replace(
                name=self._clean(said.name),
                assumed_by_name=self._clean(said.assumed_by_name),
            )
            columns = (
                person.type, person.id, person.assumed_by_id, person.email, person.assumed_by_email
            )  # fmt: skip
            assumed_by = _present(email=person.assumed_by_email, name=person.assumed_by_name)
            value = _present(email=person.email, name=person.name, assumedBy=assumed_by or None)
            return self._build(person, columns, value, salt)
        if isinstance(said, ClientSaid):
            client = said._replace(user_agent=self._clean(said.user_agent))
            value = _present(ip=client.ip, userAgent=client.user_agent)
            return self._build(client, client, value, salt)
        resource = said._replace(name=self._clean(said.name))
        return self._build(resource, resource, _present(name=resource.name), salt)

    def _build(
        self, said: Said, columns: tuple[str | None, ...], value: dict[str, object], salt: bytes
    ) -> Mention:
        kind = KINDS[type(said)]
        key = key_of(said)
        if not value:
            return Mention(key, columns, None, None)
        text, digest = disclose(kind, salt, _encode(value))
        return Mention(key, columns, text, digest)

    def _clean(self, text: str | None) -> str | None:
        return None if text is None else self._text(text)


def key_of(said: Said) -> bytes:
    """Return the 16 bytes by which what is *said*, once redacted, is found again in its log."""
    return key_by(KINDS[type(said)], *said)


def key_by(kind: MentionKind, *said: str | None) -> bytes:
    """Return the key of what is *said* of that kind, in the order of its fields."""
    return hashlib.sha256(_encode((kind, *said))).digest()[:16]


def _present(**fields: object) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}

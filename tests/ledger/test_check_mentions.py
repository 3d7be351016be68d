"""Mentions that are compared with a spelling: what is found is what a close look finds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from indelible.core.disclosure import digest_of
from indelible.core.redaction import Redactor
from indelible.ledger.archive import StoredMention
from indelible.ledger.check_mentions import faults_of
from indelible.ledger.check_words import NO_MENTION, mention_faults
from indelible.ledger.mentions import ClientSaid, Mentioner, Person, ResourceSaid, Said, key_of
from indelible.ledger.ports import LogNumber, MentionKind

LOG = LogNumber(1)
SAID: dict[MentionKind, list[Said]] = {
    MentionKind.PERSON: [
        Person("user", "u1", "ada@example.com", "Ada", None, None, None, None),
        Person("user", "u1", None, None, "user", "u2", "eve@example.com", "Eve"),
    ],
    MentionKind.CLIENT: [
        ClientSaid("198.51.100.7", 'cu"rl'),
        ClientSaid(None, "curl"),
        ClientSaid(None, None),
    ],
    MentionKind.RESOURCE: [
        ResourceSaid("edge", "e1", "\u00e9\n"),
        ResourceSaid("edge", "e1", None),
    ],
}


def stored(said: Said) -> StoredMention:
    """What is stored of *said*."""
    (mention,) = Mentioner(Redactor(), lambda size: bytes(range(size))).mentions([said]).values()
    return StoredMention(LOG, mention.columns, mention.disclosure, mention.digest, mention.key)


def changed(mention: StoredMention) -> Iterator[StoredMention]:
    """One change each, of whatever somebody can change."""
    yield NO_MENTION
    yield mention._replace(log=LogNumber(2))
    yield mention._replace(key=None)
    yield mention._replace(key=bytes(16))
    yield mention._replace(digest=None)
    yield mention._replace(digest="x")
    yield mention._replace(disclosure=None)
    yield mention._replace(disclosure=b"")
    for at in range(len(mention.columns)):
        for value in ("x", "", None):
            yield mention._replace(
                columns=(*mention.columns[:at], value, *mention.columns[at + 1 :])
            )
    text = mention.disclosure or b'["AAAAAAAAAAAAAAAAAAAAAA","resource",{"name":"x"}]'
    for at in range(len(text)):
        for other in (text[:at] + text[at + 1 :], text[:at] + b'"' + text[at:]):
            yield mention._replace(disclosure=other)
            yield mention._replace(disclosure=other, digest=digest_of(other))


@pytest.mark.parametrize("kind", MentionKind)
def test_what_is_found_is_what_a_close_look_finds(kind: MentionKind) -> None:
    """In each mention by itself, and among others."""
    for said in SAID[kind]:
        sound = stored(said)
        assert faults_of(kind, [sound], LOG) == {}
        others = list(changed(sound))
        closely = {
            place: "; ".join(what)
            for place, each in enumerate(others)
            if (what := list(mention_faults(kind, each, LOG)))
        }
        assert closely
        assert faults_of(kind, others, LOG) == closely


def test_a_quote_in_the_salt_is_seen() -> None:
    """A disclosure that ends in its salt and goes on with something else discloses something else."""
    key = key_of(ClientSaid("198.51.100.7", None))
    for salt in (b'A","client",{},"AAAAAAA', b"A" * 21 + b"\\"):
        text = b'["%b","client",{"ip":"198.51.100.7"}]' % salt
        mention = StoredMention(LOG, ("198.51.100.7", None), text, digest_of(text), key)
        assert faults_of(MentionKind.CLIENT, [mention], LOG)

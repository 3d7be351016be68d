"""Mentions as entries are compared with them: what is said, how it is spelled, what is wrong.

A mention has one spelling but for its salt, and for the names of people, which are no columns. What
has it is without fault; only the others are looked at closely (:mod:`.check_words`).
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from indelible.core.disclosure import digests_of
from indelible.ledger import erase, retention
from indelible.ledger.archive import StoredMention
from indelible.ledger.check_words import mention_faults
from indelible.ledger.mentions import key_by
from indelible.ledger.ports import LogNumber, MentionKind

_json = msgspec.json.Encoder().encode

_SALT = slice(2, 24)
_OF_SALTS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_ANNOUNCING = (erase.RESOURCE_TYPE, retention.RESOURCE_TYPE)  # entries about them say what is gone


class _Client(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    ip: str | None = None
    user_agent: str | None = None


class _Resource(msgspec.Struct, gc=False, omit_defaults=True):
    name: str | None = None


_DISCLOSED: dict[MentionKind, type[_Client | _Resource]] = {
    MentionKind.CLIENT: _Client,
    MentionKind.RESOURCE: _Resource,
}
"""What is disclosed where the last columns say all of it."""


class Mention:
    """A mention as rows are compared with it.

    Attributes:
        closely: whether entries that refer to it must be looked at closely.
        erased: whether its disclosure was taken away.
        said: what a public part has to say of it, in the order of its columns.
        sd: what it adds to the digests of an entry.
        spelled: the actor, or the resource, as an entry spells it.
        type: of the resource.
    """

    __slots__ = ("closely", "erased", "said", "sd", "spelled", "type")

    def __init__(self, kind: MentionKind, stored: StoredMention, *, faulty: bool) -> None:
        """Take what is stored, and whether there is a fault in it."""
        columns, digest = stored.columns, stored.digest
        self.erased = stored.disclosure is None and digest is not None
        self.closely = faulty or self.erased
        self.said: tuple[str | None, ...] = (digest,)
        self.spelled, self.type = b"", columns[0]
        self.sd = b"" if digest is None else b',"%b":%b' % (kind.encode(), _json(digest))
        if kind is MentionKind.PERSON:
            self.said = (*columns[:3], digest)
            self.spelled = b',"actor":{"id":%b,"type":%b},"id":"' % (
                _json(columns[1]),
                _json(columns[0]),
            )
            # What kind of actor assumed another stands in the entry alone.
            self.closely |= columns[2] is not None
        elif kind is MentionKind.RESOURCE:
            self.said = (*columns[:2], digest)
            self.spelled = b'"resource":{"id":%b,"type":%b},"sd":{' % (
                _json(columns[1]),
                _json(columns[0]),
            )
            self.closely |= columns[0] in _ANNOUNCING

    @property
    def stored(self) -> StoredMention:
        """What is stored of it, as far as entries say it too."""
        return StoredMention(-1, self.said[:-1], None, self.said[-1])


NOBODY = Mention(MentionKind.CLIENT, StoredMention(-1, (None, None), None, None), faulty=False)
"""Stands for the client of an entry that has none."""


def faults_of(
    kind: MentionKind, mentions: Sequence[StoredMention], log: LogNumber
) -> dict[int, str]:
    """Return what is wrong with *mentions*, which entries of *log* refer to, by their places."""
    return {
        place: "; ".join(what)
        for place in _others(kind, mentions, log)
        if (what := list(mention_faults(kind, mentions[place], log)))
    }


def _others(kind: MentionKind, mentions: Sequence[StoredMention], log: LogNumber) -> Sequence[int]:
    """Return the places of those that are not spelled as their columns say."""
    disclosed = _DISCLOSED.get(kind)
    if disclosed is None:
        return range(len(mentions))
    first, name = -len(disclosed.__struct_fields__), b'","%b",' % kind.encode()
    texts = [each.disclosure for each in mentions if each.disclosure is not None]
    digests = iter(digests_of(texts))
    others = []
    for at, (own, columns, text, digest, key) in enumerate(mentions):
        value = _json(disclosed(*columns[first:]))
        if text is None:
            holds = digest is None and value == b"{}"
        else:
            salt = text[_SALT]
            holds = (
                next(digests).decode() == digest
                and text == b'["%b%b%b]' % (salt, name, value)
                and not salt.translate(None, _OF_SALTS)
            )
        if not holds or own != log or key != key_by(kind, *columns):
            others.append(at)
    return others

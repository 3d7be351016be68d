"""Entries that are compared with a spelling: only what can have no fault is not looked at."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from indelible.core.activity import Action, ActorType, Status
from indelible.core.disclosure import digest_of
from indelible.core.entry import Digests, EntryTemplate, PublicActor, PublicRequest, PublicResource
from indelible.core.entry_id import format_id
from indelible.core.instant import format_time
from indelible.ledger.archive import StoredMention, StoredRow, StoredRows
from indelible.ledger.check_mentions import NOBODY, Mention
from indelible.ledger.check_spelling import Spelling
from indelible.ledger.packing import pack_details
from indelible.ledger.ports import MentionKind

LOG = "audit.test/logs/platform"
TIME = 1_760_000_000_000_000
ID = uuid.UUID(int=7).bytes
DETAILS = b'["AAAAAAAAAAAAAAAAAAAAAA","details",{"path":"/\xc3\xa9"}]'
TYPES = {3: "edge", 4: "disclosures"}


def digest(name: str) -> str:
    """A digest."""
    return digest_of(name.encode())


PERSON = StoredMention(1, ("user", 'u"1', None, None, None), b"x", digest("person"))
CLIENT = StoredMention(1, ("198.51.100.7", None), b"x", digest("client"))
RESOURCE = StoredMention(1, ("edge", "é/1", None), None, None)

ENTRY: dict[str, Any] = {
    "log": LOG,
    "action": Action.UPDATE,
    "actor": PublicActor(id='u"1', type=ActorType.USER),
    "resource": PublicResource(id="é/1", type="edge"),
    "status": Status.SUCCESS,
    "sd": Digests(client=digest("client"), details=digest_of(DETAILS), person=digest("person")),
    "session": "s",
    "request": PublicRequest(id="r", method="PUT", route="/edges/{id}", status=200),
    "occurred": format_time(TIME - 1),
}
ROWS = StoredRows(
    seq=(5,), data=(None,), id=(ID,), time=(TIME,), action=(list(Action).index(Action.UPDATE),),
    failed=(False,), resource_type=(3,), session=("s",), person=(1,), resource=(2,), client=(3,),
    details=(pack_details(DETAILS),), leaf=(None,),
)  # fmt: skip


def entry(**changes: Any) -> bytes:
    """The bytes of an entry."""
    template = EntryTemplate(**ENTRY | changes)
    return template.finish(seq=5, id=format_id(ID), time=format_time(TIME))


def is_looked_at(
    data: bytes | None = None,
    *,
    who: StoredMention = PERSON,
    by: StoredMention = CLIENT,
    what: StoredMention = RESOURCE,
    faulty: bool = False,
    **columns: Any,
) -> bool:
    """Whether the row is one of those to look at closely."""
    rows = replace(ROWS, data=(entry() if data is None else data,), **columns)
    found = others_of(rows, who, by, what, faulty=faulty)
    assert found in ([], [0])
    return found == [0]


def others_of(
    rows: StoredRows,
    who: StoredMention = PERSON,
    by: StoredMention = CLIENT,
    what: StoredMention = RESOURCE,
    *,
    faulty: bool = False,
) -> list[int]:
    """The places of the rows to look at closely."""
    return Spelling(LOG, TYPES).others(
        rows,
        {1: Mention(MentionKind.PERSON, who, faulty=False)},
        {3: Mention(MentionKind.CLIENT, by, faulty=faulty), None: NOBODY},
        {2: Mention(MentionKind.RESOURCE, what, faulty=False)},
    )


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"request": None},
        {"request": None, "occurred": None},
        {"request": PublicRequest()},
    ],
)
def test_what_is_as_it_should_be_is_not_looked_at(changes: dict[str, Any]) -> None:
    """Whatever of the request it says."""
    assert not is_looked_at(entry(**changes))


def test_little_is_enough() -> None:
    """Without client, details, session and whatever else may be absent."""
    bare = StoredMention(1, ("user", 'u"1', None, None, None), None, None)
    data = entry(sd=Digests(), session=None, request=None, occurred=None)
    assert not is_looked_at(data, who=bare, client=(None,), details=(None,), session=(None,))


@pytest.mark.parametrize(
    "column",
    [
        {"seq": (6,)},
        {"id": (uuid.UUID(int=8).bytes,)},
        {"time": (TIME + 1,)},
        {"time": (None,)},
        {"time": (1 << 62,)},
        {"action": (0,)},
        {"action": (99,)},
        {"action": (-1,)},
        {"failed": (True,)},
        {"resource_type": (4,)},
        {"resource_type": (77,)},
        {"session": (None,)},
        {"session": ("t",)},
        {"client": (None,)},
        {"details": (None,)},
        {"details": (pack_details(DETAILS + b" "),)},
        {"details": (b"",)},
        {"details": (b"\x01\x02",)},
    ],
)
def test_another_column_is_looked_at(column: dict[str, Any]) -> None:
    """Each of them is compared."""
    assert is_looked_at(**column)


@pytest.mark.parametrize(
    "mentions",
    [
        {"who": PERSON._replace(columns=("user", "u2", None, None, None))},
        {"who": PERSON._replace(columns=("service", 'u"1', None, None, None))},
        {"who": PERSON._replace(columns=("user", 'u"1', "by", None, None))},
        {"who": PERSON._replace(digest=digest("x"))},
        {"who": PERSON._replace(disclosure=None)},
        {"by": CLIENT._replace(digest=None)},
        {"by": CLIENT._replace(digest="x")},
        {"by": CLIENT, "faulty": True},
        {"what": RESOURCE._replace(columns=("edge", "e", None))},
        {"what": RESOURCE._replace(columns=("edges", "é/1", None))},
        {"what": RESOURCE._replace(disclosure=b"x", digest=digest("x"))},
    ],
)
def test_another_mention_is_looked_at(mentions: dict[str, Any]) -> None:
    """So is one with a fault of its own, and one that was erased: its entries are counted."""
    assert is_looked_at(**mentions)


def test_every_byte_counts() -> None:
    """Whichever of them is flipped, left out or repeated, unless only the request says so."""
    data = entry()
    free = range(data.index(b'"occurred"'), data.index(b'"resource":{'))
    for at in range(len(data)):
        flipped = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        for other in (flipped, data[:at] + data[at + 1 :], data[: at + 1] + data[at:]):
            if at not in free and other != data:
                assert is_looked_at(other), at


@pytest.mark.parametrize(
    "between",
    [
        b'"occurred":"x"},{"occurred":"x",',
        b'"occurred":"x"',
        b'"request":{},"action":"create",',
        b'"request":{"more":1},',
        b'"request":{,',
        b'"request":{"status":"200"},',
        b'"occurred":"x",,',
        b",",
        b" ,",
        b" ",
        b'"occurred":"\xff",',
        b'"request": {},',
        b'"request":{"status":200,"id":"r"},',
        b'"request":{"id":"\\u0041"},',
        b'"request":{"id":null},',
        b'"request":{},"request":{},',
        b'"end":0,',
        b'"end":0}\n{',
        b'"occurred":"\n",',
    ],
)
def test_what_stands_in_front_of_the_resource_is_read(between: bytes) -> None:
    """It is nothing but when it happened and the request, in the one spelling of these."""
    data = entry(request=None, occurred=None)
    assert is_looked_at(data.replace(b'"resource":', between + b'"resource":', 1))


def test_nothing_is_read_across_two_entries() -> None:
    """A string that begins in one and ends in the next is in neither."""
    data = entry(request=None, occurred=None)
    halves = [b'"occurred":"', b'",'], [b'"occurred":"x"},{', b'"occurred":"x",']
    for pair in halves:
        rows = replace(
            ROWS,
            **{name: getattr(ROWS, name) * 2 for name in StoredRow._fields if name != "data"},
            data=tuple(data.replace(b'"resource":', each + b'"resource":', 1) for each in pair),
        )
        assert 0 in others_of(rows)


def test_quotes_in_a_column_add_no_field() -> None:
    """A digest that would close its string and go on is spelled as JSON spells it."""
    other = 'x","details":"y'
    data = entry().replace(digest("client").encode(), other.encode())
    assert msgspec.json.decode(data)["sd"]["client"] == "x"
    assert is_looked_at(data, by=CLIENT._replace(digest=other))


def test_what_says_that_something_is_gone_is_looked_at() -> None:
    """An entry about an erasure or a purge is added up."""
    gone = StoredMention(1, ("disclosures", "é/1", None), None, None)
    data = entry(action=Action.DELETE, resource=PublicResource(id="é/1", type="disclosures"))
    action = list(Action).index(Action.DELETE)
    assert is_looked_at(data, what=gone, resource_type=(4,), action=(action,))


def test_overlapping_ends_are_no_entry() -> None:
    """What begins and ends as it should, and is too short for both."""
    data = entry(request=None, occurred=None)
    half = data.index(b'"resource"')
    assert not is_looked_at(data)
    assert is_looked_at(data[:half] + data[half + 1 :])
    assert is_looked_at(data[half:])
    assert is_looked_at(b"")

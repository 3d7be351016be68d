"""An entry's bytes are canonical JSON, the same by every way, and read back in one spelling."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.core import canonical
from indelible.core.activity import Action, ActorType, EntryId, Status
from indelible.core.entry import (
    MAX_ENTRY_SIZE,
    Digests,
    EntryTemplate,
    PublicActor,
    PublicPart,
    PublicRequest,
    PublicResource,
    decode,
    encode,
)
from indelible.core.entry_id import entry_id, format_id
from indelible.core.instant import format_time
from indelible.core.merkle import leaf_hash
from indelible.errors import Invalid, MalformedProof, TooLarge

DIGEST = "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"
ID = EntryId("019b76da-a87b-774b-8005-ffffffffffff")
TIME = "2026-01-01T00:00:00.123456Z"

SMALLEST = (
    b'{"action":"create","actor":{"id":"u1","type":"user"},'
    b'"id":"019b76da-a87b-774b-8005-ffffffffffff","log":"audit.example.com/logs/platform",'
    b'"resource":{"id":"s1","type":"session"},"sd":{},"seq":0,"status":"failure",'
    b'"time":"2026-01-01T00:00:00.123456Z","v":1}'
)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
digests = st.none() | st.just(DIGEST)
moments = st.integers(0, 253_402_300_799_999_999)
actors = st.builds(PublicActor, id=texts, type=st.sampled_from(ActorType))
requests = st.builds(
    PublicRequest,
    id=st.none() | texts,
    method=st.none() | texts,
    route=st.none() | texts,
    status=st.none() | st.integers(100, 599),
)
spoken = st.fixed_dictionaries(
    {
        "log": words,
        "action": st.sampled_from(Action),
        "actor": actors,
        "assumed_by": st.none() | actors,
        "session": st.none() | texts,
        "resource": st.builds(PublicResource, id=texts, type=words),
        "status": st.sampled_from(Status),
        "request": st.none() | requests,
        "occurred": st.none() | moments.map(format_time),
        "sd": st.builds(Digests, client=digests, details=digests, person=digests, resource=digests),
    }
)
ids = st.builds(
    lambda *parts: format_id(entry_id(*parts)),
    moments,
    st.integers(0, 16_383),
    st.binary(min_size=6, max_size=6),
)
places = st.fixed_dictionaries(
    {"seq": st.integers(0, canonical.MAX_INTEGER), "id": ids, "time": moments.map(format_time)}
)


def part(**changes: Any) -> PublicPart:
    fields: dict[str, Any] = {
        "log": "audit.example.com/logs/platform",
        "seq": 0,
        "id": ID,
        "time": TIME,
        "action": Action.CREATE,
        "actor": PublicActor(id="u1", type=ActorType.USER),
        "resource": PublicResource(id="s1", type="session"),
        "status": Status.FAILURE,
        "sd": Digests(),
    }
    return PublicPart(**fields | changes)


def test_frozen() -> None:
    """The bytes and the leaf hash of one entry never change."""
    assert encode(part()) == SMALLEST
    assert (
        leaf_hash(SMALLEST).hex()
        == "13d115786f9135125d7f04cf5996ca6d5712848d6e3e3dc6011e01bb9f341b53"
    )


@given(spoken, places)
def test_bytes_are_canonical(spoken: dict[str, Any], place: dict[str, Any]) -> None:
    """Whatever an entry says, its bytes are RFC 8785's and decode to the same entry."""
    entry = PublicPart(**spoken, **place)
    data = encode(entry)
    assert canonical.encode(json.loads(data)) == data
    assert decode(data) == entry


@given(spoken, places)
def test_template_makes_the_same_bytes(spoken: dict[str, Any], place: dict[str, Any]) -> None:
    """An entry that was prepared outside the lock is the entry that was encoded at once."""
    assert EntryTemplate(**spoken).finish(**place) == encode(PublicPart(**spoken, **place))


def test_by_name() -> None:
    """Digests are told by the names of their disclosures."""
    assert Digests(person=DIGEST, client=DIGEST).by_name() == {"client": DIGEST, "person": DIGEST}


def changed(old: bytes, new: bytes) -> Any:
    assert old in SMALLEST
    return pytest.param(SMALLEST.replace(old, new), id=new.decode(errors="replace")[:40])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"[" * 100_000,
        SMALLEST + b"\n",
        changed(b'"sd":{},', b'"sd": {},'),
        changed(b'"seq":0', b'"seq":-1'),
        changed(b'"seq":0', b'"seq":0.0'),
        changed(b'"seq":0', b'"seq":"0"'),
        changed(b'"seq":0', b'"seq":00'),
        changed(b'"seq":0', b'"seq":9007199254740992'),
        changed(b'"seq":0', b'"seq":0,"seq":0'),
        changed(b'"seq":0', b'"seq":0,"session":null'),
        changed(b'"seq":0', b'"seen":true,"seq":0'),
        changed(b'"v":1', b'"v":2'),
        changed(b',"v":1', b""),
        changed(b'"action":"create"', b'"action":"destroy"'),
        changed(b'"status":"failure"', b'"status":"unknown"'),
        changed(b'"type":"user"', b'"type":"robot"'),
        changed(b'"type":"user"', b'"name":"Ada","type":"user"'),
        changed(b'"type":"session"', b'"type":""'),
        changed(b'"id":"u1"', b'"id":"\\u0075\\u0031"'),
        changed(b'"id":"u1"', b'"id":"\\ud800"'),
        changed(b'"id":"u1"', b'"id":"\xff"'),
        changed(b"-774b-", b"-474b-"),
        changed(b"019b76da", b"019B76DA"),
        changed(b"2026-01-01", b"2026-02-30"),
        changed(b"123456Z", b"123Z"),
        changed(b'"sd":{}', b'"sd":{"details":"short"}'),
        changed(b'"sd":{}', b'"sd":{"secret":"%b"}' % DIGEST.encode()),
        changed(b'"sd":{}', b'"sd":{"person":"%b1"}' % DIGEST[:-1].encode()),
        changed(b'"log":', b'"occurred":"2026-01-01T00:00:00.000000Z","log":'),
        changed(b'"resource":', b'"request":{"status":99},"resource":'),
        changed(b'"resource":', b'"occurred":"yesterday","resource":'),
        changed(b'"resource":', b'"occurred":"2026-02-30T00:00:00.000000Z","resource":'),
    ],
)
def test_one_spelling(data: bytes) -> None:
    """Unknown fields, wrong values and other spellings are refused."""
    with pytest.raises(MalformedProof):
        decode(data)


@pytest.mark.parametrize("field", ["actor", "session", "log"])
def test_half_a_surrogate_pair(field: str) -> None:
    """A string that is no text is refused before anything is written."""
    broken = PublicActor(id="\ud800", type=ActorType.USER) if field == "actor" else "\ud800"
    entry = part(**{field: broken})
    with pytest.raises(Invalid):
        encode(entry)
    with pytest.raises(Invalid):
        template(entry)


def template(entry: PublicPart) -> EntryTemplate:
    place = ("id", "seq", "time", "v")
    return EntryTemplate(
        **{name: getattr(entry, name) for name in entry.__struct_fields__ if name not in place}
    )


def test_size() -> None:
    """An entry of 65,535 bytes is the largest; a template leaves room for the longest place."""
    room = MAX_ENTRY_SIZE - len(SMALLEST)
    longest = encode(part(session="s" * (room - len(',"session":""'))))
    assert len(longest) == MAX_ENTRY_SIZE
    assert encode(decode(longest)) == longest
    with pytest.raises(TooLarge):
        encode(part(session="s" * (room - len(',"session":""') + 1)))
    with pytest.raises(TooLarge):
        template(part(session="s" * room))
    largest = template(part(session="s" * (room - len(',"session":""') - 15)))
    finished = largest.finish(seq=canonical.MAX_INTEGER, id=ID, time=TIME)
    assert len(finished) == MAX_ENTRY_SIZE

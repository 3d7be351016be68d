"""The public part of an entry: the bytes that are hashed into the log, and nothing personal.

The bytes are canonical JSON (see :mod:`indelible.core.canonical`): the structs below declare their
fields in the order in which canonical JSON sorts them, so writing them out is enough.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from indelible.core import entry_id, instant
from indelible.core.activity import Action, ActorType, EntryId, Status
from indelible.core.canonical import MAX_INTEGER
from indelible.errors import Invalid, MalformedProof, TooLarge

VERSION = 1

MAX_ENTRY_SIZE = 65_535
"""What an entry bundle's 16-bit length can say."""

Digest = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]\Z")]
"""Base64url of 32 bytes, no padding; the last character carries 4 bits, so 16 are possible."""

Id = Annotated[EntryId, Meta(pattern=entry_id.PATTERN)]
Time = Annotated[str, Meta(pattern=instant.PATTERN)]
Word = Annotated[str, Meta(min_length=1)]

_ROOM = MAX_ENTRY_SIZE - len("00000000-0000-7000-8000-000000000000")
_ROOM -= len("2026-01-01T00:00:00.000000Z") + len(str(MAX_INTEGER))


class _Public(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    omit_defaults=True,
    forbid_unknown_fields=True,
):
    """A part of an entry. Fields stand in the order of their JSON names."""


class PublicActor(_Public, frozen=True, kw_only=True):
    """Whose rights were used: no name and no address, only an id."""

    id: str
    type: ActorType


class PublicResource(_Public, frozen=True, kw_only=True):
    """What was acted on."""

    id: str
    type: Word


class PublicRequest(_Public, frozen=True, kw_only=True):
    """The HTTP request: ``route`` is the template, never the raw path."""

    id: str | None = None
    method: str | None = None
    route: str | None = None
    status: Annotated[int, Meta(ge=100, le=599)] | None = None


class Digests(_Public, frozen=True, kw_only=True):
    """What the entry commits to without saying it: digests of disclosures, by their names."""

    client: Digest | None = None
    details: Digest | None = None
    person: Digest | None = None
    resource: Digest | None = None

    def by_name(self) -> dict[str, str]:
        """Return the digests that are present."""
        return {name: digest for name in self.__struct_fields__ if (digest := getattr(self, name))}


class PublicPart(_Public, frozen=True, kw_only=True):
    """The public part of an entry.

    Attributes:
        log: origin of the log; with ``seq`` it nails the entry to its place.
        time: when it was recorded, never before the entry in front of it.
        occurred: when the reporting system says that it happened.
        session: public id of the session.
        sd: digests of the disclosures.
        v: version of this format.
    """

    action: Action
    actor: PublicActor
    assumed_by: PublicActor | None = None
    id: Id
    log: Word
    occurred: Time | None = None
    request: PublicRequest | None = None
    resource: PublicResource
    sd: Digests
    seq: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    session: str | None = None
    status: Status
    time: Time
    # Not a plain default: that would be left out of the bytes.
    v: Annotated[int, Meta(ge=VERSION, le=VERSION)] = msgspec.field(default_factory=lambda: VERSION)


class _UpToId(_Public, frozen=True, kw_only=True):
    action: Action
    actor: PublicActor
    assumed_by: PublicActor | None = None


class _UpToSeq(_Public, frozen=True, kw_only=True):
    log: str
    occurred: str | None = None
    request: PublicRequest | None = None
    resource: PublicResource
    sd: Digests


class _UpToTime(_Public, frozen=True, kw_only=True):
    session: str | None = None
    status: Status


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(PublicPart)


def encode(part: PublicPart) -> bytes:
    """Return the bytes that are hashed.

    Raises:
        Invalid: a string holds half of a surrogate pair.
        TooLarge: there are more than ``MAX_ENTRY_SIZE`` of them.
    """
    data = _encode(part)
    if len(data) > MAX_ENTRY_SIZE:
        raise TooLarge(f"an entry of {len(data)} bytes; {MAX_ENTRY_SIZE} are possible")
    return data


def decode(data: bytes) -> PublicPart:
    """Return what the stored bytes of an entry say.

    Raises:
        MalformedProof: they are not exactly what :func:`encode` writes for a valid entry.
    """
    try:
        part = _DECODER.decode(data)
        instant.parse_time(part.time)
        if part.occurred is not None:
            instant.parse_time(part.occurred)
        spelling = encode(part)
    except (msgspec.MsgspecError, UnicodeError, Invalid, RecursionError) as error:
        raise MalformedProof(f"not an entry: {error}") from error
    # A decoder forgives order, blanks, escapes, nulls and repeated names: compare spellings.
    if spelling != data:
        raise MalformedProof("an entry in another than its canonical spelling")
    return part


class EntryTemplate:
    """An entry that waits for its place: all but id, seq and time, encoded outside the lock."""

    __slots__ = ("_to_end", "_to_id", "_to_seq", "_to_time")

    def __init__(
        self,
        *,
        log: str,
        action: Action,
        actor: PublicActor,
        resource: PublicResource,
        status: Status,
        sd: Digests,
        assumed_by: PublicActor | None = None,
        session: str | None = None,
        request: PublicRequest | None = None,
        occurred: str | None = None,
    ) -> None:
        """Encode what is known.

        Raises:
            Invalid: a string holds half of a surrogate pair.
            TooLarge: the entry might pass ``MAX_ENTRY_SIZE``.
        """
        up_to_id = _UpToId(action=action, actor=actor, assumed_by=assumed_by)
        up_to_seq = _UpToSeq(log=log, occurred=occurred, request=request, resource=resource, sd=sd)
        up_to_time = _UpToTime(session=session, status=status)
        # Each is an object of its own; without their outer braces they are one.
        self._to_id = _encode(up_to_id)[:-1] + b',"id":"'
        self._to_seq = b'",' + _encode(up_to_seq)[1:-1] + b',"seq":'
        self._to_time = b"," + _encode(up_to_time)[1:-1] + b',"time":"'
        self._to_end = b'","v":%d}' % VERSION
        size = len(self._to_id) + len(self._to_seq) + len(self._to_time) + len(self._to_end)
        if size > _ROOM:
            raise TooLarge(f"an entry of {size} bytes; {_ROOM} are possible")

    def finish(self, *, seq: int, id: str, time: str) -> bytes:  # noqa: A002
        """Return the bytes that :func:`encode` would: this can't fail any more."""
        return b"".join(
            (
                self._to_id,
                id.encode(),
                self._to_seq,
                b"%d" % seq,
                self._to_time,
                time.encode(),
                self._to_end,
            )
        )


def _encode(part: Any) -> bytes:
    try:
        return _ENCODER.encode(part)
    except UnicodeEncodeError as error:
        raise Invalid("a string holds half of a surrogate pair") from error

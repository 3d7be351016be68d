"""Whether entries are, byte for byte, what is stored beside them.

An entry has one spelling. Its columns, its mentions and its details leave nothing of that open but
when it happened and what the request was. So it is compared with the spelling that they give; to
read it and compare value by value would take four times as long. What is spelled in any other way
is looked at closely (:mod:`.check_window`), and only that can be a finding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from indelible.core.activity import Action, Status
from indelible.core.disclosure import digests_of
from indelible.core.packing import unpacked
from indelible.ledger import erase, retention
from indelible.ledger.archive import StoredMention, StoredRows
from indelible.ledger.ports import MentionKind
from indelible.ledger.quick_part import UpToResource

_ID_SIZE = 16
_SPELLED_ID = 36
_DIGITS = [at for at in range(_SPELLED_ID) if at not in (8, 13, 18, 23)]
_QUOTE, _COMMA = b'",'
_AT_ONCE = 1 << 20  # bytes of details that are hashed in one run

_json = msgspec.json.Encoder().encode
_read = msgspec.json.Decoder(UpToResource).decode

_ACTIONS = {at: b'{"action":%b' % _json(action.value) for at, action in enumerate(Action)}
_STATUSES = tuple(
    b',"status":%b,"time":"' % _json(status.value) for status in (Status.SUCCESS, Status.FAILURE)
)
_LAST = 253_402_300_799_999_999  # of the year 9999
_DELETE = tuple(Action).index(Action.DELETE)
_ANNOUNCING = (erase.RESOURCE_TYPE, retention.RESOURCE_TYPE)  # such deletions say what is gone


class Mention:
    """A mention as rows are compared with it.

    Attributes:
        erased: whether its disclosure was taken away.
        said: what a public part has to say of it, in the order of its columns.
        sd: what it adds to the digests of an entry; None where the entry must be looked at closely.
        spelled: the actor, or the resource, as an entry spells it.
        type: of the resource.
    """

    __slots__ = ("erased", "said", "sd", "spelled", "type")

    def __init__(self, kind: MentionKind, stored: StoredMention, *, faulty: bool) -> None:
        """Take what is stored, and whether there is a fault in it."""
        columns, digest = stored.columns, stored.digest
        self.erased = stored.disclosure is None and digest is not None
        self.said: tuple[str | None, ...] = (digest,)
        self.spelled, self.type = b"", columns[0]
        sd = b"" if digest is None else b',"%b":%b' % (kind.encode(), _json(digest))
        if kind is MentionKind.PERSON:
            self.said = (*columns[:3], digest)
            self.spelled = b',"actor":{"id":%b,"type":%b},"id":"' % (
                _json(columns[1]),
                _json(columns[0]),
            )
        elif kind is MentionKind.RESOURCE:
            self.said = (*columns[:2], digest)
            self.spelled = b'"resource":{"id":%b,"type":%b},"sd":{' % (
                _json(columns[1]),
                _json(columns[0]),
            )
        # What kind of actor assumed another stands in the entry alone.
        assumed = kind is MentionKind.PERSON and columns[2] is not None
        self.sd = None if faulty or self.erased or assumed else sd

    @property
    def stored(self) -> StoredMention:
        """What is stored of it, as far as entries say it too."""
        return StoredMention(-1, self.said[:-1], None, self.said[-1])


class Spelling:
    """Spells the entries of one log."""

    def __init__(self, origin: str, types: Mapping[int, str]) -> None:
        """Take the origin of the log, and the names of resource types."""
        self._types = types
        self._log = b'","log":%b,' % _json(origin)

    def others(
        self,
        rows: StoredRows,
        people: Mapping[int, Mention],
        clients: Mapping[int, Mention],
        resources: Mapping[int, Mention],
    ) -> list[int]:
        """Return the places of the rows that must be looked at closely, in order.

        Every mention of *rows* is in *people*, *clients* and *resources*.
        """
        others: list[int] = []
        types, id_size = self._types, _SPELLED_ID + len(self._log)
        ids, times, sessions = self._ids(rows.id), _times(rows.time), _sessions(rows.session)
        places = zip(
            range(len(rows.seq)), rows.seq, rows.data, rows.time, rows.action, rows.failed,
            rows.resource_type, rows.session, rows.person, rows.resource, rows.client,
            _details(rows.details), strict=True,
        )  # fmt: skip
        for (
            at, seq, data, time, action, failed, type_, session, person, resource, client, details,
        ) in places:  # fmt: skip
            who, what, opening = people[person], resources[resource], _ACTIONS.get(action)
            reached_by = b"" if client is None else clients[client].sd
            spelled_time = times.get(time)
            if (
                data is None
                or opening is None
                or spelled_time is None
                or details is None
                or reached_by is None
                or who.sd is None
                or what.sd is None
                or types.get(type_) != what.type
                or (action == _DELETE and what.type in _ANNOUNCING)
            ):
                others.append(at)
                continue
            start = opening + who.spelled + ids[at * id_size : (at + 1) * id_size]
            digests = reached_by + details + who.sd + what.sd
            stop = b"".join(
                (
                    what.spelled, digests[1:], b'},"seq":', b"%d" % seq, sessions[session],
                    _STATUSES[failed], spelled_time,
                )
            )  # fmt: skip
            between = data[len(start) : -len(stop)]
            # Together they are all of it: then nothing of it stands in both.
            if start + between + stop != data or not _is_read(between):
                others.append(at)
        return others

    def _ids(self, ids: Sequence[bytes]) -> bytes:
        """Return how each of *ids* and the log stand in an entry, one after another."""
        digits = np.frombuffer(b"".join(ids).hex().encode(), np.uint8).reshape(-1, 2 * _ID_SIZE)
        spelled = np.empty((len(ids), _SPELLED_ID + len(self._log)), np.uint8)
        spelled[:, :_SPELLED_ID] = ord("-")
        spelled[:, _DIGITS] = digits
        spelled[:, _SPELLED_ID:] = np.frombuffer(self._log, np.uint8)
        return spelled.tobytes()


def _times(times: Sequence[int | None]) -> dict[int | None, bytes]:
    """Return how each of *times* ends an entry; those that no entry can have are left out."""
    distinct = [time for time in set(times) if time is not None and 0 <= time <= _LAST]
    spelled = np.datetime_as_string(np.array(distinct, "M8[us]")).tolist()
    return {
        time: b'%b","v":1}' % f"{text}Z".encode()
        for time, text in zip(distinct, spelled, strict=True)
    }


def _sessions(sessions: Sequence[str | None]) -> dict[str | None, bytes]:
    """Return how each of *sessions* stands in an entry."""
    found: dict[str | None, bytes] = {
        session: b',"session":' + _json(session) for session in set(sessions)
    }
    found[None] = b""
    return found


def _details(stored: Sequence[bytes | None]) -> list[bytes | None]:
    """Return how each of the packed details adds to the digests of its entry.

    Nothing where there are none; None where they can't be read.
    """
    found: list[bytes | None] = [b"" if packed is None else None for packed in stored]
    places = [place for place, packed in enumerate(stored) if packed is not None]
    texts: list[bytes] = []
    theirs: list[int] = []
    size = 0
    for place, text in zip(
        places, unpacked([packed for packed in stored if packed is not None]), strict=True
    ):
        if text is None:
            continue
        theirs.append(place)
        texts.append(text)
        size += len(text)
        if size > _AT_ONCE:
            _hash(texts, theirs, found)
            texts, theirs, size = [], [], 0
    _hash(texts, theirs, found)
    return found


def _hash(texts: list[bytes], places: list[int], found: list[bytes | None]) -> None:
    for place, digest in zip(places, digests_of(texts), strict=True):
        found[place] = b',"details":"' + digest + b'"'


def _is_read(between: bytes) -> bool:
    """Return whether *between*, what stands in front of the resource, can be read."""
    if not between:
        return True
    try:
        _read(b"{" + between[:-1] + b"}")
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return False
    return between[0] == _QUOTE and between[-1] == _COMMA  # a member at least, and then the next

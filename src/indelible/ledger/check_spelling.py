"""Whether entries are, byte for byte, what is stored beside them.

An entry has one spelling. Its columns, its mentions and its details leave nothing of that open but
when it happened and what the request was. So it is compared with the spelling that they give; to
read it and compare value by value would take four times as long. What is spelled in any other way
is looked at closely (:mod:`.check_window`), and only that can be a finding.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import compress, count, repeat

import msgspec
import numpy as np

from indelible.core.activity import Action, Status
from indelible.core.disclosure import digests_of
from indelible.ledger.archive import StoredRows
from indelible.ledger.check_mentions import Mention
from indelible.ledger.packing import unpacked
from indelible.ledger.quick_part import UpToResource

_ID_SIZE = 16
_SPELLED_ID = 36
_DIGITS = [at for at in range(_SPELLED_ID) if at not in (8, 13, 18, 23)]
_RUN = 128  # details that are hashed in one run,
_AT_ONCE = 64 << 10  # and their bytes at the most; unpacked they can be a thousand times as many

_json = msgspec.json.Encoder()
_lines = msgspec.json.Decoder(UpToResource).decode_lines

_ACTIONS: dict[int | None, bytes] = {
    at: b'{"action":%b' % _json.encode(each.value) for at, each in enumerate(Action)
}
_STATUSES = tuple(
    b',"status":%b,"time":"' % _json.encode(each.value) for each in (Status.SUCCESS, Status.FAILURE)
)
_LAST = 253_402_300_799_999_999  # of the year 9999


class Spelling:
    """Spells the entries of one log."""

    def __init__(self, origin: str, types: Mapping[int, str]) -> None:
        """Take the origin of the log, and the names of resource types."""
        self._types = types
        self._log = b'","log":%b,' % _json.encode(origin)

    def others(
        self,
        rows: StoredRows,
        people: Mapping[int | None, Mention],
        clients: Mapping[int | None, Mention],
        resources: Mapping[int | None, Mention],
    ) -> list[int]:
        """Return the places of the rows that must be looked at closely, in order.

        Every mention of *rows* is in *people*, *clients* and *resources*; no client is one, too.
        """
        others: set[int] = set()
        who = [people[row] for row in rows.person]
        by = [clients[row] for row in rows.client]
        what = [resources[row] for row in rows.resource]
        for mentions in (who, by, what):
            others.update(compress(count(), [each.closely for each in mentions]))
        types = [*map(self._types.get, rows.resource_type)]
        others.update(_differing(types, [each.type for each in what]))
        starts = self._starts(rows, who, others)
        stops = self._stops(rows, _digests(rows, (by, who, what), others), what, others)
        _compare(rows.data, starts, stops, others)
        return sorted(others)

    def _starts(
        self, rows: StoredRows, who: Sequence[Mention], others: set[int]
    ) -> Sequence[bytes]:
        """Return how each of *rows* begins, up to its log."""
        actions = _known(_ACTIONS, rows.action, others)
        actors = [each.spelled for each in who]
        return [*map(b"".join, zip(actions, actors, self._ids(rows.id), strict=True))]

    def _stops(
        self,
        rows: StoredRows,
        digests: Sequence[bytes],
        what: Sequence[Mention],
        others: set[int],
    ) -> Sequence[bytes]:
        """Return how each of *rows* ends, from its resource on."""
        sessions = _sessions(rows.session)
        columns = (
            [each.spelled for each in what],
            digests,
            [b'},"seq":%d' % seq for seq in rows.seq],
            [sessions[each] for each in rows.session],
            [_STATUSES[each] for each in rows.failed],
            _known(_times(rows.time), rows.time, others),
        )
        return [*map(b"".join, zip(*columns, strict=True))]

    def _ids(self, ids: Sequence[bytes]) -> list[bytes]:
        """Return how each of *ids* and the log stand in an entry."""
        digits = np.frombuffer(b"".join(ids).hex().encode(), np.uint8).reshape(-1, 2 * _ID_SIZE)
        size = _SPELLED_ID + len(self._log)
        spelled = np.empty((len(ids), size), np.uint8)
        spelled[:, :_SPELLED_ID] = ord("-")
        spelled[:, _DIGITS] = digits
        spelled[:, _SPELLED_ID:] = np.frombuffer(self._log, np.uint8)
        run = spelled.tobytes()
        return [run[at : at + size] for at in range(0, len(run), size)]


def _differing(stored: Sequence[object], said: Sequence[object]) -> Collection[int]:
    """Return the places at which two rows are not the same."""
    if stored == said:
        return ()
    return [at for at, pair in enumerate(zip(stored, said, strict=True)) if pair[0] != pair[1]]


def _known(
    spelled: Mapping[int | None, bytes], column: Sequence[int | None], others: set[int]
) -> Sequence[bytes]:
    """Return how each of *column* is spelled; those that no entry can say are among *others*."""
    found = [*map(spelled.get, column, repeat(b""))]
    if b"" in found:
        others.update(at for at, each in enumerate(found) if not each)
    return found


def _compare(
    data: Sequence[bytes | None],
    starts: Sequence[bytes],
    stops: Sequence[bytes],
    others: set[int],
) -> None:
    """Put among *others* the places of the entries that do not begin and end like that."""
    entries = [each or b"" for each in data]
    between = [
        entry[len(start) : -len(stop)]
        for entry, start, stop in zip(entries, starts, stops, strict=True)
    ]
    # Together they are all of it: then nothing of it stands in both.
    others.update(_differing(entries, [*map(b"".join, zip(starts, between, stops, strict=True))]))
    for at in others:
        between[at] = b""
    if not _are_read(between):
        others.update(at for at, each in enumerate(between) if not _are_read([each]))


def _are_read(between: Sequence[bytes]) -> bool:
    """Return whether each of *between*, what stands in front of the resource, is as we write it."""
    lines = (b"{" + b'"end":0}\n{'.join([*between, b""]))[:-1]
    try:
        same = _json.encode_lines(_lines(lines)) == lines
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return False
    # As many lines as there are: nothing is read across two of them.
    return same and lines.count(b"\n") == len(between)


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
        session: b',"session":' + _json.encode(session) for session in set(sessions)
    }
    found[None] = b""
    return found


def _digests(
    rows: StoredRows, mentions: tuple[Sequence[Mention], ...], others: set[int]
) -> Sequence[bytes]:
    """Return the digests of each of *rows*: of the client, the details, the person, the resource.

    Args:
        rows: the entries.
        mentions: the client, the person and the resource of each.
        others: gets those whose details can't be read.
    """
    by, who, what = ([each.sd for each in column] for column in mentions)
    columns = by, _details(rows.details, others), who, what
    return [each[1:] for each in map(b"".join, zip(*columns, strict=True))]


def _details(stored: Sequence[bytes | None], others: set[int]) -> list[bytes]:
    """Return how each of the packed details adds to the digests of its entry.

    Nothing where there are none; those that can't be read are among *others*.
    """
    found: list[bytes] = []
    while len(found) < len(stored):
        start = len(found)
        run = stored[start : start + _RUN]
        if sum(map(len, filter(None, run))) > _AT_ONCE:
            run = run[:1]
        texts = [*unpacked([packed for packed in run if packed is not None])]
        digests = digests_of([text or b"" for text in texts])
        spelled = iter([b',"details":"%b"' % digest for digest in digests])
        found += [b"" if packed is None else next(spelled) for packed in run]
        if None in texts:
            told = iter(texts)
            others.update(
                at
                for at, packed in enumerate(run, start)
                if packed is not None and next(told) is None
            )
    return found

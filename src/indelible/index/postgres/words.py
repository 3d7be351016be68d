"""The search box: which entries have a text in their action, person or resource."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from indelible.core.activity import Action
from indelible.index.postgres.fields import Fields
from indelible.index.postgres.kept import Kept
from indelible.index.postgres.layout import Segment
from indelible.index.postgres.names import (
    SEARCHED,
    Names,
    find_since,
    how_many,
    lower,
    stored_names,
)
from indelible.index.postgres.runs import Numbers
from indelible.index.postgres.segment import Bits, Kind, Mentioned, damaged
from indelible.index.reader import Reader
from indelible.index.sight import Log

ACTIONS = tuple(Action)

_MIB = 1 << 20
_LONG = 4_096  # entries; what is shorter grows soon, and what was found in it is void
_STORED = """
SELECT parts.number, names.ids, names.names
FROM unnest(%(numbers)s::int[], %(logs)s::int[], %(firsts)s::bigint[])
    AS parts (number, log, first)
JOIN search_names AS names
    ON names.log = parts.log AND names.first = parts.first AND names.field = %(field)s
"""
_NAMES_AT_ONCE = 16

Name = tuple[object, ...]
"""What the names of a segment are kept under."""

Layout = Mapping[int, Sequence[Segment]]


class _Found(NamedTuple):
    """Whom or what a text was found in, and whether that is all who have names."""

    ids: Numbers
    all_named: bool


class Lexicon:
    """Names that were read before, and what was found in them. An erasure makes both void."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._names: Kept[Names] = Kept(16 * _MIB)
        self._found: Kept[_Found] = Kept(6 * _MIB)

    async def find(
        self, reader: Reader, field: Mentioned, text: str, logs: Sequence[Log], layout: Layout
    ) -> Mapping[int, _Found]:
        """Return whom or what *logs* mention by a name with *text*, which is in lower case."""
        found: dict[int, list[_Found]] = {log.number: [] for log in logs}
        missing: list[tuple[Name, Segment]] = []
        elsewhere: list[tuple[int, range]] = []
        for log in logs:
            # With a segment are the names of whoever came up behind the one before it.
            since = 0
            for segment in layout.get(log.number, ()):
                name: Name = (field, log.erasures, since, *segment)
                known = self._found.get((text, *name))
                if not segment.named:
                    elsewhere.append((log.number, range(since, segment.stop)))
                elif known is not None:
                    found[log.number].append(known)
                else:
                    missing.append((name, segment))
                since = segment.stop
            if since < log.size:
                elsewhere.append((log.number, range(since, log.size)))
        read = await self._read(reader, field, missing)
        # Names of millions take a while, and others have to be answered.
        for (name, segment, _), here in zip(
            read, await asyncio.to_thread(_look, read, text.encode()), strict=True
        ):
            if segment.size >= _LONG:
                self._found.put((text, *name), here, 600 + here.ids.nbytes)
            found[segment.log].append(here)
        rest: dict[int, list[int]] = {log: [] for log in found}
        for log_number, id_ in await find_since(reader, field, text, elsewhere):
            rest[log_number].append(id_)
        return {
            log: _Found(
                np.unique(np.concatenate([*(each.ids for each in parts), rest[log]])).astype(int),
                all(each.all_named for each in parts),
            )
            for log, parts in found.items()
        }

    async def _read(
        self,
        reader: Reader,
        field: Mentioned,
        missing: Sequence[tuple[Name, Segment]],
    ) -> Sequence[tuple[Name, Segment, Names]]:
        read: list[tuple[Name, Segment, Names]] = []
        unread = []
        for name, segment in missing:
            kept = self._names.get(name)
            if kept is None:
                unread.append((name, segment))
            else:
                read.append((name, segment, kept))
        for chunk in _chunks(unread):
            values = {
                "numbers": list(range(len(chunk))),
                "logs": [segment.log for _, segment in chunk],
                "firsts": [segment.first for _, segment in chunk],
                "field": int(field),
            }
            rows = await reader.all(_STORED, values)
            if len(rows) != len(chunk):
                raise damaged()
            for number, ids, text in rows:
                names = stored_names(ids, text)
                name, segment = chunk[number]
                self._names.put(name, names, 500 + len(ids) + len(text))
                read.append((name, segment, names))
        return read


async def having(
    fields: Fields,
    text: str,
    *,
    lexicon: Lexicon,
    logs: Sequence[Log],
    layout: Layout,
    among: Bits,
) -> Bits:
    """Return which entries contain *text*, in upper or lower case.

    Where there are none *among* them anyway, that may be left open.
    """
    reader, ground = fields.reader, fields.ground
    bits = ground.nothing()
    if not text or "\0" in text:  # no name has a NUL, and PostgreSQL takes none
        return bits if text else among
    actions = [number for number, name in enumerate(ACTIONS) if text.lower() in name]
    if actions:
        bits |= await fields.values(Kind.ACTION, actions)
    lowered = await lower(reader, text)
    for field in SEARCHED:
        found = await lexicon.find(reader, field, lowered, logs, layout)
        ids = {log: each.ids for log, each in found.items() if len(each.ids)}
        # Where everybody is found, nobody has to be looked for.
        most = [log for log in ids if found[log].all_named]
        for log, number in (await how_many(reader, field, most)).items():
            if len(ids[log]) == number:
                span = ground.spans[log]
                bits[span.start // 8 : span.stop // 8] = 0xFF
                del ids[log]
        bits |= await fields.mentioning(field, ids, among & ~bits)
    return bits


def _look(read: Sequence[tuple[Name, Segment, Names]], text: bytes) -> list[_Found]:
    looked = []
    for _, _, names in read:
        ids = np.unique(names.having(text))
        looked.append(_Found(ids, len(np.unique(names.ids)) == len(ids)))
    return looked


def _chunks(
    missing: Sequence[tuple[Name, Segment]],
) -> Iterator[Sequence[tuple[Name, Segment]]]:
    for start in range(0, len(missing), _NAMES_AT_ONCE):
        yield missing[start : start + _NAMES_AT_ONCE]

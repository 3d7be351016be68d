"""Which entries have a value: as segments say, and as entries say that are in none."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence

import numpy as np

from indelible.index.postgres.ground import Ground, Part
from indelible.index.postgres.kept import Kept
from indelible.index.postgres.runs import Numbers, Run, read_runs
from indelible.index.postgres.segment import (
    Bits,
    Kind,
    Mentioned,
    damaged,
    packed,
    read_bits,
    read_column,
)
from indelible.index.reader import Reader, array

FEW = 5_000
"""So many entries are fetched one by one by an index of theirs; more are looked for in columns."""

_FEW_IDS = 500
_KEPT_BYTES = 500  # that keeping takes besides the bits, measured
_WORTH_KEEPING = 4_096  # entries of a segment; shorter ones are soon joined, and quickly read
_HELD = 1 << 18  # entries in no segment that are held from one criterion to the next
_COLUMNS_AT_ONCE = 16
_WIDEST = 1 << 27  # numbers from the first to the last of those looked for, at a byte each

_BITMAPS = """
SELECT parts.number, bitmaps.bits
FROM unnest(%(numbers)s::int[], %(logs)s::int[], %(firsts)s::bigint[])
    AS parts (number, log, first)
JOIN search_bitmaps AS bitmaps
    ON bitmaps.log = parts.log AND bitmaps.first = parts.first
        AND bitmaps.field = %(field)s AND bitmaps.value = ANY(%(values)s::int[])
"""
_COLUMNS = """
SELECT parts.number, columns.ids, columns.codes
FROM unnest(%(numbers)s::int[], %(logs)s::int[], %(firsts)s::bigint[])
    AS parts (number, log, first)
JOIN search_columns AS columns
    ON columns.log = parts.log AND columns.first = parts.first AND columns.field = %(field)s
"""
_NAMES = {Mentioned.PERSON: "person", Mentioned.RESOURCE: "resource", Mentioned.CLIENT: "client"}
# In order, and not more: else the planner may hope to meet enough of them early, and read the log.
_PROBE = """
SELECT count(*) FROM (
    SELECT FROM entries WHERE {column} = ANY(%(ids)s::bigint[]) ORDER BY {column} LIMIT %(most)s
) AS few
"""
_FETCH = """
SELECT log, seq FROM entries
WHERE {column} = ANY(%(ids)s::bigint[]) ORDER BY {column} LIMIT %(most)s
"""
_SESSION = "SELECT log, seq FROM entries WHERE session = %(session)s AND log = ANY(%(logs)s::int[])"

IdsByLog = Mapping[int, Numbers]
"""Rows of people, resources or clients, ascending; they belong to a log each."""


class Fields:
    """Reads in one snapshot, over one ground."""

    def __init__(self, reader: Reader, ground: Ground, kept: Kept[Bits]) -> None:
        """Take the snapshot, the ground, and what was worked out of segments before."""
        self.reader = reader
        self.ground = ground
        self._kept = kept
        self._runs: list[Run] | None = None

    async def values(self, field: Kind, values: Sequence[int]) -> Bits:
        """Return which entries have one of *values* in *field*."""
        bits = self.ground.nothing()
        missing: dict[int, Part] = {}
        for number, part in enumerate(self.ground.parts):
            if part.segment is not None:
                known = self._kept.get((field, *values, part.segment[:3]))
                if known is None:
                    missing[number] = part
                else:
                    bits[part.bytes] = known
        if missing:
            asked = {**_places(missing), "field": int(field), "values": list(values)}
            for number, found in await self.reader.all(_BITMAPS, asked):
                part = missing[number]
                bits[part.bytes] |= read_bits(found, part.size)
        for part in missing.values():
            self._keep((field, *values), part, bits[part.bytes].copy())
        async for part, run in self.bare():
            bits[part.bytes] = packed(np.isin(getattr(run, field.name.lower()), values))
        return bits

    async def session(self, session: str) -> Bits:
        """Return which entries are of a session."""
        logs = list(self.ground.spans)
        return self._bits(await self.reader.all(_SESSION, {"session": session, "logs": logs}))

    async def mentioning(self, field: Mentioned, ids: IdsByLog, among: Bits) -> Bits:
        """Return which entries mention one of *ids*; where none is *among*, that is left open."""
        wanted = {log: rows for log, rows in ids.items() if len(rows)}
        number = sum(len(rows) for rows in wanted.values())
        if not number:
            return self.ground.nothing()
        if number <= _FEW_IDS:
            column, rows = _NAMES[field], [row for rows in wanted.values() for row in rows.tolist()]
            probe = {"ids": rows, "most": FEW + 1}
            if await self.reader.scalar(_PROBE.format(column=column), probe) <= FEW:
                return self._bits(await self.reader.all(_FETCH.format(column=column), probe))
        return await self._in_columns(field, wanted, among)

    async def bare(self) -> AsyncIterator[tuple[Part, Run]]:
        """Yield the entries that are in no segment."""
        bare = self.ground.bare
        if self._runs is None and sum(part.size for part in bare) <= _HELD:
            self._runs = await read_runs(self.reader, [(part.log, part.seqs) for part in bare])
        for number, part in enumerate(bare):
            if self._runs is not None:
                yield part, self._runs[number]
            else:
                yield part, (await read_runs(self.reader, [(part.log, part.seqs)]))[0]

    def _keep(self, name: tuple[object, ...], part: Part, bits: Bits) -> None:
        if part.segment is not None and part.size >= _WORTH_KEEPING:
            self._kept.put((*name, part.segment[:3]), bits, _KEPT_BYTES + bits.nbytes)

    def _bits(self, rows: Sequence[tuple[int, int]]) -> Bits:
        found = np.array(rows, np.int64).reshape(-1, 2)
        return self.ground.bits_of(found[:, 0], found[:, 1])

    async def _in_columns(self, field: Mentioned, wanted: IdsByLog, among: Bits) -> Bits:
        bits = self.ground.nothing()
        asked = {log: (field, _digest(ids)) for log, ids in wanted.items()}
        missing = []
        for part in self.ground.parts:
            if part.segment is None or part.log not in wanted or not among[part.bytes].any():
                continue
            known = self._kept.get((*asked[part.log], part.segment[:3]))
            if known is None:
                missing.append(part)
            else:
                bits[part.bytes] = known
        members = {log: _Members(ids) for log, ids in wanted.items()}
        for chunk in _chunks(missing):
            rows = await self.reader.all(_COLUMNS, {**_places(chunk), "field": int(field)})
            if len(rows) != len(chunk):
                raise damaged()
            worked = await asyncio.to_thread(_work_out, chunk, rows, members)
            for part, found in worked:
                bits[part.bytes] = found
                self._keep(asked[part.log], part, found)
        async for part, run in self.bare():
            if part.log in members:
                bits[part.bytes] = packed(members[part.log].among(getattr(run, _NAMES[field])))
        return bits


class _Members:
    """Numbers, and whether others are among them."""

    def __init__(self, ids: Numbers) -> None:
        self._ids = ids
        self._first = int(ids[0])
        self._table = None
        width = int(ids[-1]) - self._first + 1
        if width <= _WIDEST:
            # One more on either side stands for whatever lies outside.
            self._table = np.zeros(width + 2, np.bool_)
            self._table[ids - self._first + 1] = True

    def among(self, numbers: Numbers) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Return which of *numbers* are among them."""
        if self._table is None:
            return np.isin(numbers, self._ids)
        return self._table[np.clip(numbers - self._first + 1, 0, len(self._table) - 1)]


def _work_out(
    parts: Mapping[int, Part],
    rows: Sequence[tuple[int, bytes, bytes]],
    members: Mapping[int, _Members],
) -> list[tuple[Part, Bits]]:
    worked = []
    for number, ids, codes in rows:
        part = parts[number]
        known, places = read_column(ids, codes, part.size)
        worked.append((part, packed(members[part.log].among(known)[places])))
    return worked


def _chunks(parts: Sequence[Part]) -> Iterator[Mapping[int, Part]]:
    for start in range(0, len(parts), _COLUMNS_AT_ONCE):
        yield dict(enumerate(parts[start : start + _COLUMNS_AT_ONCE]))


def _places(parts: Mapping[int, Part]) -> dict[str, str]:
    return {
        "numbers": array(parts),
        "logs": array(part.log for part in parts.values()),
        "firsts": array(part.first for part in parts.values()),
    }


def _digest(ids: Numbers) -> bytes:
    return hashlib.blake2b(ids.tobytes(), digest_size=16).digest()

"""What people and resources are called, in lower case, and which of them a text is in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from indelible.index.postgres.runs import Numbers
from indelible.index.postgres.segment import Mentioned, damaged
from indelible.index.reader import Reader

# The locale of the database decides nothing: upper and lower case are Unicode's.
_LOWER = "lower({} COLLATE pg_c_utf8)"
_OF = {
    Mentioned.PERSON: ("people", ("email", "assumed_by_email")),
    Mentioned.RESOURCE: ("resources", ("name",)),
}
SEARCHED = tuple(_OF)
"""The fields whose names are searched."""

# A NUL is in no text of PostgreSQL. The second bytea is all names, a NUL behind each.
_NAMES = """
SELECT string_agg(int8send(id), ''::bytea),
    string_agg(convert_to(name, 'UTF8') || '\\x00'::bytea, ''::bytea)
FROM (SELECT id, {lower} AS name FROM {table} WHERE log = %(log)s
    AND since >= %(first)s AND since < %(stop)s) AS named
WHERE name IS NOT NULL
"""
_FOUND = """
SELECT {table}.log, {table}.id FROM {table}
JOIN unnest(%(logs)s::int[], %(firsts)s::bigint[], %(stops)s::bigint[]) AS parts (log, first, stop)
    ON {table}.log = parts.log AND {table}.since >= parts.first AND {table}.since < parts.stop
WHERE {passes}
"""
_NUMBER = "SELECT log, count(*) FROM {table} WHERE log = ANY(%(logs)s::int[]) GROUP BY log"


class Names(NamedTuple):
    """Names and the rows that have them.

    Attributes:
        ids: of each name, the row; a row may have two.
        text: the names in UTF-8, a NUL behind each.
    """

    ids: Numbers
    text: bytes

    def having(self, text: bytes) -> Numbers:
        """Return the rows with *text* in a name: lower case, no NUL, not empty."""
        if self.text.find(text) < 0:
            return self.ids[:0]
        letters = np.frombuffer(self.text, np.uint8)
        wanted = np.frombuffer(text, np.uint8)
        places = np.flatnonzero(letters[: len(letters) - len(wanted) + 1] == wanted[0])
        for further, letter in enumerate(wanted[1:], start=1):
            places = places[letters[places + further] == letter]
        ends = np.flatnonzero(letters == 0)
        return self.ids[np.unique(np.searchsorted(ends, places))]


async def read_names(reader: Reader, field: Mentioned, log: int, since: range) -> Names:
    """Return the names of those whom *log* first mentioned at *since*, out of their own table."""
    table, columns = _OF[field]
    # Two names of a row come one behind the other.
    lower = _LOWER.format(columns[0])
    if len(columns) > 1:
        lower = f"unnest(ARRAY[{', '.join(_LOWER.format(column) for column in columns)}])"
    query = _NAMES.format(lower=lower, table=table)
    (row,) = await reader.all(query, {"log": log, "first": since.start, "stop": since.stop})
    return Names(np.frombuffer(row[0] or b"", ">i8").astype(np.int64), row[1] or b"")


def stored_names(ids: bytes, text: bytes) -> Names:
    """Return the names that are kept with a segment.

    Raises:
        Unindexed: there are not as many as rows that have them.
    """
    if len(ids) % 8 or text.count(b"\0") != len(ids) // 8 or not text.endswith(b"\0" * bool(ids)):
        raise damaged()
    return Names(np.frombuffer(ids, "<i8"), text)


async def find_since(
    reader: Reader, field: Mentioned, text: str, parts: Sequence[tuple[int, range]]
) -> Sequence[tuple[int, int]]:
    """Return log and row of those with *text* in a name, first mentioned in one of *parts*."""
    if not parts:
        return ()
    table, columns = _OF[field]
    passes = " OR ".join(f"strpos({_LOWER.format(name)}, %(text)s) > 0" for name in columns)
    values = {
        "text": text,
        "logs": [log for log, _ in parts],
        "firsts": [since.start for _, since in parts],
        "stops": [since.stop for _, since in parts],
    }
    return await reader.all(_FOUND.format(table=table, passes=passes), values)


async def how_many(reader: Reader, field: Mentioned, logs: Sequence[int]) -> Mapping[int, int]:
    """Return how many each of *logs* mentions, named or not."""
    if not logs:
        return {}
    return dict(await reader.all(_NUMBER.format(table=_OF[field][0]), {"logs": list(logs)}))


async def lower(reader: Reader, text: str) -> str:
    """Return *text* in lower case, as PostgreSQL writes the names."""
    return str(await reader.scalar(f"SELECT {_LOWER.format('%(text)s')}", {"text": text}))

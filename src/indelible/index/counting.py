"""How many entries pass: by arithmetic, from memory, or by reading one index."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace

from indelible.index.conditions import FAILED, SUCCEEDED, Conditions
from indelible.index.memory import Memory
from indelible.index.reader import Reader
from indelible.index.sight import purged_among, stretches

_ALL = "SELECT count(*) FROM entries e WHERE {where}"

# OFFSET 0 keeps the conditions out of the lateral part: it reads the stretch and nothing else.
NEWS = """
FROM unnest(%(news_logs)s::int[], %(news_from)s::bigint[], %(news_to)s::bigint[])
    AS news (log, first, beyond)
CROSS JOIN LATERAL (
    SELECT * FROM entries
    WHERE entries.log = news.log AND entries.seq >= news.first AND entries.seq < news.beyond
    OFFSET 0
) e
"""
_NEW = f"SELECT count(*) {NEWS} WHERE {{where}}"

MOST_NEWS = 20_000
"""Beyond this many new entries, counting all by an index is as fast."""


def values_of(news: Mapping[int, range]) -> dict[str, list[int]]:
    """Return the values of ``NEWS``."""
    return {
        "news_logs": list(news),
        "news_from": [stretch.start for stretch in news.values()],
        "news_to": [stretch.stop for stretch in news.values()],
    }


def few(news: Mapping[int, range] | None) -> bool:
    """Return whether reading *news* is cheaper than counting all."""
    return news is not None and sum(map(len, news.values())) <= MOST_NEWS


async def count(reader: Reader, wanted: Conditions, question: Hashable, memory: Memory[int]) -> int:
    """Return how many entries fulfil the conditions in this snapshot, exactly."""
    if wanted.impossible:
        return 0
    if not wanted.clauses:
        found = await stretches(reader, wanted.logs, first=wanted.first, beyond=wanted.beyond)
        return sum(map(len, found.values()))
    if wanted.clauses == [SUCCEEDED]:
        # Nearly all do, so those that do not are counted.
        found = await stretches(reader, wanted.logs, first=wanted.first, beyond=wanted.beyond)
        known = sum(map(len, found.values())) - purged_among(wanted.logs, found)
        failed = replace(wanted, clauses=[FAILED])
        return known - await count(reader, failed, (question, FAILED), memory)
    remembered = memory.recall(question)
    news = remembered.since(wanted.logs) if remembered else None
    if remembered is None or news is None or not few(news):
        query = _ALL.format(where=wanted.where)
        total = int(await reader.scalar(query, wanted.having({})))
    elif news:
        query = _NEW.format(where=wanted.where)
        total = remembered.counted + int(await reader.scalar(query, wanted.having(values_of(news))))
    else:
        return remembered.counted
    memory.remember(question, total, wanted.logs)
    return total

"""The entries that are new: a stretch at the end of each log."""

from __future__ import annotations

from collections.abc import Mapping

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


def values_of(news: Mapping[int, range]) -> dict[str, list[int]]:
    """Return the values of ``NEWS``."""
    return {
        "news_logs": list(news),
        "news_from": [stretch.start for stretch in news.values()],
        "news_to": [stretch.stop for stretch in news.values()],
    }

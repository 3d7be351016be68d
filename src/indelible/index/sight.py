"""Which logs a question is about, and which stretch of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from indelible.core.activity import TenantId
from indelible.index.reader import Reader


class Log(NamedTuple):
    """A log in sight, as long as it is in this snapshot.

    Attributes:
        erasures: changes when anything in the log is erased or purged.
        purged: how many entries are purged, the first ones.
        time: when the last entry was recorded, microseconds since 1970.
    """

    number: int
    origin: str
    tenant: TenantId | None
    size: int
    erasures: int
    purged: int = 0
    time: int = 0


class Search(NamedTuple):
    """Where in a log an id would stand: from *low* up to *high*.

    Attributes:
        bound: the id, 16 bytes.
    """

    log: int
    bound: bytes
    low: int
    high: int


_LOGS = """
SELECT logs.id, logs.origin, logs.tenant::text, heads.size, heads.erasures,
    heads.purged, heads.time
FROM logs JOIN heads ON heads.log = logs.id
WHERE %(tenant)s::uuid IS NULL OR logs.tenant = %(tenant)s::uuid
ORDER BY logs.id
"""

# Ids grow along a log, so the place of an id is found by halving, in all logs at once.
_PLACES = """
WITH RECURSIVE step (log, bound, low, high) AS (
    SELECT * FROM unnest(
        %(logs)s::int[], %(bounds)s::uuid[], %(lows)s::bigint[], %(highs)s::bigint[]
    )
    UNION ALL
    SELECT log, bound, CASE WHEN older THEN middle + 1 ELSE low END,
        CASE WHEN older THEN high ELSE middle END
    FROM (
        SELECT log, bound, low, high, (low + high) / 2 AS middle, (
            SELECT entries.id < step.bound FROM entries
            WHERE entries.log = step.log AND entries.seq = (step.low + step.high) / 2
        ) AS older
        FROM step WHERE low < high
    ) AS halved
)
SELECT log, bound, low FROM step WHERE low >= high
"""


def purged_among(logs: Sequence[Log], stretches: Mapping[int, range]) -> int:
    """Return how many entries of *stretches* are purged."""
    purged = {log.number: log.purged for log in logs}
    return sum(
        max(0, min(purged[number], stretch.stop) - stretch.start)
        for number, stretch in stretches.items()
    )


async def logs_in_sight(reader: Reader, tenant: TenantId | None) -> Sequence[Log]:
    """Return the logs that the reader sees, or the one of *tenant* if it is among them."""
    return [Log(*row) for row in await reader.all(_LOGS, {"tenant": tenant})]


async def stretches(
    reader: Reader, logs: Sequence[Log], *, first: bytes | None, beyond: bytes | None
) -> Mapping[int, range]:
    """Return, for each log, the seqs whose ids are at least *first* and less than *beyond*."""
    bounds = [bound for bound in (first, beyond) if bound is not None]
    searches = [Search(log.number, bound, 0, log.size) for bound in bounds for log in logs]
    found = await places_of(reader, searches)
    return {
        log.number: range(
            0 if first is None else found[log.number, first],
            log.size if beyond is None else found[log.number, beyond],
        )
        for log in logs
    }


async def places_of(reader: Reader, searches: Sequence[Search]) -> Mapping[tuple[int, bytes], int]:
    """Return, by log and bound, how many entries of the log have ids less than the bound."""
    if not searches:
        return {}
    values = {
        "logs": [search.log for search in searches],
        "bounds": [search.bound.hex() for search in searches],
        "lows": [search.low for search in searches],
        "highs": [search.high for search in searches],
    }
    rows = await reader.all(_PLACES, values)
    return {(number, bound.bytes): place for number, bound, place in rows}

"""How far the index has come: kept in ClickHouse itself, and the last thing that a batch writes.

Rows of a batch count from the moment that positions name the batch, all at once: one insert of one
block. What a killed follower left behind has a later number, is seen by nobody, and goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from indelible.index.clickhouse.client import ClickHouse
from indelible.index.sight import Log

NOT_TO_BE_USED = -1
"""As a number of erasures, it is no log's: nobody answers from what is indexed of this one."""

_READ = """
SELECT log, argMax(tenant, batch), argMax(origin, batch), argMax(size, batch),
    argMax(rows, batch), argMax(erasures, batch), argMax(purged, batch), max(batch)
FROM positions GROUP BY log
"""


class Position(NamedTuple):
    """How much of a log is indexed.

    Attributes:
        tenant: whose log it is, empty for the platform's.
        size: so many entries, from the first on.
        rows: how many rows these are here; fewer where somebody took entries from the ledger.
        erasures: the log's count of erasures when the last one was applied here.
        purged: so many of them are purged.
        batch: the batch that came to here.
    """

    log: int
    tenant: str
    origin: str
    size: int = 0
    rows: int = 0
    erasures: int = 0
    purged: int = 0
    batch: int = 0

    @classmethod
    def beginning(cls, log: Log) -> Position:
        """Return the position before anything of *log* is indexed."""
        return cls(log.number, log.tenant or "", log.origin, erasures=log.erasures)


class Positions:
    """Every position, as they stood at one moment."""

    def __init__(self, rows: Sequence[Position]) -> None:
        """Take one for each log."""
        self.by_log: dict[int, Position] = {row.log: row for row in rows}
        self.committed = max((row.batch for row in rows), default=0)

    def note(self, position: Position) -> None:
        """Take a position that was written since."""
        self.by_log[position.log] = position
        self.committed = max(self.committed, position.batch)

    def of(self, log: Log) -> Position:
        """Return the position in *log*."""
        return self.by_log.get(log.number) or Position.beginning(log)


async def read_positions(clickhouse: ClickHouse) -> Positions:
    """Return every position.

    Raises:
        Unindexed: ClickHouse can't be reached, or has no index.
    """
    return Positions([Position(*row) for row in await clickhouse.ask(_READ)])


async def write_positions(clickhouse: ClickHouse, positions: Sequence[Position]) -> None:
    """Commit: from now on the batch that *positions* name counts, in all of their logs at once."""
    now = datetime.now(UTC)
    columns = list(zip(*positions, strict=True))
    names = Position._fields
    await clickhouse.insert(
        "positions", {**dict(zip(names, columns, strict=True)), "at": [now] * len(positions)}
    )

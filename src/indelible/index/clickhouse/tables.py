"""The tables in ClickHouse: what they are ordered and partitioned by, on a server or a cluster.

Entries are numbers: who, what and whence are said once, in small tables that an erasure rewrites.
The bytes that prove an entry stay in the ledger, and so do the texts that a page shows.

    entries    ordered by week, log, seq: a log's rows of a time stand together, and whoever sees
               all logs reads backwards week by week; a quarter (13 weeks) is a partition
    people, clients, resources    ordered by log and id
    positions  how far each log is indexed: the one truth about what of the rest counts
"""

from __future__ import annotations

from dataclasses import dataclass

SCHEMA = 1
"""Goes up when tables change; an index of another schema is rebuilt."""

WEEK = (7 * 86_400_000) << 16
"""A week in the units of ``moment``: the first half of an id, milliseconds in the upper 48 bits."""

QUARTER = 13 * WEEK
PURGED = 255
"""Stands for the action of a purged entry."""

MENTIONS = ("people", "clients", "resources")
TABLES = ("entries", *MENTIONS, "positions")
COMMENT = f"indelible index, schema {SCHEMA}"

# Mentions of a log have numbers that lie near each other: T64 leaves out the bits that they share,
# and a scan of them costs a third of what ZSTD alone does.
_ENTRIES = """
    log      UInt32,
    seq      UInt64 CODEC(Delta, ZSTD),
    moment   UInt64 CODEC(Delta, ZSTD),   -- bytes 0 to 7 of the id: its time
    tie      UInt64 CODEC(ZSTD),          -- bytes 8 to 15: order within a microsecond
    batch    UInt64 CODEC(Delta, ZSTD),   -- counts once a position says so
    action   UInt8 CODEC(ZSTD),
    failed   UInt8 CODEC(ZSTD),
    type     LowCardinality(String) CODEC(ZSTD),
    person   UInt64 CODEC(T64, LZ4),
    resource UInt64 CODEC(T64, LZ4),
    client   UInt64 CODEC(T64, LZ4),          -- 0: none
    session  String CODEC(ZSTD),          -- empty: none
    INDEX by_batch batch TYPE minmax GRANULARITY 1,
    INDEX by_person person TYPE bloom_filter(0.02) GRANULARITY 4,
    INDEX by_resource resource TYPE bloom_filter(0.02) GRANULARITY 4
"""
# Texts are in lower case already, by PostgreSQL's rules: both indexes find the same.
_PEOPLE = """
    log UInt32, id UInt64, batch UInt64,
    actor_id String, assumed_by_id Nullable(String),
    email Nullable(String), assumed_by_email Nullable(String)
"""
_CLIENTS = "log UInt32, id UInt64, batch UInt64, ip Nullable(String)"
_RESOURCES = "log UInt32, id UInt64, batch UInt64, resource_id String, name Nullable(String)"
_POSITIONS = """
    log UInt32, tenant String, origin String,
    size UInt64, rows UInt64, erasures Int64, purged UInt64,
    batch UInt64, at DateTime64(3, 'UTC')
"""

_COLUMNS = {
    "entries": _ENTRIES,
    "people": _PEOPLE,
    "clients": _CLIENTS,
    "resources": _RESOURCES,
    "positions": _POSITIONS,
}
_BY_LOG_AND_ID = "ORDER BY (log, id)"
_ORDER = {
    "entries": f"PARTITION BY intDiv(moment, {QUARTER}) "
    f"ORDER BY (intDiv(moment, {WEEK}), log, seq)",
    "people": _BY_LOG_AND_ID,
    "clients": _BY_LOG_AND_ID,
    "resources": _BY_LOG_AND_ID,
    "positions": "ORDER BY log",
}
# What was erased leaves the disk when the part that held it does: not minutes later.
_SETTINGS = "SETTINGS old_parts_lifetime = 30"


@dataclass(frozen=True, slots=True)
class Tables:
    """Where things stand, and the statements that make and change them.

    Attributes:
        cluster: name of a ClickHouse cluster; None is a single server.
    """

    cluster: str | None = None

    def create(self) -> list[str]:
        """Return the statements that make what is not there yet."""
        statements = []
        for table in TABLES:
            engine = self._engine(table)
            statements.append(
                f"CREATE TABLE IF NOT EXISTS {self.local(table)}{self._everywhere} "
                f"({_COLUMNS[table]}) ENGINE = {engine} {_ORDER[table]} {_SETTINGS} "
                f"COMMENT '{COMMENT}'"
            )
            if self.cluster is not None:
                # A log lives in one shard, so that what refers to each other is joined there.
                # All positions live in one, so that a batch counts in every log at once.
                shard = "0" if table == "positions" else "log"
                statements.append(
                    f"CREATE TABLE IF NOT EXISTS {table}{self._everywhere} "
                    f"AS {self.local(table)} ENGINE = Distributed('{self.cluster}', "
                    f"currentDatabase(), '{self.local(table)}', {shard}) COMMENT '{COMMENT}'"
                )
        return statements

    def drop(self) -> list[str]:
        """Return the statements that take everything away, positions first: nothing counts then."""
        names = []
        for table in reversed(TABLES):
            names += [table] if self.cluster is None else [table, self.local(table)]
        return [f"DROP TABLE IF EXISTS {name}{self._everywhere} SYNC" for name in names]

    def change(self, table: str, what: str) -> str:
        """Return the statement that deletes or updates rows: ``DELETE WHERE``, ``UPDATE``."""
        return f"ALTER TABLE {self.local(table)}{self._everywhere} {what}"

    def local(self, table: str) -> str:
        """Return the name of what stores the rows of *table* on a server."""
        return table if self.cluster is None else f"{table}_local"

    @property
    def _everywhere(self) -> str:
        return "" if self.cluster is None else f" ON CLUSTER '{self.cluster}'"

    def _engine(self, table: str) -> str:
        kind = "Replacing" if table == "positions" else ""
        version = "batch" if table == "positions" else ""
        if self.cluster is None:
            return f"{kind}MergeTree({version})"
        place = f"'/clickhouse/tables/{{shard}}/{{database}}/{self.local(table)}', '{{replica}}'"
        return f"Replicated{kind}MergeTree({', '.join(filter(None, (place, version)))})"

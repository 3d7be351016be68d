"""The ledger's store: one transaction, one truth."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from indelible.core.activity import TenantId
from indelible.core.checkpoint import Checkpoint
from indelible.core.entry_id import format_id
from indelible.core.instant import format_time
from indelible.core.key import KEY_ID_SIZE
from indelible.core.merkle import CompactRange, Hash
from indelible.core.note import Note, Signature
from indelible.errors import Unavailable
from indelible.ledger.ports import (
    Effect,
    FirstReceipt,
    Head,
    LogNumber,
    Mention,
    Mentioned,
    MentionPlace,
    StoredEntry,
    Write,
)
from indelible.storage.postgres import mentioning, writing
from indelible.storage.postgres.database import Database
from indelible.storage.postgres.mentioning import RowNumbers
from indelible.storage.postgres.round_trip import (
    BYTES,
    ID,
    INT,
    LONG,
    SHORT,
    TEXT,
    TIME,
    Call,
    Driver,
    Statement,
    many,
    round_trip,
)

_NOT_RECORDED = "The database can't be reached; nothing was recorded."
_MAX_MADE, _MAX_TYPES = 20_000, 10_000  # remembered; what is forgotten is looked up again
_NO_KEYS: Mapping[TenantId | None, Collection[bytes]] = {}

# Every statement sees what was committed before it began: what is read after the lock is as it
# stands under the lock.
_BEGIN = Statement("BEGIN ISOLATION LEVEL READ COMMITTED")

# Rows are locked in the order of their log, whoever asks: two appends that share logs wait for each
# other and never in a ring.
_LOCK = """
SELECT logs.id, logs.origin, heads.size, heads.range, heads.time, heads.erasures
FROM heads JOIN logs ON logs.id = heads.log
WHERE logs.origin {} ORDER BY heads.log FOR NO KEY UPDATE OF heads
"""
_LOCKED = (INT, TEXT, LONG, BYTES, LONG, LONG)
# Of one, PostgreSQL keeps the plan; an array is planned every time, for longer than it runs.
_LOCK_HEAD = Statement(_LOCK.format("= $1"), takes=[TEXT], gives=_LOCKED)
_LOCK_HEADS = Statement(_LOCK.format("= ANY($1)"), takes=[many(TEXT)], gives=_LOCKED)

_FIRST = """
SELECT log, key, body, seq FROM receipts
WHERE log = (SELECT id FROM logs WHERE origin = $1) AND key {}
"""
_FOUND = (INT, BYTES, BYTES, LONG)
_FIRST_RECEIPT = Statement(_FIRST.format("= $2"), takes=[TEXT, BYTES], gives=_FOUND)
_FIRST_RECEIPTS = Statement(_FIRST.format("= ANY($2)"), takes=[TEXT, many(BYTES)], gives=_FOUND)

_MAKE_LOGS = Statement(
    """
WITH made AS (
    INSERT INTO logs (origin, tenant) SELECT * FROM unnest($1, $2::uuid[])
    ON CONFLICT DO NOTHING RETURNING id
)
INSERT INTO heads (log) SELECT id FROM made
""",
    takes=[many(TEXT), many(TEXT)],
)

LEAF = r"coalesce(e.leaf, sha256('\x00'::bytea || e.bytes))"
"""SQL for the leaf hash of entry ``e``: all that is left of a purged one.

Beside packed bytes it is stored. Bytes that are not packed are what was hashed."""

_LEAVES = Statement(
    f"""
SELECT {LEAF} FROM entries e WHERE e.log = $1 AND e.seq >= $2 AND e.seq < $3 ORDER BY e.seq
""",  # noqa: S608  # ours
    takes=[INT, LONG, LONG],
    gives=[BYTES],
)

_TILES = Statement(
    """
SELECT data FROM tiles WHERE log = $1 AND level = $2 AND index >= $3 AND index < $4 ORDER BY index
""",
    takes=[INT, SHORT, LONG, LONG],
    gives=[BYTES],
)

_STORED = Statement(
    f"""
SELECT e.seq, e.id, e.time, {LEAF}, l.origin, c.size, c.root, c.signature
FROM entries e JOIN logs l ON l.id = e.log
CROSS JOIN LATERAL (
    SELECT size, root, signature FROM checkpoints
    WHERE log = e.log AND size > e.seq ORDER BY size LIMIT 1
) c
WHERE e.log = $1 AND e.seq = ANY($2)
""",  # noqa: S608  # ours
    takes=[INT, many(LONG)],
    gives=[LONG, ID, TIME, BYTES, TEXT, LONG, BYTES, BYTES],
)

_TYPES = Statement(
    "SELECT name, id FROM resource_types WHERE name = ANY($1)",
    takes=[many(TEXT)],
    gives=[TEXT, INT],
)
_ADD_TYPES = Statement(
    "INSERT INTO resource_types (name) SELECT unnest($1) ON CONFLICT DO NOTHING",
    takes=[many(TEXT)],
)


class PostgresLedger:
    """The ledger in PostgreSQL."""

    def __init__(self, database: Database, *, base: str) -> None:
        """Take the database and the origin that every log's origin starts with."""
        self._database = database
        self._base = base
        self._ids = RowNumbers()
        self._made: set[str] = set()
        self._types: dict[str, int] = {}  # their numbers never change

    def origin(self, tenant: TenantId | None) -> str:
        """Return the origin of a tenant's log, or of the platform log."""
        return f"{self._base}/logs/{tenant or 'platform'}"

    @asynccontextmanager
    async def append(
        self,
        tenants: Collection[TenantId | None],
        keys: Mapping[TenantId | None, Collection[bytes]] = _NO_KEYS,
    ) -> AsyncIterator[PostgresAppend]:
        """Open a transaction over the logs of *tenants*; see the port."""
        origins = {self.origin(tenant): tenant for tenant in tenants}
        wanted = {self.origin(tenant): some for tenant, some in keys.items()}
        try:
            async with self._database.connected() as (connection, driver):
                await self._make(driver, origins)
                transaction = PostgresAppend(connection, driver, self._ids, self._types)
                await transaction.lock(origins, wanted)
                yield transaction
                await transaction.commit()
        except Unavailable as error:
            if type(error) is not Unavailable:
                raise  # it says itself what was too much, or that nobody knows
            raise Unavailable(_NOT_RECORDED) from error

    async def _make(self, driver: Driver, origins: Mapping[str, TenantId | None]) -> None:
        """Make the logs that are not there yet, committed before any head is locked.

        In the append's own transaction two of them could wait for each other's new rows.
        """
        new = sorted(origins.keys() - self._made)
        if new:
            await round_trip(driver, _MAKE_LOGS(new, [origins[origin] for origin in new]))
            if len(self._made) > _MAX_MADE:
                self._made.clear()
            self._made.update(new)


class PostgresAppend:
    """An append in progress; see :class:`indelible.ledger.ports.AppendTransaction`."""

    def __init__(
        self,
        connection: AsyncConnection,
        driver: Driver,
        ids: RowNumbers,
        types: dict[str, int],
    ) -> None:
        """Take a connection in no transaction, as SQLAlchemy and as the driver see it."""
        self._connection = connection
        self._driver = driver
        self._ids = ids
        self._types = types
        self._heads: dict[TenantId | None, Head] = {}
        self._first: dict[LogNumber, dict[bytes, FirstReceipt]] = {}
        self._write: Write | None = None
        self._affected = False

    @property
    def heads(self) -> Mapping[TenantId | None, Head]:
        """The locked heads."""
        return self._heads

    async def lock(
        self, origins: Mapping[str, TenantId | None], keys: Mapping[str, Collection[bytes]]
    ) -> None:
        """Begin, lock the heads of *origins* and look for the receipts of *keys*."""
        lock = _LOCK_HEAD(*origins) if len(origins) == 1 else _LOCK_HEADS(list(origins))
        first: list[Call] = []
        for origin, some in keys.items():
            if len(some) <= writing.FEW:
                first += [_FIRST_RECEIPT(origin, key) for key in some]
            else:
                first.append(_FIRST_RECEIPTS(origin, list(some)))
        _, heads, *found = await round_trip(self._driver, _BEGIN(), lock, *first)
        for log, origin, size, hashes, time, erasures in heads:
            range_ = CompactRange.from_bytes(size, hashes)
            self._heads[origins[origin]] = Head(log, origin, size, range_, time, erasures)
            self._first[log] = {}
        for log, key, body, seq in itertools.chain(*found):
            self._first[log][key] = FirstReceipt(body, seq)

    def first_receipts(self, log: LogNumber) -> Mapping[bytes, FirstReceipt]:
        """Return those of the keys asked for that the log has."""
        return self._first[log]

    async def stored(self, log: LogNumber, seqs: Collection[int]) -> Mapping[int, StoredEntry]:
        """Return entries that stand in the log, each with the first checkpoint over it."""
        found = {}
        rows = await self._all(_STORED(log, list(seqs)))
        for seq, id_, time, leaf, origin, size, root, signature in rows:
            signed = Signature(origin, signature[:KEY_ID_SIZE], signature[KEY_ID_SIZE:])
            note = Note(Checkpoint(origin, size, root).to_text(), (signed,))
            found[seq] = StoredEntry(format_id(id_), format_time(time), leaf, note.to_text())
        return found

    async def mentioned(self, places: Collection[MentionPlace]) -> Mapping[MentionPlace, Mentioned]:
        """Return those at *places* that are stored and not erased."""
        return await mentioning.find(self._driver, places)

    async def mention(
        self, mentions: Mapping[MentionPlace, Mention]
    ) -> Mapping[MentionPlace, Mentioned]:
        """Store mentions that are new to their logs."""
        return await mentioning.add(self._driver, self._ids, mentions)

    async def resource_types(self, names: Collection[str]) -> Mapping[str, int]:
        """Return the number of each resource type, registering new ones."""
        if self._types.keys() >= set(names):
            return self._types
        found: dict[str, int] = dict(await self._all(_TYPES(list(names))))
        new = sorted(set(names) - found.keys())
        if new:
            await self._all(_ADD_TYPES(new))
            found.update(await self._all(_TYPES(new)))
        else:
            # Committed by others; what is registered here may yet roll back.
            if len(self._types) > _MAX_TYPES:
                self._types.clear()
            self._types.update(found)
        return found

    async def leaf_hashes(self, log: LogNumber, seqs: range) -> Sequence[Hash]:
        """Return the leaf hashes of a run of entries, in order."""
        return [leaf for (leaf,) in await self._all(_LEAVES(log, seqs.start, seqs.stop))]

    async def tiles(self, log: LogNumber, level: int, indexes: range) -> Sequence[bytes]:
        """Return full hash tiles, in order."""
        rows = await self._all(_TILES(log, level, indexes.start, indexes.stop))
        return [data for (data,) in rows]

    def write(self, write: Write) -> None:
        """Append entries, then tiles, receipts, heads and checkpoints, when it commits."""
        self._write = write

    async def run(self, effect: Effect) -> None:
        """Make a change that commits with the entries or not at all."""
        self._affected = True
        await effect(self._connection)

    async def commit(self) -> None:
        """Write and commit, durably."""
        # Statements kept on the connection may be gone: with a savepoint that an effect rolls
        # back, the driver forgets them.
        await writing.commit(self._driver, self._write, prepared=not self._affected)

    async def _all(self, call: Call) -> list[tuple[Any, ...]]:
        return (await round_trip(self._driver, call))[0]

"""The root log in PostgreSQL; see :class:`indelible.ledger.root.RootStore`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from copy import copy
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from indelible.core.checkpoint import Checkpoint
from indelible.core.key import KEY_ID_SIZE
from indelible.core.merkle import CompactRange, Hash, leaf_hash
from indelible.core.note import Note, Signature
from indelible.ledger.ports import LogNumber
from indelible.ledger.root import Moved, RootCheckpoint, RootHead, RootLeaf, RootWrite
from indelible.storage.postgres.cosignatures import Cosignatures
from indelible.storage.postgres.database import Database

_LOCK_HEAD = sa.text("SELECT size, range FROM root_head FOR NO KEY UPDATE")

# The last leaf of each log is one step in the index on (log, size), whatever was published.
_MOVED = sa.text("""
SELECT logs.id, logs.origin, c.size, c.root, c.signature
FROM heads JOIN logs ON logs.id = heads.log
JOIN checkpoints c ON c.log = heads.log AND c.size = heads.size
WHERE heads.size > coalesce((SELECT max(size) FROM root_leaves WHERE log = heads.log), 0)
ORDER BY logs.id LIMIT :most
""")

_BEHIND = sa.text("""
SELECT logs.origin FROM heads JOIN logs ON logs.id = heads.log
WHERE heads.size < (SELECT max(size) FROM root_leaves WHERE log = heads.log) ORDER BY logs.id
""")

_ADD_LEAVES = sa.text("""
INSERT INTO root_leaves (index, log, size, data) SELECT * FROM unnest(
    CAST(:indexes AS bigint[]), CAST(:logs AS int[]), CAST(:sizes AS bigint[]),
    CAST(:data AS bytea[]))
""")

_ADD_TILES = sa.text("""
INSERT INTO root_tiles (level, index, data) SELECT * FROM unnest(
    CAST(:levels AS smallint[]), CAST(:indexes AS bigint[]), CAST(:data AS bytea[]))
""")

# Leaves first, head last: a head over leaves that may not exist would be a signed promise that
# nobody can take back.
_MOVE_HEAD = sa.text("""
WITH head AS (UPDATE root_head SET size = :size, range = :range)
INSERT INTO root_checkpoints (size, root, signature) VALUES (:size, :root, :signature)
""")

_LEAVES = sa.text("""
SELECT index, log, size, data FROM root_leaves WHERE index >= :start AND index < :stop
ORDER BY index
""")

_TILES = sa.text("""
SELECT data FROM root_tiles WHERE level = :level AND index >= :start AND index < :stop
ORDER BY index
""")

_COVERING = sa.text("""
SELECT index, log, size, data FROM root_leaves WHERE log = :log AND size >= :size
ORDER BY size LIMIT 1
""")

_CHECKPOINTS = "SELECT size, root, signature, published_at FROM root_checkpoints"
_NEWEST = sa.text(f"{_CHECKPOINTS} ORDER BY size DESC LIMIT :count")
_AT = sa.text(f"{_CHECKPOINTS} WHERE size = :size")

Asking = Callable[[], AbstractAsyncContextManager[AsyncConnection]]


class PostgresRoot:
    """The root log, with the cosignatures of the witnesses that are trusted."""

    def __init__(self, database: Database, *, base: str, cosignatures: Cosignatures) -> None:
        """Take the database and what every log's origin starts with."""
        self._database = database
        self._asking: Asking = database.asking
        self._origin = f"{base}/root"
        self._cosignatures = cosignatures

    def within(self, connection: AsyncConnection) -> PostgresRoot:
        """Return the root log as *connection* sees it, in its transaction; for reading alone."""
        seen = copy(self)
        seen._asking = lambda: nullcontext(connection)
        return seen

    @property
    def origin(self) -> str:
        """The origin of the root log."""
        return self._origin

    @asynccontextmanager
    async def publishing(self) -> AsyncIterator[PostgresPublication]:
        """Open a transaction that locks the root head; see the port."""
        async with self._database.begin() as connection:
            size, range_ = (await connection.execute(_LOCK_HEAD)).one()
            head = RootHead(size, CompactRange.from_bytes(size, range_))
            yield PostgresPublication(connection, head)

    async def behind(self) -> Sequence[str]:
        """Return the origins of logs that end before a checkpoint that was published."""
        async with self._asking() as connection:
            return list((await connection.execute(_BEHIND)).scalars())

    async def leaf_covering(self, log: LogNumber, size: int) -> RootLeaf | None:
        """Return the first leaf whose checkpoint of *log* has *size* entries or more."""
        async with self._asking() as connection:
            row = (await connection.execute(_COVERING, {"log": log, "size": size})).one_or_none()
        return None if row is None else RootLeaf(*row)

    async def newest(self, *, witnessed: bool = False) -> RootCheckpoint | None:
        """Return the newest checkpoint, or the newest with a quorum of cosignatures."""
        async with self._asking() as connection:
            if not witnessed:
                rows = (await connection.execute(_NEWEST, {"count": 1})).all()
                return await self._checkpoint(connection, rows[0]) if rows else None
            async for size in self._cosignatures.quorums(connection):
                row = (await connection.execute(_AT, {"size": size})).one()
                found = await self._checkpoint(connection, row)
                if found.witnessed:  # a line that does not hold is counted by no query
                    return found
        return None

    async def at(self, size: int) -> RootCheckpoint | None:
        """Return the checkpoint at exactly *size*."""
        async with self._asking() as connection:
            row = (await connection.execute(_AT, {"size": size})).one_or_none()
            return None if row is None else await self._checkpoint(connection, row)

    async def covering(self, index: int) -> RootCheckpoint | None:
        """Return the best checkpoint over leaf *index*: the newest witnessed, else the newest."""
        for witnessed in (True, False):
            found = await self.newest(witnessed=witnessed)
            if found is not None and found.size > index:
                return found
        return None

    async def recent(self, count: int) -> Sequence[RootCheckpoint]:
        """Return the last *count* checkpoints, newest first."""
        async with self._asking() as connection:
            rows = (await connection.execute(_NEWEST, {"count": count})).all()
            return [await self._checkpoint(connection, row) for row in rows]

    async def size(self) -> int:
        """Return the number of leaves."""
        async with self._asking() as connection:
            return int(
                (await connection.execute(sa.text("SELECT size FROM root_head"))).scalar_one()
            )

    async def leaves(self, indexes: range) -> Sequence[RootLeaf]:
        """Return a run of leaves that exist, in order."""
        async with self._asking() as connection:
            return await _leaves(connection, indexes)

    async def tiles(self, level: int, indexes: range) -> Sequence[bytes]:
        """Return full hash tiles that exist, in order."""
        async with self._asking() as connection:
            return await _tiles(connection, level, indexes)

    async def leaf_hashes(self, indexes: range) -> Sequence[Hash]:
        """Return the hashes of leaves that exist, in order."""
        return [leaf_hash(leaf.data) for leaf in await self.leaves(indexes)]

    async def _checkpoint(self, connection: AsyncConnection, row: sa.Row[Any]) -> RootCheckpoint:
        note = _signed(self._origin, row.size, row.root, row.signature)
        lines = await self._cosignatures.over(connection, row.size, note.text)
        return RootCheckpoint(
            size=row.size,
            root=row.root,
            note=Note(note.text, (*note.signatures, *lines)).to_text(),
            cosignatures=len(lines),
            published_at=row.published_at,
            witnessed=self._cosignatures.suffice(len(lines)),
        )


class PostgresPublication:
    """A publication in progress; see :class:`indelible.ledger.root.RootTransaction`."""

    def __init__(self, connection: AsyncConnection, head: RootHead) -> None:
        """Take a connection in a transaction that holds the lock of *head*."""
        self._connection = connection
        self._head = head

    @property
    def head(self) -> RootHead:
        """The head as it stands."""
        return self._head

    async def moved(self, most: int) -> Sequence[Moved]:
        """Return logs with entries that no leaf covers yet, in order of their number."""
        rows = await self._connection.execute(_MOVED, {"most": most})
        return [
            Moved(log, size, _signed(origin, size, root, signature).to_text().encode())
            for log, origin, size, root, signature in rows
        ]

    async def leaves(self, indexes: range) -> Sequence[RootLeaf]:
        """Return a run of leaves, in order."""
        return await _leaves(self._connection, indexes)

    async def leaf_hashes(self, indexes: range) -> Sequence[Hash]:
        """Return the hashes of a run of leaves, in order."""
        return [leaf_hash(leaf.data) for leaf in await self.leaves(indexes)]

    async def tiles(self, level: int, indexes: range) -> Sequence[bytes]:
        """Return full hash tiles, in order."""
        return await _tiles(self._connection, level, indexes)

    async def write(self, write: RootWrite) -> None:
        """Append leaves and tiles, move the head and add the checkpoint over it."""
        leaves, tiles = write.leaves, write.tiles
        await self._connection.execute(
            _ADD_LEAVES,
            {
                "indexes": [leaf.index for leaf in leaves],
                "logs": [leaf.log for leaf in leaves],
                "sizes": [leaf.size for leaf in leaves],
                "data": [leaf.data for leaf in leaves],
            },
        )
        if tiles:
            await self._connection.execute(
                _ADD_TILES,
                {
                    "levels": [tile.level for tile, _ in tiles],
                    "indexes": [tile.index for tile, _ in tiles],
                    "data": [data for _, data in tiles],
                },
            )
        await self._connection.execute(
            _MOVE_HEAD,
            {
                "size": write.head.size,
                "range": write.head.range.to_bytes(),
                "root": write.root,
                "signature": write.signature,
            },
        )


async def _leaves(connection: AsyncConnection, indexes: range) -> Sequence[RootLeaf]:
    rows = await connection.execute(_LEAVES, {"start": indexes.start, "stop": indexes.stop})
    return [RootLeaf(*row) for row in rows]


async def _tiles(connection: AsyncConnection, level: int, indexes: range) -> Sequence[bytes]:
    values = {"level": level, "start": indexes.start, "stop": indexes.stop}
    return list((await connection.execute(_TILES, values)).scalars())


def _signed(origin: str, size: int, root: Hash, signature: bytes) -> Note:
    """Return a log's checkpoint with the one line that its key signed."""
    line = Signature(origin, signature[:KEY_ID_SIZE], signature[KEY_ID_SIZE:])
    return Note(Checkpoint(origin, size, root).to_text(), (line,))

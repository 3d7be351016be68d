"""What the restore guard asks PostgreSQL; see :class:`indelible.ledger.guard.GuardStore`."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from indelible.core.checkpoint import Checkpoint
from indelible.core.note import parse_note
from indelible.errors import MalformedProof
from indelible.ledger.guard import PublishedHead, Restore
from indelible.ledger.ports import Effect
from indelible.storage.postgres.database import Database

# One step in the index on (log, size) for each log, whatever was published.
_PUBLISHED = sa.text("""
SELECT logs.origin, heads.size, c.root, leaf.size, leaf.data
FROM logs JOIN heads ON heads.log = logs.id
CROSS JOIN LATERAL (
    SELECT size, data FROM root_leaves WHERE log = logs.id ORDER BY size DESC LIMIT 1
) leaf
LEFT JOIN checkpoints c ON c.log = logs.id AND c.size = leaf.size
ORDER BY logs.id
""")

_RESTORES = sa.text("SELECT at, by, reason, heads::text FROM restores ORDER BY id")
_RESTORED = sa.text(
    "INSERT INTO restores (by, reason, heads) VALUES (:by, :reason, CAST(:heads AS jsonb))"
)


class _Claim(msgspec.Struct, frozen=True):
    log: str
    size: int
    root: str


_CLAIMS = msgspec.json.Decoder(list[_Claim])


class PostgresGuard:
    """Heads beside what was published of them, and the restores that were recorded."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    async def published(self) -> Sequence[PublishedHead]:
        """Return each log that is in the root log, with the newest leaf of it."""
        async with self._database.asking() as connection:
            rows = (await connection.execute(_PUBLISHED)).all()
        heads = []
        for origin, size, stored, published, data in rows:
            try:
                root = Checkpoint.parse(parse_note(data.decode()).text).root
            except (MalformedProof, UnicodeDecodeError):
                root = b""  # no leaf that was ever published: nothing equals it
            heads.append(PublishedHead(origin, size, stored, published, root))
        return heads

    async def restores(self) -> Sequence[Restore]:
        """Return the restores that were recorded, oldest first."""
        async with self._database.asking() as connection:
            rows = (await connection.execute(_RESTORES)).all()
        return [
            Restore(
                at, by, reason, {(each.log, each.size, each.root) for each in _CLAIMS.decode(heads)}
            )
            for at, by, reason, heads in rows
        ]

    def restored(self, by: str, reason: str, claims: Collection[tuple[str, int, str]]) -> Effect:
        """Keep that the database was restored, and what that excuses."""

        async def restored(connection: AsyncConnection) -> None:
            heads = msgspec.json.encode([_Claim(*claim) for claim in claims]).decode()
            row = {"by": by, "reason": reason, "heads": heads}
            await connection.execute(_RESTORED, row)

        return restored

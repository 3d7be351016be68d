"""How the logs stand, in PostgreSQL; see :class:`indelible.ledger.integrity.IntegrityStore`."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from indelible.core.activity import TenantId
from indelible.core.scope import Scope
from indelible.errors import Unavailable
from indelible.ledger.integrity import LogState, PastCheck, SigningKey, Stamp
from indelible.storage.postgres.database import Database

# The newest leaf of each log is one step down an index, whatever there is of them.
_LOGS = sa.text(
    """
    SELECT logs.origin, logs.tenant::text, heads.size, checkpoints.root,
        coalesce((SELECT max(root_leaves.size) FROM root_leaves WHERE log = logs.id), 0)
    FROM logs JOIN heads ON heads.log = logs.id
    LEFT JOIN checkpoints ON checkpoints.log = logs.id AND checkpoints.size = heads.size
    ORDER BY logs.tenant IS NOT NULL, logs.origin
    """
)
_KEYS = sa.text("SELECT public_key, since FROM signing_keys ORDER BY since")
_STAMPS = sa.text("SELECT authority, at FROM timestamps WHERE size = :size ORDER BY at, authority")
_LAST_CHECK = sa.text(
    """
    SELECT started_at, ended_at, logs, entries, found, findings
    FROM checks ORDER BY ended_at DESC LIMIT 1
    """
)
_KEEP = sa.text(
    """
    INSERT INTO checks (started_at, ended_at, logs, entries, found, findings)
    VALUES (:started_at, :ended_at, :logs, :entries, :found, :findings)
    """
)


class PostgresIntegrity:
    """Tells how the logs stand."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    async def logs(self, scope: Scope) -> Sequence[LogState]:
        """Return the logs of *scope*: the platform's first, then by origin."""
        async with self._database.reading(scope) as connection:
            rows = (await connection.execute(_LOGS)).all()
        return [
            LogState(origin, tenant and TenantId(tenant), size, root and bytes(root), published)
            for origin, tenant, size, root, published in rows
        ]

    async def keys(self) -> Sequence[SigningKey]:
        """Return every key that ever signed, the present one last."""
        async with self._database.asking() as connection:
            rows = (await connection.execute(_KEYS)).all()
        return [SigningKey(bytes(key), since) for key, since in rows]

    async def stamps(self, size: int) -> Sequence[Stamp]:
        """Return the time-stamps over the root checkpoint at *size*."""
        async with self._database.asking() as connection:
            rows = (await connection.execute(_STAMPS, {"size": size})).all()
        return [Stamp(*row) for row in rows]

    async def last_check(self) -> PastCheck | None:
        """Return what the last full check found; None where there was none."""
        async with self._database.asking() as connection:
            row = (await connection.execute(_LAST_CHECK)).one_or_none()
        return None if row is None else PastCheck(*row)

    async def keep(self, check: PastCheck) -> None:
        """Keep what a check found."""
        try:
            async with self._database.asking() as connection:
                await connection.execute(_KEEP, check._asdict())
        except sa.exc.DBAPIError as error:
            # A database that a check finds fault with may lack the table, or the right to it.
            raise Unavailable("The database does not take the result.") from error

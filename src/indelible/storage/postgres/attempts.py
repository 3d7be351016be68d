"""Attempts to sign in, counted in PostgreSQL; see :class:`indelible.identity.ports.Attempts`."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from indelible.errors import Throttled
from indelible.identity.ports import Admission
from indelible.storage.postgres.database import Database
from indelible.storage.postgres.identity_tables import now, sessions, sign_in_attempts, users

_SWEEP = 200  # outdated rows taken away by each attempt, which adds two


class PostgresAttempts:
    """Counts attempts to sign in, over any number of processes."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    async def familiar(self, email: str, network: str | None, *, within: timedelta) -> bool:
        """Return whether this account signed in from *network* (CIDR) within that time."""
        if network is None:
            return False
        from_there = (
            sa.select(sa.literal(1))
            .select_from(sessions.join(users))
            .where(
                users.c.email == email,
                sessions.c.created_at > now - within,
                sessions.c.client_ip.op("<<=")(sa.cast(network, sessions.c.client_ip.type)),
            )
        )
        async with self._database.asking() as connection:
            return bool(await connection.scalar(sa.select(sa.exists(from_there))))

    async def admit(self, buckets: Sequence[bytes], *, limit: int, window: timedelta) -> Admission:
        """Count an attempt in each of *buckets*, all or none; safe against concurrent attempts."""
        attempt = str(uuid.uuid4())
        async with self._database.begin() as connection:
            # One after the other, always in the same order: counting and adding are one step, and
            # two attempts never wait for each other in a ring.
            for bucket in sorted(buckets):
                number = int.from_bytes(bucket[:8], "big", signed=True)
                await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))
            held = [await _held(connection, bucket, window) for bucket in buckets]
            asked_at: datetime = (await connection.execute(sa.select(now))).scalar_one()
            for times in held:
                if len(times) >= limit:
                    # Free again when so many are outdated that fewer than the limit are left.
                    free_at = times[len(times) - limit] + window
                    wait = max(1.0, (free_at - asked_at).total_seconds())
                    raise Throttled("Too many attempts to sign in.", retry_after=wait)
            await connection.execute(
                sign_in_attempts.insert(),
                [{"attempt": attempt, "bucket": bucket, "at": asked_at} for bucket in buckets],
            )
            await _sweep(connection, window)
        return Admission(id=attempt, failures=max(len(times) for times in held))

    async def forgive(self, admission: Admission, *, emptying: Sequence[bytes] = ()) -> None:
        """Take the attempt back, for it was no failure, and empty these buckets."""
        statement = sign_in_attempts.delete().where(
            sa.or_(
                sign_in_attempts.c.attempt == admission.id,
                sign_in_attempts.c.bucket.in_(emptying),
            )
        )
        async with self._database.asking() as connection:
            await connection.execute(statement)


async def _held(connection: AsyncConnection, bucket: bytes, window: timedelta) -> list[datetime]:
    """Return the times of the attempts that count in *bucket*, oldest first."""
    query = (
        sa.select(sign_in_attempts.c.at)
        .where(sign_in_attempts.c.bucket == bucket, sign_in_attempts.c.at > now - window)
        .order_by(sign_in_attempts.c.at)
    )
    return list((await connection.execute(query)).scalars())


async def _sweep(connection: AsyncConnection, window: timedelta) -> None:
    # Rows that another sweep has in hand are left to it: neither waits for the other.
    row = sa.tuple_(*sign_in_attempts.c)
    outdated = (
        sa.select(*sign_in_attempts.c)
        .where(sign_in_attempts.c.at < now - window)
        .limit(_SWEEP)
        .with_for_update(skip_locked=True)
    )
    await connection.execute(sign_in_attempts.delete().where(row.in_(outdated)))

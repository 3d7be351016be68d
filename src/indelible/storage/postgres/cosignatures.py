"""What witnesses said of root checkpoints: kept in the root log's tables, read with suspicion.

A line in the database proves nothing: whoever can write there can add one. So each is verified with
the key of a trusted witness whenever it is read, and counted only then.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from indelible.core.key import VerifierKey
from indelible.core.note import Note, Signature
from indelible.errors import Tampered
from indelible.ledger.root import WitnessReport, WitnessState
from indelible.storage.postgres.database import Database

_OVER = sa.text("""
SELECT witness, key_id, blob FROM cosignatures
JOIN unnest(CAST(:names AS text[]), CAST(:ids AS bytea[])) trusted (witness, key_id)
    USING (witness, key_id)
WHERE size = :size ORDER BY witness, key_id, time DESC
""")

# No size above the k-th largest that witnesses came to has k cosignatures; usually that one has.
_QUORUMS = sa.text("""
WITH trusted (witness, key_id, seen) AS MATERIALIZED (
    SELECT name, id, (SELECT max(size) FROM cosignatures WHERE witness = name AND key_id = id)
    FROM unnest(CAST(:names AS text[]), CAST(:ids AS bytea[])) given (name, id)
)
SELECT c.size FROM root_checkpoints c
WHERE c.size < :below AND c.size <= (
    SELECT seen FROM trusted WHERE seen IS NOT NULL
    ORDER BY seen DESC OFFSET :quorum - 1 LIMIT 1
) AND :quorum <= (
    SELECT count(*) FROM trusted WHERE EXISTS (
        SELECT FROM cosignatures s
        WHERE s.size = c.size AND s.witness = trusted.witness AND s.key_id = trusted.key_id
    )
)
ORDER BY c.size DESC LIMIT 1
""")

_ADD = sa.text("""
INSERT INTO cosignatures (size, witness, key_id, blob, time)
VALUES (:size, :witness, :key_id, :blob, :time) ON CONFLICT DO NOTHING
""")

_LAST = sa.text("""
SELECT size, time FROM cosignatures WHERE witness = :witness AND key_id = :key_id
ORDER BY size DESC, time DESC LIMIT 1
""")

_REPORT = sa.text("""
INSERT INTO witness_states AS known (witness, key_id, state, size, seen, detail)
VALUES (:witness, :key_id, :state, :size, :seen, :detail)
ON CONFLICT (witness, key_id) DO UPDATE SET
    state = excluded.state, size = excluded.size, seen = excluded.seen, detail = excluded.detail,
    at = excluded.at,
    since = CASE WHEN known.state = excluded.state THEN known.since ELSE excluded.since END
""")

_REPORTS = sa.text("""
SELECT witness, key_id, state, size, seen, detail, since, at FROM witness_states
ORDER BY witness, key_id
""")

_TIME_SIZE = 8


class Cosignatures:
    """The cosignatures by *witnesses*, of which *quorum* are enough."""

    def __init__(
        self, database: Database, witnesses: Sequence[VerifierKey] = (), quorum: int = 0
    ) -> None:
        """Take the keys of the trusted witnesses; without any, nothing is ever witnessed."""
        self._database = database
        self._witnesses = {(key.name, key.key_id): key for key in witnesses}
        self._quorum = quorum
        self._trusted = {
            "names": [name for name, _ in self._witnesses],
            "ids": [key_id for _, key_id in self._witnesses],
        }

    def suffice(self, count: int) -> bool:
        """Return whether *count* cosignatures are a quorum."""
        return 0 < self._quorum <= count

    async def over(
        self, connection: AsyncConnection, size: int, text: str
    ) -> tuple[Signature, ...]:
        """Return the newest line of each trusted witness that holds over the checkpoint *text*."""
        if not self._witnesses:
            return ()
        lines: dict[tuple[str, bytes], Signature] = {}
        for row in await connection.execute(_OVER, {"size": size, **self._trusted}):
            line = Signature(*row)
            if line[:2] not in lines:
                with suppress(Tampered):
                    Note(text, (line,)).verify([self._witnesses[line[:2]]])
                    lines[line[:2]] = line
        return tuple(lines.values())

    async def quorums(self, connection: AsyncConnection) -> AsyncIterator[int]:
        """Yield the sizes of checkpoints with a line of each of a quorum, largest first."""
        below: int | None = 1 << 62
        while self._quorum and below is not None:
            values = {"quorum": self._quorum, "below": below, **self._trusted}
            below = (await connection.execute(_QUORUMS, values)).scalar_one_or_none()
            if below is not None:
                yield below

    async def add(self, size: int, cosignature: Signature) -> None:
        """Keep a cosignature of the checkpoint at *size*; one that is kept already is kept once."""
        values = {
            "size": size,
            "witness": cosignature.name,
            "key_id": cosignature.key_id,
            "blob": cosignature.blob,
            "time": int.from_bytes(cosignature.blob[:_TIME_SIZE], "big"),
        }
        async with self._database.begin() as connection:
            await connection.execute(_ADD, values)

    async def last(self, witness: VerifierKey) -> tuple[int, int] | None:
        """Return size and Unix time of the witness's newest cosignature of the largest size."""
        values = {"witness": witness.name, "key_id": witness.key_id}
        async with self._database.asking() as connection:
            row = (await connection.execute(_LAST, values)).one_or_none()
        return None if row is None else (row.size, row.time)

    async def report(
        self, witness: VerifierKey, state: WitnessState, *, size: int, seen: int | None, detail: str
    ) -> None:
        """Keep what the last conversation with *witness* came to."""
        values = {
            "witness": witness.name,
            "key_id": witness.key_id,
            "state": state.value,
            "size": size,
            "seen": seen,
            "detail": detail,
        }
        async with self._database.begin() as connection:
            await connection.execute(_REPORT, values)

    async def reports(self) -> Sequence[WitnessReport]:
        """Return what is known of every witness that was ever asked, by name."""
        async with self._database.asking() as connection:
            rows = await connection.execute(_REPORTS)
            return [
                WitnessReport._make(row)._replace(state=WitnessState(row.state)) for row in rows
            ]

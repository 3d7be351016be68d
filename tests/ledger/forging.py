"""A thief of the signing key at work: a log is changed, hashed anew and signed anew."""

from __future__ import annotations

from typing import Any

import psycopg

from indelible.core.checkpoint import Checkpoint
from indelible.core.edge import Edge
from indelible.core.key import VerifierKey
from indelible.core.merkle import CompactRange, Hash, leaf_hash
from indelible.core.note import Note, Signature, signed
from indelible.ledger.packing import pack_entry, unpack
from indelible.signing.file_key import FileSigner


class Forger:
    """Rewrites history, as the superuser, with the stolen key."""

    def __init__(self, connection: psycopg.Connection[Any], signer: FileSigner) -> None:
        self._connection = connection
        self._signer = signer
        connection.execute("SET session_replication_role = replica")  # past triggers

    def edit(self, log: int, seq: int) -> None:
        """Change what an entry says; nothing else fits any more."""
        ((packed,),) = self._all("SELECT bytes FROM entries WHERE log = %s AND seq = %s", log, seq)
        data = unpack(packed).replace(b'"status":200', b'"status":500')
        self._connection.execute(
            "UPDATE entries SET bytes = %s, leaf = %s WHERE log = %s AND seq = %s",
            [pack_entry(data), leaf_hash(data), log, seq],
        )

    def drop_last(self, log: int, count: int) -> None:
        """Cut the end of a log off, with all that was signed over it."""
        ((size,),) = self._all("SELECT size - %s FROM heads WHERE log = %s", count, log)
        for statement in (
            "DELETE FROM entries WHERE log = %s AND seq >= %s",
            "DELETE FROM checkpoints WHERE log = %s AND size > %s",
            "DELETE FROM tiles WHERE log = %s AND (index + 1) * 256 ^ (level + 1) > %s",
        ):
            self._connection.execute(statement, [log, size])
        ((time,),) = self._all(
            "SELECT (extract(epoch FROM max(time)) * 1000000)::bigint FROM entries WHERE log = %s",
            log,
        )
        self._connection.execute(
            "UPDATE heads SET size = %s, time = %s WHERE log = %s", [size, time, log]
        )

    def sign_log(self, log: int) -> None:
        """Make tiles, checkpoints and head what the entries give, and sign."""
        ((origin,),) = self._all("SELECT origin FROM logs WHERE id = %s", log)
        entries = self._all("SELECT bytes FROM entries WHERE log = %s ORDER BY seq", log)
        leaves = [leaf_hash(unpack(packed)) for (packed,) in entries]
        for tile, data in Edge(0).append(leaves):
            self._connection.execute(
                "UPDATE tiles SET data = %s WHERE log = %s AND level = %s AND index = %s",
                [data, log, tile.level, tile.index],
            )
        sizes = [size for (size,) in self._all("SELECT size FROM checkpoints WHERE log = %s", log)]
        for size in {*sizes, len(leaves)}:
            root, signature = self._sign(origin, leaves[:size])
            self._connection.execute(
                "INSERT INTO checkpoints VALUES (%s, %s, %s, %s) ON CONFLICT (log, size) DO UPDATE "
                "SET root = excluded.root, signature = excluded.signature",
                [log, size, root, signature.key_id + signature.blob],
            )
        range_ = CompactRange.empty().extend(leaves).to_bytes()
        self._connection.execute("UPDATE heads SET range = %s WHERE log = %s", [range_, log])

    def sign_root(self, base: str) -> None:
        """Make the root log what the logs give, sign it, and forget who cosigned it."""
        origin = f"{base}/root"
        found = self._all(
            "SELECT index, logs.id, origin, root_leaves.size, heads.size FROM root_leaves "
            "JOIN logs ON logs.id = root_leaves.log JOIN heads ON heads.log = logs.id ORDER BY index"
        )
        leaves: list[Hash] = []
        for index, log, name, size, head in found:
            ((root, signature),) = self._all(
                "SELECT root, signature FROM checkpoints WHERE log = %s AND size = %s",
                log,
                min(size, head),
            )
            by = Signature(name, signature[:4], signature[4:])
            note = Note(Checkpoint(name, min(size, head), root).to_text(), (by,)).to_text().encode()
            leaves.append(leaf_hash(note))
            self._connection.execute(
                "UPDATE root_leaves SET data = %s WHERE index = %s", [note, index]
            )
        for tile, data in Edge(0).append(leaves):
            self._connection.execute(
                "UPDATE root_tiles SET data = %s WHERE level = %s AND index = %s",
                [data, tile.level, tile.index],
            )
        for (size,) in self._all("SELECT size FROM root_checkpoints"):
            root, by = self._sign(origin, leaves[:size])
            self._connection.execute(
                "UPDATE root_checkpoints SET root = %s, signature = %s WHERE size = %s",
                [root, by.key_id + by.blob, size],
            )
        range_ = CompactRange.empty().extend(leaves).to_bytes()
        self._connection.execute("UPDATE root_head SET range = %s", [range_])
        self._connection.execute("DELETE FROM cosignatures")

    def _sign(self, origin: str, leaves: list[Hash]) -> tuple[Hash, Signature]:
        root = CompactRange.empty().extend(leaves).root()
        text = Checkpoint(origin, len(leaves), root).to_text()
        key = VerifierKey(origin, self._signer.public_key)
        return root, signed(text, key, self._signer.sign)

    def _all(self, query: str, *values: object) -> list[Any]:
        return self._connection.execute(query, values).fetchall()  # type: ignore[call-overload]

"""A process that publishes as fast as it can: ``python publishing.py URL BASE SEED``."""

from __future__ import annotations

import asyncio
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from indelible.ledger.publish import Publisher
from indelible.signing.file_key import FileSigner
from indelible.storage.postgres.cosignatures import Cosignatures
from indelible.storage.postgres.database import Database
from indelible.storage.postgres.root import PostgresRoot


async def main(url: str, base: str, seed: str) -> None:
    database = Database(url, pool_size=2)
    root = PostgresRoot(database, base=base, cosignatures=Cosignatures(database))
    signer = FileSigner(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed)))
    publisher = Publisher(root, signer)
    while True:
        published = await publisher.publish()
        if published.leaves:
            print(published.size, flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

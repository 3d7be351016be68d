"""A log with its root log and witnesses, and databases to copy it to."""

from __future__ import annotations

import time
from collections.abc import Sequence

import httpx
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from indelible.core.key import VerifierKey
from indelible.core.redaction import Redactor
from indelible.delivery.witnesses import HttpWitness
from indelible.ledger.append import Appender
from indelible.ledger.cosign import Cosigner, Outcome
from indelible.ledger.publish import Publisher
from indelible.ledger.root import WitnessState
from indelible.signing.file_key import FileSigner
from indelible.storage.postgres.append import PostgresLedger
from indelible.storage.postgres.cosignatures import Cosignatures
from indelible.storage.postgres.database import Database
from indelible.storage.postgres.root import PostgresRoot
from tests.ledger.conftest import BASE, TENANT, an_activity
from tests.witness.running import WitnessProcess

SEED = b"\x21" * 32
SIGNER = FileSigner(Ed25519PrivateKey.from_private_bytes(SEED))
KEY = VerifierKey(f"{BASE}/root", SIGNER.public_key)


class Installation:
    """A log on a database of its own that has its root log cosigned, a step at a time."""

    def __init__(
        self, url: str, witnesses: Sequence[WitnessProcess], quorum: int, client: httpx.AsyncClient
    ) -> None:
        self.database = Database(url, pool_size=4)
        keys = [witness.key for witness in witnesses]
        self.kept = Cosignatures(self.database, keys, quorum)
        self.root = PostgresRoot(self.database, base=BASE, cosignatures=self.kept)
        self.publisher = Publisher(self.root, SIGNER)
        self.cosigners = [
            Cosigner(
                self.root,
                self.kept,
                HttpWitness(witness.key, witness.url, client),
                again_after=3600,
                clock=time.time,
            )
            for witness in witnesses
        ]
        self._ledger = PostgresLedger(self.database, base=BASE)

    async def record(self, count: int = 1) -> None:
        """Record by one commit each, and publish each."""
        appender = Appender(self._ledger, SIGNER, redactor=Redactor())
        for _ in range(count):
            await appender.record([an_activity(tenant=TENANT)])
            await self.publisher.publish()
        await appender.close()

    async def ask(self) -> list[Outcome]:
        """Ask every witness to cosign the newest root checkpoint."""
        newest = await self.root.newest()
        assert newest is not None
        return [await cosigner.ask(newest) for cosigner in self.cosigners]

    async def states(self) -> list[WitnessState]:
        """Publish nothing; ask, and return what came of it."""
        return [outcome.state for outcome in await self.ask()]

    async def witnessed(self) -> int:
        """Return the size of the newest witnessed root checkpoint."""
        found = await self.root.newest(witnessed=True)
        return 0 if found is None else found.size


def copied(url: str) -> str:
    """Make a copy of a database that nobody is connected to, and return its URL."""
    parsed = sa.make_url(url)
    copy = parsed.set(database=f"{parsed.database}_copy")
    engine = sa.create_engine(parsed.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(
            sa.text(
                f"CREATE DATABASE {copy.database} TEMPLATE {parsed.database} STRATEGY FILE_COPY"
            )
        )
    engine.dispose()
    return copy.render_as_string(hide_password=False)


def dropped(url: str) -> None:
    """Drop a database."""
    parsed = sa.make_url(url)
    engine = sa.create_engine(parsed.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {parsed.database} WITH (FORCE)"))
    engine.dispose()

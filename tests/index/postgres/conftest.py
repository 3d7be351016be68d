"""Logs on a real database, and what makes segments of them."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.ext.asyncio import AsyncConnection

from indelible.core.redaction import Redactor
from indelible.core.scope import Scope
from indelible.index.postgres import ground, segmenter
from indelible.index.postgres.index import PostgresIndex
from indelible.index.postgres.segmenter import PostgresSegmenter
from indelible.ledger.append import Appender
from indelible.signing.file_key import FileSigner
from indelible.storage.postgres.append import PostgresLedger
from indelible.storage.postgres.database import Database
from indelible.storage.postgres.founding import found
from tests.index.model import World, an_activity

BASE = "audit.test"
START = int(datetime(2025, 10, 9, 8, 53, 20, tzinfo=UTC).timestamp())
MOST = 64  # entries of a segment here
EVERYTHING = Scope.everything()
TABLES = ("search_segments", "search_bitmaps", "search_columns", "search_names")


class Clock:
    """Stands still or jumps, as the test says; nanoseconds."""

    def __init__(self) -> None:
        self.now = START * 10**9

    def __call__(self) -> int:
        return self.now


class Site:
    """Logs, a worker that makes segments of them, and an index that answers."""

    def __init__(self, database: Database, database_url: str) -> None:
        self.database = database
        self.clock = Clock()
        self.lots = random.Random(7)
        self.signer = FileSigner(Ed25519PrivateKey.generate())
        store = PostgresLedger(database, base=BASE)
        self.world = World(Appender(store, self.signer, redactor=Redactor(), clock=self.clock))
        self.index = PostgresIndex(database.reading)
        plain = sa.make_url(database_url).set(drivername="postgresql")
        self.url = plain.render_as_string(hide_password=False)

    def segmenter(self, open_transaction: Callable[[], Any] | None = None) -> PostgresSegmenter:
        """Return a worker that leaves little behind."""
        return PostgresSegmenter(open_transaction or self.database.begin, least=5, most_behind=12)

    async def record(self, number: int, **fields: Any) -> None:
        """Record random activities, a second after what was before."""
        self.clock.now += 10**9
        await self.world.record([an_activity(self.lots, **fields) for _ in range(number)])

    async def segment(self) -> int:
        """Make segments until nothing is left to do; return of how many entries."""
        made = 0
        while more := await self.segmenter().advance():
            made += more
        return made

    async def layout(self) -> Mapping[int, Sequence[range]]:
        """Return where segments lie, by log."""
        found = defaultdict(list)
        for log, first, size in await self.ask(
            "SELECT log, first, size FROM search_segments ORDER BY log, first"
        ):
            found[log].append(range(first, first + size))
        return found

    async def heads(self) -> Mapping[int, range]:
        """Return the entries of each log that are not purged."""
        rows = await self.ask("SELECT log, purged, size FROM heads WHERE size > 0")
        return {log: range(purged, size) for log, purged, size in rows}

    async def stored(self) -> dict[str, list[Any]]:
        """Return all that is stored to search by."""
        return {
            table: await self.ask(f"SELECT * FROM {table} AS t ORDER BY t.*") for table in TABLES
        }

    async def ask(self, query: str, *values: Any) -> list[Any]:
        """Return every row, as one that sees everything."""
        async with await psycopg.AsyncConnection.connect(self.url, autocommit=True) as connection:
            cursor = await connection.execute(query, values)
            return await cursor.fetchall() if cursor.description else []


@pytest.fixture
async def site(database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site without entries, where segments are short."""
    monkeypatch.setattr(segmenter, "MOST", MOST)
    monkeypatch.setattr(ground, "MOST", MOST)
    site = Site(database, database_url)
    await found(database, public_key=site.signer.public_key, base=BASE)
    return site


async def tamper(site: Site, statement: str) -> None:
    """Do as somebody with every right over the database could, past the guards."""
    async with await psycopg.AsyncConnection.connect(site.url, autocommit=True) as connection:
        await connection.execute("SET session_replication_role = replica")
        await connection.execute(statement.encode())


class Held:
    """Opens transactions that are held, their work done, until the test lets them commit."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.worked = asyncio.Event()
        self.go = asyncio.Event()

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[AsyncConnection]:
        async with self._site.database.begin() as connection:
            yield connection
            self.worked.set()
            await self.go.wait()

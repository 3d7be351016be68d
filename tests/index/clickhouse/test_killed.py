"""The follower, killed in the middle of a batch."""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from indelible.core.redaction import Redactor
from indelible.ledger.append import Appender
from indelible.signing.file_key import FileSigner
from indelible.storage.postgres.append import PostgresLedger
from indelible.storage.postgres.database import Database
from tests.index.clickhouse.killed import BLOCK
from tests.index.model import an_activity

pytestmark = pytest.mark.database
KILLS = int(os.environ.get("KILLS", "5"))
ROOT = Path(__file__).resolve().parents[3]


async def test_killed(database: Database, database_url: str, tmp_path: Path) -> None:
    """Killed again and again in the middle of a batch: no entry is missing, none is there twice."""
    pytest.importorskip("chdb")
    store = PostgresLedger(database, base="audit.test")
    appender = Appender(
        store, FileSigner(Ed25519PrivateKey.generate()), redactor=Redactor(), clock=by_months()
    )
    lots = random.Random(8)
    for _ in range(2 * KILLS):  # a follower comes two batches far at most
        await appender.record([an_activity(lots) for _ in range(BLOCK)])
    run = await asyncio.create_subprocess_exec(
        *(
            sys.executable,
            "-m",
            "tests.index.clickhouse.killed",
            database_url,
            tmp_path,
            str(KILLS),
        ),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await run.communicate()
    assert run.returncode == 0
    said = json.loads(output.decode().splitlines()[-1])
    print(said)
    assert (sum(said["killed"].values()), said["last"]) == (KILLS, 0)
    if KILLS >= 50:
        assert {"while entries", "before positions"} <= said["killed"].keys()
    indexed = json.loads((tmp_path / "done.json").read_text())
    assert [row[:2] for row in indexed] == [[log, seq] for log, seq, _ in await ledger(database)]
    ids = ["".join(half.zfill(16) for half in row[2:]).lower() for row in indexed]
    assert ids == [id_ for *_, id_ in await ledger(database)]


def by_months():
    """Return a clock by which a batch lies in more than one partition now and then."""
    now = [1_700_000_000 * 10**9]

    def clock() -> int:
        now[0] += 7 * 24 * 3_600 * 10**9
        return now[0]

    return clock


async def ledger(database: Database) -> list[tuple[int, int, str]]:
    """Return log, seq and id of every entry."""
    async with database.begin() as connection:
        query = sa.text("SELECT log, seq, replace(id::text, '-', '') FROM entries ORDER BY 1, 2")
        return [tuple(row) for row in await connection.execute(query)]

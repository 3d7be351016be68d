"""A process that follows and is killed in the middle of a batch, again and again.

The engine can't be shared and a killed one is gone, so every follower is a process of its own: forked
from one that has imported everything and opened nothing.

``python -m tests.index.clickhouse.killed DATABASE_URL FOLDER KILLS`` prints one JSON object.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
import threading
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

from indelible.index.clickhouse.client import ClickHouse, open_clickhouse
from indelible.index.clickhouse.follower import ClickHouseFollower
from indelible.index.clickhouse.positions import read_positions
from indelible.storage.postgres.database import Database

BLOCK = 40
_WRONG = 3
_DONE = "done.json"
_COUNTS = """
SELECT log, count(), uniqExact(seq), max(seq) + 1 FROM entries WHERE batch <= {committed:UInt64}
GROUP BY log
"""
_ALL = "SELECT log, seq, hex(moment), hex(tie) FROM entries ORDER BY log, seq"


def die() -> None:
    """Go as one goes when the machine does: nothing is cleaned up."""
    os.kill(os.getpid(), signal.SIGKILL)


class Doomed(ClickHouse):
    """Writes, and is killed at one of its writes: before, while or after it is done."""

    def __init__(self, clickhouse: ClickHouse, lots: random.Random, folder: Path) -> None:
        super().__init__(clickhouse._connect)
        self._left = lots.randrange(10)
        self._moment = lots.choice(("before", "while", "while", "after"))
        self._delay = lots.random() * 0.02
        self._folder = folder

    async def insert(self, table, columns) -> None:
        await self._perhaps(table, lambda: ClickHouse.insert(self, table, columns))

    async def command(self, statement: str) -> None:
        if statement.startswith("ALTER"):
            await self._perhaps("clean", lambda: ClickHouse.command(self, statement))
        else:
            await ClickHouse.command(self, statement)

    async def _perhaps(self, what: str, write: Callable[[], Awaitable[None]]) -> None:
        self._left -= 1
        if self._left >= 0:
            return await write()
        (self._folder / "where").write_text(f"{self._moment} {what}")
        if self._moment == "before":
            die()
        if self._moment == "while":
            threading.Timer(self._delay, die).start()
        await write()
        if self._moment == "after":
            die()
        await asyncio.sleep(1)
        return None


async def follow(url: str, folder: Path, lots: random.Random | None) -> None:
    """Look whether all that counts is right; then follow, until killed or, without lots, done."""
    database = Database(url, pool_size=2)
    clickhouse = open_clickhouse(f"chdb://{folder}/engine")
    if lots is not None:
        clickhouse = Doomed(clickhouse, lots, folder)
    follower = ClickHouseFollower(clickhouse, database.reading, block=BLOCK)
    await follower._prepare()
    positions = await read_positions(clickhouse)
    counts = await clickhouse.ask(_COUNTS, {"committed": positions.committed})
    for log, *found in counts:
        if found != [positions.by_log[log].size] * 3:
            os._exit(_WRONG)
    if {log for log, *_ in counts} != {p.log for p in positions.by_log.values() if p.size}:
        os._exit(_WRONG)
    while await follower.advance():
        pass
    if lots is None:
        rows = [list(row) for row in await clickhouse.ask(_ALL)]
        (folder / _DONE).write_text(json.dumps(rows))
    os._exit(0)


def forked(url: str, folder: Path, lots: random.Random | None) -> int:
    """Follow in a process of its own and return what it came to."""
    pid = os.fork()
    if pid == 0:
        try:
            asyncio.run(follow(url, folder, lots))
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def main(url: str, folder: Path, kills: int) -> None:
    """Have followers killed, and the last one finish."""
    where: Counter[str] = Counter()
    lots = random.Random(11)
    started = 0
    while where.total() < kills and started < 2 * kills:
        started += 1
        status = forked(url, folder, random.Random(lots.random()))
        if status == -signal.SIGKILL:
            where[(folder / "where").read_text()] += 1
        elif status != 0:
            sys.exit(f"a follower found something wrong, or failed: {status}")
    status = forked(url, folder, None)
    print(json.dumps({"killed": where, "last": status}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))

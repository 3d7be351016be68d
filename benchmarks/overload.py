"""What expensive reading takes from recording: appends alone, and beside all that is admitted."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import tempfile
import time
import uuid
from collections import Counter
from pathlib import Path

import msgspec

from benchmarks.activities import activities, batches
from benchmarks.figures import Figures
from benchmarks.load import Connection
from benchmarks.service import embedded, free_port, running, serve
from indelible.bootstrap import open_services
from indelible.config.settings import load_settings
from indelible.core.activity import Activity, TenantId
from indelible.identity.access import Role
from indelible.identity.model import COMMAND_LINE

ENTRIES = 300_000
BATCH = 100
REPORTERS = 8
READERS = 24
PEOPLE = 6
ROUNDS = 12
SECONDS = 1.5
PASSWORD = "a long password for a benchmark"


def measure(figures: Figures, *, entries: int = ENTRIES, rounds: int = ROUNDS) -> None:
    """Append alone and beside reading, by turns, and compare."""
    with tempfile.TemporaryDirectory(prefix="indelible-bench-") as folder:
        data = Path(folder)
        with embedded(data) as url:
            key = asyncio.run(_fill(data, url, entries))
            port = free_port()
            with running(data, serve(port, 1), port):
                asyncio.run(_compare(figures, port, key, rounds))


async def _fill(data: Path, url: str, entries: int) -> str:
    """Append *entries*, add people who read and return the key of who reports."""
    async with open_services(load_settings(data=data), url) as services:
        identity = services.identity
        for number in range(PEOPLE):
            await identity.users.create(
                email=f"reader{number}@bench.example", name="Reader", role=Role.SUPER_ADMIN,
                tenant=None, password=PASSWORD, actor=COMMAND_LINE,
            )  # fmt: skip
        tenant = await identity.tenants.create(name="Large", actor=COMMAND_LINE)
        key = await identity.keys.create(tenant=tenant, name="bench", actor=COMMAND_LINE)
        source = (msgspec.convert(each, Activity) for each in activities())
        for _ in range(entries // 2_000):
            batch = itertools.islice(source, 2_000)
            await services.recorder.record(
                [msgspec.structs.replace(each, tenant=TenantId(tenant.id)) for each in batch]
            )
        return key.text


async def _compare(figures: Figures, port: int, key: str, rounds: int) -> None:
    cookies = [await _sign_in(port, number) for number in range(PEOPLE)]
    bodies = list(itertools.islice(batches(BATCH), 400))
    await _record(port, key, bodies, time.monotonic() + 2)  # warm up
    alone, beside = [], []
    answers: Counter[int] = Counter()
    for _ in range(rounds):
        alone.append(await _record(port, key, bodies, time.monotonic() + SECONDS))
        until = time.monotonic() + SECONDS
        reading = asyncio.create_task(_read(port, cookies, until))
        beside.append(await _record(port, key, bodies, until))
        answers += await reading
        await asyncio.sleep(0.5)
    figures.note("overload_recorded_alone_entries_per_s", sum(alone) / rounds)
    figures.note("overload_recorded_beside_reading_entries_per_s", sum(beside) / rounds)
    figures.note("overload_recording_share", sum(beside) / sum(alone))
    figures.note("overload_reads_answered_per_s", answers[200] / rounds / SECONDS)
    figures.note("overload_reads_refused_per_s", (answers[429] + answers[503]) / rounds / SECONDS)


async def _record(port: int, key: str, bodies: list[bytes], until: float) -> float:
    """Append until then, and return entries a second."""
    headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
    count, began = 0, time.monotonic()
    turn = itertools.cycle(bodies)

    async def reporter() -> None:
        nonlocal count
        connection = Connection(port)
        while time.monotonic() < until:
            status, answer = await connection.request(
                "POST", "/api/activity", headers=headers, body=next(turn)
            )
            if status != 201:
                raise SystemExit(f"append: {status} {answer[:300]!r}")
            count += BATCH
        connection.close()

    await asyncio.gather(*(reporter() for _ in range(REPORTERS)))
    return count / (time.monotonic() - began)


async def _read(port: int, cookies: list[str], until: float) -> Counter[int]:
    """Ask expensive questions until then; whoever is refused comes again in a moment."""
    answers: Counter[int] = Counter()

    async def reader(cookie: str, seed: int) -> None:
        chance = random.Random(seed)
        connection = Connection(port)
        while time.monotonic() < until:
            # Never the same twice, so that nothing is remembered; each looks at all entries.
            rare = uuid.UUID(int=chance.getrandbits(128)).hex[:3]
            path = chance.choice(
                [
                    f"/api/activity?search={rare[:2]}&action=update&limit=200",
                    f"/api/activity/histogram?search={rare}&buckets={chance.randrange(200, 500)}",
                    f"/api/activity?search={rare}&status=success&limit=200",
                ]
            )
            status, _ = await connection.request("GET", path, headers={"cookie": cookie})
            answers[status] += 1
            if status != 200:
                await asyncio.sleep(0.2)
        connection.close()

    await asyncio.gather(*(reader(cookies[n % PEOPLE], n) for n in range(READERS)))
    return answers


async def _sign_in(port: int, number: int) -> str:
    connection = Connection(port)
    body = json.dumps({"email": f"reader{number}@bench.example", "password": PASSWORD}).encode()
    status, answer = await connection.request(
        "POST", "/api/auth/sign-in", headers={"content-type": "application/json"}, body=body
    )
    if status != 200:
        raise SystemExit(f"sign-in: {status} {answer!r}")
    connection.close()
    return connection.cookie

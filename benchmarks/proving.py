"""Evidence of single entries: the inclusion proof, the root proof, and all that stands around."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import tempfile
import time
from pathlib import Path

import msgspec
import uvloop

from benchmarks.activities import activities
from benchmarks.figures import Figures
from benchmarks.load import Connection, Shot, fire
from benchmarks.service import embedded, free_port, running, serve
from edge_platform.administrator import Account
from edge_platform.demo import prepare
from indelible.bootstrap import open_services
from indelible.config.settings import load_settings
from indelible.core.activity import Activity, EntryId, TenantId
from indelible.core.evidence_file import spell
from indelible.core.scope import Scope
from indelible.identity.model import COMMAND_LINE
from indelible.ledger.prove_export import Publish
from indelible.ledger.publish import Publisher
from indelible.signing.file_key import load_signer
from indelible.storage.postgres.cosignatures import Cosignatures
from indelible.storage.postgres.database import Database
from indelible.storage.postgres.root import PostgresRoot
from indelible.verify.single import verify_evidence
from indelible.verify.trust import Trust
from indelible.web.services import Services

ENTRIES = 200_000
TENANTS = 8
BATCH = 500
PROOFS = 1_000


def measure(figures: Figures, *, entries: int = ENTRIES) -> None:
    """Fill the logs, publishing now and then; then prove entries drawn by lot, one by one."""
    with tempfile.TemporaryDirectory(prefix="indelible-bench-") as folder:
        data = Path(folder)
        with embedded(data) as url:
            ids = uvloop.run(_measure(figures, data, url, entries))
            accounts = asyncio.run(prepare(load_settings(data=data), url))
            account = next(each for each in accounts if each.role == "super_admin")
            port = free_port()
            with running(data, serve(port, 1), port):
                times = asyncio.run(_ask(port, account, ids))
    figures.note_times("proof_over_http", times)


async def _measure(figures: Figures, data: Path, url: str, entries: int) -> list[EntryId]:
    """Prove in this process, on the event loop that the service runs on."""
    settings = load_settings(data=data)
    async with open_services(settings, url) as services:
        database = Database(url, pool_size=2)
        root = PostgresRoot(database, base=settings.origin, cosignatures=Cosignatures(database))
        publisher = Publisher(root, load_signer(settings.signing_key))
        ids = await _fill(services, publisher.publish, entries)
        draw = random.Random(1)
        everything = Scope.everything()
        times, checks = [], []
        for _ in range(PROOFS):
            id_ = draw.choice(ids)
            began = time.perf_counter()
            _, evidence = await services.prover.prove(id_, everything)
            spelled = spell(evidence)
            times.append(time.perf_counter() - began)
            began = time.perf_counter()
            report = verify_evidence(spelled, Trust(keys=(publisher.key,)))
            checks.append(time.perf_counter() - began)
            if not report.pinned or report.logs[0].root_index is None:
                raise SystemExit(f"{id_} is not proved: {report.findings}")
        figures.note("proof_first_ms", times[0] * 1000)
        figures.note_times("proof_with_root_proof", times[1:])
        figures.note_times("proof_verified", checks)
        await database.close()
    return ids


async def _ask(port: int, account: Account, ids: list[EntryId]) -> list[float]:
    """Ask the service for proofs one by one, with the session of a Super Admin."""
    connection = Connection(port)
    body = json.dumps({"email": account.email, "password": account.password}).encode()
    status, answer = await connection.request(
        "POST", "/api/auth/sign-in", headers={"content-type": "application/json"}, body=body
    )
    if status != 200:
        raise SystemExit(f"sign-in: {status} {answer!r}")
    headers = {"cookie": connection.cookie}
    draw = random.Random(2)
    shots = (
        Shot(method="GET", path=f"/api/activity/{draw.choice(ids)}/proof", headers=headers)
        for _ in range(PROOFS)
    )
    times, _ = await fire(port, shots, 1)
    return times


async def _fill(services: Services, publish: Publish, entries: int) -> list[EntryId]:
    """Append *entries*; return the id of one in each batch of a few."""
    tenants = [
        await services.identity.tenants.create(name=f"Tenant {number}", actor=COMMAND_LINE)
        for number in range(TENANTS)
    ]
    source = (msgspec.convert(each, Activity) for each in activities())
    ids: list[EntryId] = []
    for number in range(entries // BATCH):
        tenant = TenantId(tenants[number % TENANTS].id)
        batch = [
            msgspec.structs.replace(each, tenant=tenant) for each in itertools.islice(source, BATCH)
        ]
        ids += [receipt.id for receipt in await services.recorder.record(batch)][::7]
        if number % TENANTS == TENANTS - 1:
            await publish()
    return ids

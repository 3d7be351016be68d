"""A tenant's monitor against the running service, and an operator who changes the database."""

from __future__ import annotations

import asyncio
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from indelible.bootstrap import open_services, rotate_key
from indelible.config.settings import load_settings
from indelible.core.activity import TenantId
from indelible.core.key import VerifierKey
from indelible.identity.model import COMMAND_LINE
from indelible.monitor.alarms import AlarmKind
from indelible.monitor.mirror import Mirror, State
from indelible.monitor.source import HttpLog
from indelible.monitor.watch import Round, watch
from indelible.signing.file_key import load_signer
from tests.interop.conftest import Served
from tests.ledger.conftest import an_activity

pytestmark = pytest.mark.database


async def look(served: Served, folder: Path) -> Round:
    """Look at the tenant's log as the tenant's service, in another thread than the server's."""
    key = VerifierKey(
        f"localhost/audit/logs/{served.tenant.id}",
        load_signer(folder / "signing.key").public_key,
    )
    mirror = Mirror(folder / "mirror")

    def once() -> Round:
        with HttpLog(served.log, authorization=f"Bearer {served.key}") as source:
            return watch(source, mirror, mirror.load() or State(keys=(key.to_text(),)))

    return await asyncio.to_thread(once)


async def test_a_tenant_watches_its_own_log(
    served: Served, tmp_path: Path, database_url: str
) -> None:
    """Every entry is mirrored as the log grows; a tail cut off with all its traces is told."""
    for size in (300, 300, 1_000):
        await served.fill(size)
        found = await look(served, tmp_path)
        assert (found.alarm, found.state.size) == (None, size)
    url = sa.make_url(database_url).set(drivername="postgresql").render_as_string(False)
    with psycopg.connect(url) as connection:
        log = f"(SELECT id FROM logs WHERE tenant = '{served.tenant.id}')"
        connection.execute("SET session_replication_role = replica")
        for statement in (
            f"DELETE FROM checkpoints WHERE log = {log} AND size > 300",
            f"DELETE FROM entries WHERE log = {log} AND seq >= 300",
            f"UPDATE heads SET size = 300 WHERE log = {log}",
        ):
            connection.execute(statement)  # type: ignore[call-overload]
    alarm = (await look(served, tmp_path)).alarm
    assert alarm is not None
    assert (alarm.kind, alarm.seq) == (AlarmKind.ROLL_BACK, 300)


async def test_a_rotated_key_is_followed_over_http(
    served: Served, tmp_path: Path, database_url: str
) -> None:
    """The service's own list of keys leads a monitor from the pinned key to the one that signs."""
    await served.fill(20)
    assert (await look(served, tmp_path)).alarm is None
    pinned = (Mirror(tmp_path / "mirror").load() or State(keys=())).keys
    settings = load_settings(data=tmp_path, database_pool=5)
    await rotate_key(settings, database_url, COMMAND_LINE)
    async with open_services(settings, database_url) as other_node:
        tenant = TenantId(served.tenant.id)
        await other_node.recorder.record([an_activity(tenant=tenant) for _ in range(7)])
    found = await look(served, tmp_path)
    assert (found.alarm, found.new) == (None, 7)
    assert found.state.keys[:1] == pinned
    assert len(found.state.keys) == 2
    assert load_signer(tmp_path / "signing.key").public_key == (
        VerifierKey.parse(found.state.keys[1]).public_key
    )

"""Several keys: a check that trusts one of them follows the rotations, and no others."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from indelible.bootstrap import open_archive, open_services, rotate_key
from indelible.config.settings import load_settings
from indelible.identity.model import COMMAND_LINE
from indelible.ledger.check import check
from indelible.signing.file_key import load_signer
from tests.ledger.conftest import an_activity

pytestmark = pytest.mark.database


async def test_a_check_follows_rotations(database_url: str, tmp_path: Path) -> None:
    """Whichever of its keys is trusted, the log holds; without a statement only the trusted counts."""
    settings = load_settings(data=tmp_path, database_pool=5)
    keys = []
    for _ in range(3):
        async with open_services(settings, database_url) as services:
            await services.recorder.record([an_activity(), an_activity(tenant=None)])
        keys.append(load_signer(settings.signing_key).public_key)
        await rotate_key(settings, database_url, COMMAND_LINE)
    async with open_archive(settings, database_url) as (archive, trusted):
        for some in (trusted, [keys[0]], [keys[1]], keys[1:]):
            report = await check(archive, some)
            assert report.holds, report.findings
        url = sa.make_url(database_url).set(drivername="postgresql").render_as_string(False)
        with psycopg.connect(url) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(
                "UPDATE signing_keys SET statement = NULL WHERE public_key = %s", [keys[1]]
            )
        found = [finding.what for finding in (await check(archive, trusted)).findings]
        assert f"the database names {keys[0].hex()}, which is not the configured key" in found
        assert sum("signed by no known key" in what for what in found) == 3
        with psycopg.connect(url) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(
                "UPDATE signing_keys SET statement = 'x' WHERE public_key = %s", [keys[1]]
            )
        found = [finding.what for finding in (await check(archive, trusted)).findings]
        assert any(what.startswith("the statement that signs in") for what in found)

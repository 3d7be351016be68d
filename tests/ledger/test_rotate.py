"""Key rotation: the old key signs in the new one, and everything that was signed still verifies."""

from __future__ import annotations

from pathlib import Path

import pytest

from indelible.bootstrap import open_services, rotate_key, verifier_keys
from indelible.config.settings import Settings, load_settings
from indelible.core.checkpoint import open_checkpoint
from indelible.core.key import VerifierKey
from indelible.core.rotation import follow, open_rotation
from indelible.core.scope import Scope
from indelible.errors import Conflict, Misconfigured, Tampered
from indelible.identity.model import COMMAND_LINE
from indelible.ledger.rotate import RESOURCE_TYPE, KeyRotator
from indelible.ledger.search import Filter
from indelible.signing.file_key import load_signer, make_signer, prepare_heir
from indelible.storage.postgres.database import Database
from indelible.storage.postgres.founding import PostgresSigningKeys
from tests.ledger.conftest import an_activity

pytestmark = pytest.mark.database

PLATFORM = "localhost/audit/logs/platform"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation."""
    return load_settings(data=tmp_path, database_pool=5)


async def append(settings: Settings, url: str) -> str:
    """Append an entry to the platform log and return its checkpoint."""
    async with open_services(settings, url) as services:
        (receipt,) = await services.recorder.record([an_activity(tenant=None)])
    return receipt.checkpoint


async def test_a_new_key_signs_and_the_old_one_leads_to_it(
    settings: Settings, database_url: str
) -> None:
    """Who trusts the first key verifies old and new checkpoints; who has the last one, too."""
    before = await append(settings, database_url)
    keys = [load_signer(settings.signing_key).public_key]
    checkpoints = [before]
    for _ in range(2):
        new, retired = await rotate_key(settings, database_url, COMMAND_LINE)
        assert load_signer(retired).public_key == keys[-1]
        assert load_signer(settings.signing_key).public_key == new
        keys.append(new)
        checkpoints.append(await append(settings, database_url))
    assert len(set(keys)) == 3
    for key, checkpoint in zip(keys, checkpoints, strict=True):
        open_checkpoint(checkpoint, VerifierKey(PLATFORM, key))
        for other in set(keys) - {key}:
            with pytest.raises(Tampered):
                open_checkpoint(checkpoint, VerifierKey(PLATFORM, other))
    async with (
        open_services(settings, database_url) as services,
        services.prover.store.open(Scope.everything()) as reader,
    ):
        statements = await reader.rotations()
        assert list(await reader.keys()) == keys
    for key in (keys[0], keys[1], keys[2]):
        assert set(follow("localhost/audit", [key], statements)) == set(keys)
    named = {key.name: key.public_key for key in await verifier_keys(settings, database_url)}
    assert named == {PLATFORM: keys[-1], "localhost/audit/root": keys[-1]}


async def test_a_rotation_is_an_entry_and_goes_into_the_root_log(
    settings: Settings, database_url: str
) -> None:
    """The platform log says which key follows, in whose words, and is published like any entry."""
    await append(settings, database_url)
    old = load_signer(settings.signing_key).public_key
    new, _ = await rotate_key(settings, database_url, COMMAND_LINE)
    async with open_services(settings, database_url) as services:
        where = Filter(resource_type=RESOURCE_TYPE)
        page = await services.index.page(where, Scope.everything(), limit=5)
        (row,) = page.items
        entry = await services.index.entry(row.id, Scope.everything())
        assert entry.resource.id == new.hex()
        assert entry.payload["follows"] == old.hex()
        statement = "\n".join(entry.payload["statement"]) + "\n"
        rotation = open_rotation(statement)
        assert (rotation.old, rotation.new) == (old, new)
        async with services.logs.open(None, Scope.everything()) as tree:
            open_checkpoint(await tree.checkpoint() or "", VerifierKey(PLATFORM, old))


async def test_a_rotation_that_was_cut_short_is_finished(
    settings: Settings, database_url: str
) -> None:
    """Dead before or after the database knows the new key: the old one signs until it is called."""
    await append(settings, database_url)
    old = load_signer(settings.signing_key)
    heir = prepare_heir(settings.signing_key)
    open_checkpoint(await append(settings, database_url), VerifierKey(PLATFORM, old.public_key))
    database = Database(database_url)
    async with open_services(settings, database_url) as services:
        keys = PostgresSigningKeys(database)
        rotator = KeyRotator(keys=keys, recorder=services.recorder, base=settings.origin)
        await rotator.rotate(old, heir, actor=COMMAND_LINE, time=1)
    await database.close()
    open_checkpoint(await append(settings, database_url), VerifierKey(PLATFORM, old.public_key))
    new, _ = await rotate_key(settings, database_url, COMMAND_LINE)
    assert new == heir.public_key
    open_checkpoint(await append(settings, database_url), VerifierKey(PLATFORM, new))


async def test_a_stranger_signs_nothing_in(
    settings: Settings, database_url: str, tmp_path: Path
) -> None:
    """A key that does not sign these logs has no heir here, and none is started with."""
    await append(settings, database_url)
    stranger = make_signer(tmp_path / "stranger.key")
    database = Database(database_url)
    async with open_services(settings, database_url) as services:
        keys = PostgresSigningKeys(database)
        rotator = KeyRotator(keys=keys, recorder=services.recorder, base=settings.origin)
        with pytest.raises(Conflict):
            await rotator.rotate(
                stranger, prepare_heir(settings.signing_key), actor=COMMAND_LINE, time=1
            )
    await database.close()
    other = load_settings(data=tmp_path, database_pool=5, key_file=tmp_path / "stranger.key")
    with pytest.raises(Misconfigured):
        await rotate_key(other, database_url, COMMAND_LINE)

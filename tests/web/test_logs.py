"""The logs as auditors read them: C2SP tlog-tiles, each to those whose log it is."""

from __future__ import annotations

import dataclasses
from contextlib import AbstractAsyncContextManager

import pytest

from indelible.core.checkpoint import Checkpoint, open_checkpoint
from indelible.core.entry import decode
from indelible.core.key import VerifierKey
from indelible.core.merkle import leaf_hash, tree_root
from indelible.core.note import parse_note
from indelible.core.tile import Bundle, Tile, bundles_for, decode_bundle, split_tile, tiles_for
from indelible.storage.postgres.database import Database
from indelible.storage.postgres.founding import signing_keys
from indelible.web.app import create_app
from indelible.web.services import Services
from tests.web.conftest import Platform, an_activity

pytestmark = pytest.mark.database

ENTRIES = 700


@pytest.fixture(scope="module")
async def log(platform: Platform) -> str:
    """The prefix of a log with 700 entries and more."""
    for batch in _batches(ENTRIES, 100):
        answer = await platform.report("acme", {"activities": [an_activity() for _ in batch]})
        assert answer.status_code == 201, answer.text
    return f"/logs/{platform.tenants['acme']}"


@pytest.fixture(scope="module")
async def signer_key(platform: Platform, shared_database_url: str) -> bytes:
    """The public key of the logs."""
    database = Database(shared_database_url)
    (key,) = await signing_keys(database)
    await database.close()
    return key


def _batches(count: int, size: int) -> list[range]:
    return [range(at, min(at + size, count)) for at in range(0, count, size)]


async def checkpoint_of(platform: Platform, log: str, who: str = "acme.admin") -> Checkpoint:
    answer = await platform.get(who, f"{log}/checkpoint")
    assert answer.status_code == 200, answer.text
    return Checkpoint.parse(parse_note(answer.text).text)


async def test_a_log_can_be_rebuilt_from_what_is_served(
    platform: Platform, log: str, signer_key: bytes
) -> None:
    """Whoever fetches every tile and bundle gets the tree that the checkpoint signs."""
    answer = await platform.get("acme.admin", f"{log}/checkpoint")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["cache-control"] == "private, max-age=2"
    origin = answer.text.partition("\n")[0]
    assert origin == f"localhost/audit{log}"
    checkpoint = open_checkpoint(answer.text, VerifierKey(origin, signer_key))
    assert checkpoint.size > ENTRIES
    entries: list[bytes] = []
    for bundle in bundles_for(checkpoint.size):
        answer = await platform.get("acme.admin", f"{log}/{bundle.path()}")
        assert answer.status_code == 200
        entries += decode_bundle(answer.content, bundle.width)
    leaves = [leaf_hash(data) for data in entries]
    assert tree_root(leaves) == checkpoint.root
    assert [(part.log, part.seq) for part in map(decode, entries)] == [
        (origin, seq) for seq in range(checkpoint.size)
    ]
    for tile in tiles_for(checkpoint.size):
        answer = await platform.get("acme.admin", f"{log}/{tile.path()}")
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
        first, span = tile.index * 256, 256**tile.level
        assert split_tile(tile, answer.content) == [
            tree_root(leaves[at * span : (at + 1) * span])
            for at in range(first, first + tile.width)
        ]


@pytest.mark.parametrize("tile", [Tile(0, 0, 7), Tile(0, 1, 255), Tile(0, 2, 1), Tile(1, 0, 1)])
async def test_what_was_outgrown_is_still_there(platform: Platform, log: str, tile: Tile) -> None:
    """A reader with an older checkpoint finds the partial tiles of its size."""
    narrow = await platform.get("acme.admin", f"{log}/{tile.path()}")
    assert len(split_tile(tile, narrow.content)) == tile.width
    wider = Tile(tile.level, tile.index, tile.width + 1)
    wide = await platform.get("acme.admin", f"{log}/{wider.path()}")
    assert wide.content.startswith(narrow.content)
    if tile.level == 0:
        bundle = Bundle(tile.index, tile.width)
        entries = await platform.get("acme.admin", f"{log}/{bundle.path()}")
        hashed = [leaf_hash(data) for data in decode_bundle(entries.content, tile.width)]
        assert b"".join(hashed) == narrow.content


@pytest.mark.parametrize(
    "place",
    [
        "tile/0/003",
        "tile/1/000",
        "tile/1/000.p/3",
        "tile/2/000.p/1",
        "tile/entries/003",
        "tile/entries/x001/000",
        "tile/0/000.p/256",
        "tile/0/000.p/0",
        "tile/00/000",
        "tile/0/x000/000",
        "tile/64/000.p/1",
        "tile/0/0",
        "tile/",
        "tile/0/000/",
        "nothing",
    ],
)
async def test_what_is_not_there_is_absent(platform: Platform, log: str, place: str) -> None:
    """Tiles that the log has not reached, and every other spelling, are not found."""
    assert (await platform.get("acme.admin", f"{log}/{place}")).status_code == 404


async def test_a_log_is_its_tenants(platform: Platform, log: str) -> None:
    """A tenant's Admin and key read its log; another's is answered exactly as an absent one."""
    paths = [f"{log}/checkpoint", f"{log}/tile/0/000", f"{log}/tile/entries/000"]
    absent = "/logs/3f9c2a44-0000-4000-8000-00000000dead"
    for path in paths:
        for who in ("root", "acme.admin"):
            assert (await platform.get(who, path)).status_code == 200
        assert (await platform.get("nobody", path)).status_code == 401
        assert (await platform.get("acme.viewer", path)).status_code == 403
        foreign = await platform.get("bolt.admin", path)
        nowhere = await platform.get("bolt.admin", path.replace(log, absent))
        assert foreign.status_code == nowhere.status_code == 404
        assert foreign.json() == nowhere.json()
        for name, status in (("acme", 200), ("bolt", 404)):
            headers = {"Authorization": f"Bearer {platform.keys[name]}"}
            async with platform.client(**headers) as service:
                assert (await service.get(path)).status_code == status


async def test_the_platforms_log_is_for_super_admins(platform: Platform) -> None:
    """What belongs to no tenant is in nobody else's sight."""
    checkpoint = await checkpoint_of(platform, "/logs/platform", "root")
    assert checkpoint.size > 0
    for who in ("acme.admin", "bolt.admin"):
        assert (await platform.get(who, "/logs/platform/checkpoint")).status_code == 404


async def test_a_browser_keeps_no_tile_for_the_next_person(platform: Platform, log: str) -> None:
    """What a cache keeps of a tenant's log, it keeps for those credentials alone."""
    answer = await platform.get("acme.admin", f"{log}/tile/0/000")
    assert answer.headers["vary"] == "Cookie, Authorization"
    assert "access-control-allow-origin" not in answer.headers


@pytest.fixture
async def root(platform: Platform, log: str, signer_key: bytes) -> Checkpoint:
    """The root log, once the logs were published."""
    exported = await platform.get("acme.admin", "/api/activity/export")  # publishes what it proves
    assert exported.status_code == 200
    answer = await platform.get("root", "/root/checkpoint")
    assert answer.status_code == 200, answer.text
    return open_checkpoint(answer.text, VerifierKey("localhost/audit/root", signer_key))


async def test_the_root_log_holds_the_checkpoints_of_logs(
    platform: Platform, log: str, root: Checkpoint
) -> None:
    """Its entries are the signed checkpoints of logs, and give the root that is signed."""
    tile, bundle = Tile(0, 0, root.size), Bundle(0, root.size)
    answer = await platform.get("root", f"/root/{bundle.path()}")
    entries = decode_bundle(answer.content, bundle.width)
    assert tree_root(map(leaf_hash, entries)) == root.root
    hashes = await platform.get("root", f"/root/{tile.path()}")
    assert split_tile(tile, hashes.content) == [leaf_hash(each) for each in entries]
    told = {parse_note(data.decode()).text.partition("\n")[0] for data in entries}
    assert f"localhost/audit{log}" in told
    beyond = Bundle(0, root.size + 1).path()
    assert (await platform.get("root", f"/root/{beyond}")).status_code == 404


async def test_the_root_log_is_public_by_setting(platform: Platform, root: Checkpoint) -> None:
    """Whoever reads a log reads the root log; everybody else where the operator says so."""
    paths = (f"/root/{Bundle(0, root.size).path()}", "/root/checkpoint", "/root/keys")
    for who, status in (("nobody", 401), ("acme.viewer", 403), ("bolt.admin", 200), ("root", 200)):
        for path in paths:
            answer = await platform.get(who, path)
            assert answer.status_code == status
            assert "public" not in answer.headers["cache-control"]
    public = create_app(_not_opened)
    public.state.services = dataclasses.replace(platform.services, root_public=True)
    anybody = Platform(public, public.state.services, platform.database_url)
    async with anybody.client() as client:
        for path in paths:
            answer = await client.get(path)
            assert answer.status_code == 200
            assert answer.headers["cache-control"].startswith("public, max-age=")
            assert answer.headers["access-control-allow-origin"] == "*"


def _not_opened() -> AbstractAsyncContextManager[Services]:
    raise NotImplementedError


async def test_the_keys_of_a_log_are_beside_it(
    platform: Platform, log: str, signer_key: bytes
) -> None:
    """Whoever reads a log learns its verifier keys, under the log's own name."""
    answer = await platform.get("acme.admin", f"{log}/keys")
    key = VerifierKey(f"localhost/audit{log}", signer_key)
    assert answer.json() == {"keys": [key.to_text()], "statements": []}
    assert (await platform.get("bolt.admin", f"{log}/keys")).status_code == 404
    assert (await platform.get("nobody", f"{log}/keys")).status_code == 401
    assert (await platform.get("nobody", "/root/keys")).status_code == 401
    answer = await platform.get("bolt.admin", "/root/keys")
    assert answer.json()["keys"] == [VerifierKey("localhost/audit/root", signer_key).to_text()]

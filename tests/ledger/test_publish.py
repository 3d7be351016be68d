"""Publishing: what moved is in the root log, once, whoever publishes and whatever dies."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from indelible.core.activity import TenantId
from indelible.core.checkpoint import open_checkpoint
from indelible.core.key import KeyType, SignerKey, VerifierKey
from indelible.core.merkle import leaf_hash, tree_root
from indelible.core.note import Signature, cosigned, parse_note
from indelible.core.proof import check_consistency, check_inclusion
from indelible.core.tile import Tile, tiles_for
from indelible.ledger.append import Appender
from indelible.ledger.publish import Publisher
from indelible.ledger.root import RootLeaf, WitnessState
from indelible.ledger.tree import consistency_proof, inclusion_proof, read_tile, root_at
from indelible.signing.file_key import FileSigner
from indelible.storage.postgres.cosignatures import Cosignatures
from indelible.storage.postgres.database import Database
from indelible.storage.postgres.root import PostgresRoot
from tests.ledger.conftest import BASE, OTHER, an_activity

pytestmark = pytest.mark.database


def a_witness(number: int) -> SignerKey:
    return SignerKey.from_seed(f"w{number}.test", bytes([number]) * 32, KeyType.COSIGNATURE)


def a_root(
    database: Database, witnesses: Sequence[SignerKey] = (), quorum: int = 0
) -> tuple[PostgresRoot, Cosignatures]:
    kept = Cosignatures(database, [witness.verifier for witness in witnesses], quorum)
    return PostgresRoot(database, base=BASE, cosignatures=kept), kept


@pytest.fixture
def root(database: Database) -> PostgresRoot:
    """The root log, without witnesses."""
    return a_root(database)[0]


@pytest.fixture
def publisher(root: PostgresRoot, signer: FileSigner) -> Publisher:
    """A publisher."""
    return Publisher(root, signer)


async def verified(root: PostgresRoot, signer: FileSigner) -> Sequence[RootLeaf]:
    """All leaves, checked: each is a signed checkpoint, and together they have the signed root."""
    newest = await root.newest()
    assert newest is not None
    checkpoint = open_checkpoint(newest.note, VerifierKey(f"{BASE}/root", signer.public_key))
    leaves = await root.leaves(range(checkpoint.size))
    assert [leaf.index for leaf in leaves] == list(range(checkpoint.size))
    assert tree_root([leaf_hash(leaf.data) for leaf in leaves]) == checkpoint.root == newest.root
    for leaf in leaves:
        text = leaf.data.decode()
        key = VerifierKey(text.partition("\n")[0], signer.public_key)
        assert open_checkpoint(text, key).size == leaf.size
    return leaves


async def test_every_log_that_moved_gets_a_leaf_and_the_others_none(
    publisher: Publisher, root: PostgresRoot, appender: Appender, signer: FileSigner
) -> None:
    """A leaf is the newest signed checkpoint of a log that moved; a log at rest gets none."""
    assert await publisher.publish() == (0, 0)
    await appender.record([an_activity(), an_activity(tenant=OTHER), an_activity(tenant=None)])
    assert await publisher.publish() == (3, 3)
    assert await publisher.publish() == (0, 3)
    await appender.record([an_activity()])
    (receipt,) = await appender.record([an_activity()])
    assert await publisher.publish() == (1, 4)
    leaves = await verified(root, signer)
    assert leaves[-1].data.decode() == receipt.checkpoint


async def test_a_leaf_covers_every_entry_in_front_of_it(
    publisher: Publisher, root: PostgresRoot, appender: Appender
) -> None:
    """The first leaf that covers a size is found, and none where nothing is published yet."""
    await appender.record([an_activity() for _ in range(3)])
    await publisher.publish()
    await appender.record([an_activity() for _ in range(2)])
    await publisher.publish()
    log = (await root.leaves(range(1)))[0].log
    found = [await root.leaf_covering(log, size) for size in (1, 3, 4, 5, 6)]
    assert [leaf and (leaf.index, leaf.size) for leaf in found] == [
        (0, 3), (0, 3), (1, 5), (1, 5), None,
    ]  # fmt: skip


async def test_publishers_agree_and_nothing_is_published_twice(
    root: PostgresRoot, signer: FileSigner, appender: Appender
) -> None:
    """Several publishers at once, while logs move: one tree, no checkpoint in it twice."""
    publishers = [Publisher(root, signer) for _ in range(4)]
    tenants = [TenantId(f"3f9c2a44-0000-4000-8000-{number:012}") for number in range(9)]

    async def move(tenant: TenantId) -> None:
        for _ in range(5):
            await appender.record([an_activity(tenant=tenant)])

    async def publish(publisher: Publisher) -> None:
        for _ in range(6):
            await publisher.publish()

    await asyncio.gather(*map(move, tenants), *map(publish, publishers))
    await publishers[0].publish()
    leaves = await verified(root, signer)
    assert len({(leaf.log, leaf.size) for leaf in leaves}) == len(leaves)
    last = {leaf.log: leaf.size for leaf in leaves}
    assert list(last.values()) == [5] * len(tenants)


async def test_a_publication_that_fails_leaves_nothing_and_is_made_up_for(
    publisher: Publisher, root: PostgresRoot, appender: Appender, signer: FileSigner
) -> None:
    """A transaction that does not commit adds neither leaf nor checkpoint; the next turn does."""
    await appender.record([an_activity(), an_activity(tenant=OTHER)])

    async def die() -> None:
        async with root.publishing() as transaction:
            await publisher._turn(transaction)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        await die()
    assert (await root.size(), await root.newest()) == (0, None)
    assert await publisher.publish() == (2, 2)
    await verified(root, signer)


async def test_tiles_and_proofs_follow_from_what_is_stored(
    root: PostgresRoot, database: Database, signer: FileSigner, appender: Appender
) -> None:
    """Over 600 leaves, added in uneven runs by publishers without memory, every tile is right."""
    await appender.record([an_activity()])
    await Publisher(root, signer).publish()
    await _many_logs(database, 600)
    sizes = [1]
    for count in (1, 200, 60, 250, 88):
        await _let_move(database, root, signer, count)
        sizes.append(await root.size())
    size = sizes[-1]
    assert size == 600
    hashes = [leaf_hash(leaf.data) for leaf in await root.leaves(range(size))]
    for tile in tiles_for(size):
        if tile.level == 0:
            start = tile.index * 256
            assert await read_tile(root, tile) == b"".join(hashes[start : start + tile.width])
    upper = [tree_root(hashes[:256]), tree_root(hashes[256:512])]
    assert await read_tile(root, Tile(1, 0, 2)) == b"".join(upper)
    top = tree_root(hashes)
    assert await root_at(root, size) == top
    for index in (0, 1, 255, 256, 511, 512, 599):
        proof = await inclusion_proof(root, index, size)
        check_inclusion(index, size, hashes[index], proof, top)
    for old in (*sizes, 255, 256, 257, 599):
        proof = await consistency_proof(root, old, size)
        check_consistency(old, size, tree_root(hashes[:old]), top, proof)
        at = await root.at(old)
        assert at is None or at.root == tree_root(hashes[:old])


async def test_below_quorum_nothing_is_witnessed(
    database: Database, signer: FileSigner, appender: Appender
) -> None:
    """Only cosignatures of distinct trusted witnesses that hold make a checkpoint witnessed."""
    witnesses = [a_witness(number) for number in (1, 2, 3)]
    root, kept = a_root(database, witnesses, 2)
    for _ in range(2):
        await appender.record([an_activity()])
        await Publisher(root, signer).publish()
    newest = await root.newest()
    assert newest is not None
    text = parse_note(newest.note).text

    def line(number: int, time: int = 1_760_000_000) -> Signature:
        key = a_witness(number)
        return cosigned(text, key.verifier, time, key.sign)

    await kept.add(2, line(1))
    await kept.add(2, line(1, 1_760_003_600))  # the same witness again is still one
    await kept.add(2, line(4))  # a stranger is none
    await kept.add(2, line(2)._replace(blob=b"\0" * 72))  # a forged line is none either
    newest = await root.newest()
    assert newest is not None
    assert (newest.cosignatures, newest.witnessed) == (1, False)
    assert await root.newest(witnessed=True) is None
    await kept.add(2, line(3))
    newest = await root.newest(witnessed=True)
    assert newest is not None
    assert (newest.size, newest.cosignatures, newest.witnessed) == (2, 2, True)
    keys = [witness.verifier for witness in witnesses]
    times = {each.key.name: each.time for each in parse_note(newest.note).verify(keys)}
    assert times == {"w1.test": 1_760_003_600, "w3.test": 1_760_000_000}
    # A newer one that nobody has seen yet does not hide the one that was.
    await appender.record([an_activity()])
    await Publisher(root, signer).publish()
    best = await root.covering(1)
    latest = await root.covering(2)
    assert best is not None
    assert latest is not None
    assert (best.size, best.witnessed) == (2, True)
    assert (latest.size, latest.witnessed) == (3, False)
    assert [each.size for each in await root.recent(9)] == [3, 2, 1]


async def test_without_witnesses_nothing_is_ever_witnessed(
    database: Database, publisher: Publisher, root: PostgresRoot, appender: Appender
) -> None:
    """A quorum of none is not a quorum."""
    await appender.record([an_activity()])
    await publisher.publish()
    newest = await root.newest()
    assert newest is not None
    assert not newest.witnessed
    assert await root.newest(witnessed=True) is None


async def test_what_a_witness_said_last_is_kept(database: Database) -> None:
    """A report replaces the one before it, and says since when it has been so."""
    kept = a_root(database)[1]
    key = a_witness(1).verifier
    await kept.report(key, WitnessState.UNREACHABLE, size=3, seen=None, detail="no route")
    await kept.report(key, WitnessState.FORK, size=4, seen=4, detail="another root")
    await kept.report(key, WitnessState.FORK, size=5, seen=4, detail="another root")
    (report,) = await kept.reports()
    assert (report.witness, report.key_id, report.size, report.seen) == (
        "w1.test",
        key.key_id,
        5,
        4,
    )
    assert report.state.accuses
    assert report.since < report.at


async def test_a_log_that_went_back_is_named(
    database: Database, publisher: Publisher, root: PostgresRoot, appender: Appender
) -> None:
    """A head in front of which a published checkpoint lies is told, not published."""
    await appender.record([an_activity(), an_activity(tenant=OTHER)])
    await publisher.publish()
    assert await root.behind() == []
    async with database.begin() as connection:
        await connection.execute(sa.text("UPDATE heads SET size = 0, range = '' WHERE log = 1"))
    assert len(await root.behind()) == 1
    assert await publisher.publish() == (0, 2)


async def test_the_database_refuses_to_rewrite_the_root_log(
    database: Database, publisher: Publisher, root: PostgresRoot, appender: Appender
) -> None:
    """Leaves, checkpoints and cosignatures can be added and not changed or removed."""
    await appender.record([an_activity()])
    await publisher.publish()
    for table in ("root_leaves", "root_checkpoints", "cosignatures", "root_tiles", "restores"):
        with pytest.raises(sa.exc.ProgrammingError):
            async with database.begin() as connection:
                await connection.execute(sa.text(f"DELETE FROM {table}"))


async def _many_logs(database: Database, count: int) -> None:
    """Make logs whose checkpoints are never looked into: only their leaves are hashed."""
    async with database.begin() as connection:
        await connection.execute(
            sa.text(
                "WITH made AS (INSERT INTO logs (origin, tenant) "
                "SELECT 'audit.test/logs/' || n, gen_random_uuid() "
                "FROM generate_series(2, CAST(:count AS int)) n RETURNING id) "
                "INSERT INTO heads (log) SELECT id FROM made"
            ),
            {"count": count},
        )


async def _let_move(database: Database, root: PostgresRoot, signer: FileSigner, count: int) -> None:
    async with database.begin() as connection:
        await connection.execute(
            sa.text(
                "WITH idle AS (SELECT log FROM heads WHERE size = 0 ORDER BY log LIMIT :count), "
                "moved AS (UPDATE heads SET size = 1 FROM idle WHERE idle.log = heads.log "
                "RETURNING heads.log) INSERT INTO checkpoints (log, size, root, signature) "
                "SELECT log, 1, sha256(CAST(log::text AS bytea)), sha256('') FROM moved"
            ),
            {"count": count},
        )
    await Publisher(root, signer).publish()

"""The newest published checkpoint in a file: whole, whoever else keeps one there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from indelible.core.checkpoint import Checkpoint, sign_checkpoint
from indelible.core.key import SignerKey
from indelible.core.merkle import leaf_hash
from indelible.delivery.published_head import NAME, PublishedHeadFile
from indelible.ledger.root import RootCheckpoint

LOG = SignerKey.from_seed("audit.test/root", b"\x07" * 32)


def a_checkpoint(size: int) -> RootCheckpoint:
    checkpoint = Checkpoint("audit.test/root", size, leaf_hash(str(size).encode()))
    return RootCheckpoint(
        size=size,
        root=checkpoint.root,
        note=sign_checkpoint(checkpoint, LOG.verifier, LOG.sign),
        cosignatures=0,
        published_at=datetime(2026, 11, 23, tzinfo=UTC),
        witnessed=False,
    )


def test_several_nodes_share_a_folder(tmp_path: Path) -> None:
    """Nodes with one process id, as in containers, never spoil each other's file."""
    checkpoints = [a_checkpoint(10**digits) for digits in range(1, 19)]

    def keep(number: int) -> int:
        file = PublishedHeadFile(tmp_path)
        file.keep(checkpoints[number % len(checkpoints)])
        seen = file.read()
        assert seen is not None
        return seen.size

    with ThreadPoolExecutor(8) as nodes:
        sizes = set(nodes.map(keep, range(600)))
    assert sizes <= {each.size for each in checkpoints}
    assert [each.name for each in tmp_path.iterdir()] == [NAME]

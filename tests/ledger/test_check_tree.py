"""The upper tiles of a large log, without a database."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import msgspec
import pytest

from indelible.core.edge import Edge
from indelible.core.merkle import CompactRange
from indelible.ledger.archive import StoredCheckpoint, StoredLog
from indelible.ledger.check_found import WINDOW
from indelible.ledger.check_leaves import levels_over, split
from indelible.ledger.check_tree import Grown, TreeCheck
from indelible.ledger.findings import Findings, Report
from indelible.ledger.ports import LogNumber

SIZE = 65_536 + WINDOW + 300
LEAVES = [sha256(b"%d" % number).digest() for number in range(SIZE)]
TREE = CompactRange.empty().extend(LEAVES)
TILES = {(tile.level, tile.index): data for tile, data in Edge(0).append(LEAVES)}
TOP = TILES[1, 0]
LOG = StoredLog(LogNumber(1), "audit.test/logs/platform", SIZE, TREE.to_bytes(), 0)


class Stored:
    """What is stored of a tree, in memory; nothing was signed."""

    def __init__(self, changes: dict[tuple[int, int], bytes | None]) -> None:
        both = {**TILES, **changes}
        self._tiles = {place: data for place, data in both.items() if data is not None}

    async def tiles(self, log: LogNumber, level: int, indexes: range) -> dict[int, bytes]:
        """The stored tiles among *indexes*."""
        del log
        return {i: self._tiles[level, i] for i in indexes if (level, i) in self._tiles}

    async def tile_counts(self, log: LogNumber) -> dict[int, int]:
        """As many as there are to be."""
        del log
        return {0: SIZE // 256, 1: 1}

    async def checkpoints(self, log: LogNumber, sizes: range) -> Sequence[StoredCheckpoint]:
        """None."""
        del log, sizes
        return []


async def findings_of(
    changes: dict[tuple[int, int], bytes | None], *, whole: bool = True, pause: bool = False
) -> list[str]:
    """What a check of the tree finds, but for what it says of the missing signatures."""
    findings, report = Findings(LOG.origin, Report()), Report()
    tree = TreeCheck(Stored(changes), LOG, [], findings, report)
    for start in range(0, SIZE, WINDOW):
        leaves = LEAVES[start : start + WINDOW]
        if whole:
            await tree.grow_whole(levels_over(b"".join(leaves)))
        else:
            await tree.grow(leaves)
        if pause and (grown := tree.grown()) is not None and grown.size % WINDOW == 0:
            kept = msgspec.json.decode(msgspec.json.encode(grown), type=Grown)
            tree = TreeCheck(Stored(changes), LOG, [], findings, report, kept)
    await tree.close()
    assert report.tiles == SIZE // 256 + 1
    return [str(each) for each in findings.kept if "has no checkpoint" not in each.what]


@pytest.mark.parametrize("pause", [False, True])
@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({(1, 0): None}, ["seq 0 to 65535: tile/1/000 is missing"]),
        ({(1, 0): TOP[:-1]}, ["seq 0 to 65535: tile/1/000 has 8,191 bytes, not 8,192"]),
        ({(1, 0): TOP + b"x"}, ["seq 0 to 65535: tile/1/000 has 8,193 bytes, not 8,192"]),
        (
            {(1, 0): TOP[:32] + bytes(32) + TOP[64:]},
            ["an entry of seq 256 to 511: the entries do not give a hash in tile/1/000"],
        ),
        ({(0, 3): None}, ["seq 768 to 1023: tile/0/003 is missing"]),
    ],
)
async def test_what_was_done_to_a_tile_is_named(
    changes: dict[tuple[int, int], bytes | None], found: list[str], whole: bool, pause: bool
) -> None:
    """However the tree is grown, and wherever the check was interrupted."""
    told = await findings_of(changes, whole=whole, pause=pause)
    assert told == [f"{LOG.origin}: {each}" for each in found]


async def test_a_hash_in_a_tile_that_is_not_the_entry_s_is_found() -> None:
    """With nothing signed over it, nobody can say which of them was changed."""
    other = split(TILES[0, 3])
    other[5] = bytes(32)
    above, told = await findings_of({(0, 3): b"".join(other)})
    assert "an entry of seq 768 to 1023: the entries do not give a hash in tile/1/000" in above
    assert "seq 773: does not hash to what tile/0/003 says" in told

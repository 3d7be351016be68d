"""Tiles have one address each, and hold what the tree is made of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.core.checkpoint import open_checkpoint
from indelible.core.key import VerifierKey
from indelible.core.merkle import Hash, leaf_hash, tree_root
from indelible.core.proof import (
    check_consistency,
    check_inclusion,
    prove_consistency,
    prove_inclusion,
)
from indelible.core.tile import (
    Bundle,
    ReadTiles,
    Tile,
    bundles_for,
    decode_bundle,
    encode_bundle,
    parse_path,
    read_hashes,
    split_tile,
    tile_at,
    tiles_for,
)
from indelible.errors import Invalid, MalformedProof

GOLDEN_KEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"


def tile_data(tile: Tile, leaves: Sequence[Hash]) -> bytes:
    span = 256**tile.level
    first = tile.index * 256
    return b"".join(
        tree_root(leaves[at * span : (at + 1) * span]) for at in range(first, first + tile.width)
    )


def reader(leaves: Sequence[Hash], size: int) -> ReadTiles:
    def read(tiles: Sequence[Tile]) -> list[bytes]:
        assert len(set(tiles)) == len(tiles)
        assert set(tiles) <= set(tiles_for(size))
        return [tile_data(tile, leaves[:size]) for tile in tiles]

    return read


class TestPaths:
    @pytest.mark.parametrize(
        ("tile", "path"),
        [
            (Tile(0, 0), "tile/0/000"),
            (Tile(0, 1_234_067), "tile/0/x001/x234/067"),
            (Tile(63, 999, 255), "tile/63/999.p/255"),
            (Tile(3, 1000, 1), "tile/3/x001/000.p/1"),
            (Bundle(0, 7), "tile/entries/000.p/7"),
            (Bundle(1_234_067), "tile/entries/x001/x234/067"),
            (Bundle((1 << 63) - 1), "tile/entries/x009/x223/x372/x036/x854/x775/807"),
        ],
    )
    def test_frozen(self, tile: Tile | Bundle, path: str) -> None:
        """The addresses are those of C2SP tlog-tiles."""
        assert tile.path() == path
        assert parse_path(path) == tile

    @given(
        st.builds(Tile, st.integers(0, 63), st.integers(0, 2**63 - 1), st.integers(1, 256))
        | st.builds(Bundle, st.integers(0, 2**63 - 1), st.integers(1, 256))
    )
    def test_round_trip(self, tile: Tile | Bundle) -> None:
        """Every tile is found again by its address."""
        assert parse_path(tile.path()) == tile

    @pytest.mark.parametrize(
        "path",
        [
            "",
            "checkpoint",
            "tile/0/0",
            "tile/0/0000",
            "tile/0/x000/001",
            "tile/0/1000",
            "tile/0/001/000",
            "tile/0/x001/x000",
            "tile/00/000",
            "tile/64/000",
            "tile/-1/000",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/000.p/",
            "tile/0/000/",
            "/tile/0/000",
            "tile/0/000\n",
            "tile/0/٠٠٠",
            "tile/entries/000.p/256",
            "tile/data/000",
            "tile/0/x009/x223/x372/x036/x854/x775/808",
            "tile/0/" + "x001/" * 100 + "000",
            "tile/0/../0/000",
        ],
    )
    def test_one_spelling(self, path: str) -> None:
        """No other path names a tile."""
        with pytest.raises(Invalid):
            parse_path(path)

    @pytest.mark.parametrize(
        ("level", "index", "width"), [(64, 0, 1), (-1, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257)]
    )
    def test_out_of_range(self, level: int, index: int, width: int) -> None:
        """No tile is empty, or larger than full, or outside the tree."""
        with pytest.raises(Invalid):
            Tile(level, index, width)


class TestGeometry:
    @pytest.mark.parametrize(
        ("size", "tiles"),
        [
            (0, []),
            (1, [Tile(0, 0, 1)]),
            (256, [Tile(0, 0), Tile(1, 0, 1)]),
            (257, [Tile(0, 0), Tile(0, 1, 1), Tile(1, 0, 1)]),
            (
                70_000,
                [
                    *[Tile(0, n) for n in range(273)],
                    Tile(0, 273, 112),
                    Tile(1, 0),
                    Tile(1, 1, 17),
                    Tile(2, 0, 1),
                ],
            ),
        ],
    )
    def test_tiles_of_a_size(self, size: int, tiles: list[Tile]) -> None:
        """Each level holds a hash for each full tile below it, and the rest is partial."""
        assert list(tiles_for(size)) == tiles
        assert list(bundles_for(size)) == [Bundle(t.index, t.width) for t in tiles if t.level == 0]
        assert [tile_at(t.level, t.index, size) for t in tiles] == tiles

    def test_no_tile_beyond_the_edge(self) -> None:
        """A tile that the tree has not reached can't be asked for."""
        for level, index, size in ((0, 0, 0), (0, 1, 256), (1, 0, 255), (2, 0, 65_535)):
            with pytest.raises(Invalid):
                tile_at(level, index, size)


class TestReading:
    def test_proofs_from_tiles(self) -> None:
        """Proofs made from tiles hold, across the borders of tiles and levels."""
        leaves = [leaf_hash(b"%d" % each) for each in range(66_000)]
        for size in (1, 255, 256, 257, 513, 66_000):
            root = tree_root(leaves[:size])
            read = read_hashes(size, reader(leaves, size))
            for index in {0, size // 3, size - 1}:
                proof = prove_inclusion(index, size, read)
                check_inclusion(index, size, leaves[index], proof, root)
            for old in {1, size // 2, size - 1, size} - {0}:
                consistency = prove_consistency(old, size, read)
                check_consistency(old, size, tree_root(leaves[:old]), root, consistency)

    def test_short_tile(self) -> None:
        """A tile that was cut off is noticed where it is read."""
        with pytest.raises(MalformedProof):
            split_tile(Tile(0, 0, 2), bytes(63))
        read = read_hashes(300, lambda tiles: [bytes(32)] * len(tiles))
        with pytest.raises(MalformedProof):
            prove_inclusion(5, 300, read)


class TestBundles:
    def test_frozen(self) -> None:
        """Each entry stands behind its length, big-endian."""
        assert encode_bundle([b"one", b"", b"x" * 258]) == (
            b"\x00\x03one\x00\x00\x01\x02" + b"x" * 258
        )

    @given(st.lists(st.binary(max_size=300), max_size=256))
    def test_round_trip(self, entries: list[bytes]) -> None:
        """Entries of any bytes come back."""
        assert decode_bundle(encode_bundle(entries), len(entries)) == entries

    def test_cut_off_or_too_long(self) -> None:
        """A bundle with other than its number of entries is refused."""
        data = encode_bundle([b"one", b"two"])
        for end in range(len(data)):
            with pytest.raises(MalformedProof):
                decode_bundle(data[:end], 2)
        for width in (0, 1, 3):
            with pytest.raises(MalformedProof):
                decode_bundle(data, width)
        with pytest.raises(MalformedProof):
            decode_bundle(data + b"\0", 2)


class TestSomebodyElsesLog:
    def test_reproduced_and_read(self, vectors: Path) -> None:
        """Another project's log is read, its signatures hold, and we make the same bytes."""
        log = vectors / "tiles"
        key = VerifierKey.parse(GOLDEN_KEY)
        for size in range(16):
            checkpoint = open_checkpoint((log / f"checkpoint.{size}").read_text(), key)
            assert checkpoint.size == size
            entries: list[bytes] = []
            for bundle in bundles_for(size):
                data = (log / bundle.path()).read_bytes()
                entries.extend(decode_bundle(data, bundle.width))
                assert encode_bundle(entries[bundle.index * 256 :]) == data
            leaves = [leaf_hash(entry) for entry in entries]
            assert tree_root(leaves) == checkpoint.root

            def read(tiles: Sequence[Tile]) -> list[bytes]:
                return [(log / tile.path()).read_bytes() for tile in tiles]

            for tile in tiles_for(size):
                assert tile_data(tile, leaves) == (log / tile.path()).read_bytes()
            for index, leaf in enumerate(leaves):
                proof = prove_inclusion(index, size, read_hashes(size, read))
                check_inclusion(index, size, leaf, proof, checkpoint.root)

"""Tiles: a log as static resources that anybody can fetch, cache and mirror (C2SP tlog-tiles).

Hash tile (L, n) of full width holds the 256 hashes of the nodes (8L, 256n) to (8L, 256n + 255); an
entry bundle holds the 256 entries below such a tile of level 0. Full ones never change. The ones at
the right edge are partial, and exist only until the tree has outgrown them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from indelible.core.merkle import HASH_SIZE, Hash, Node, ReadHashes, perfect_root
from indelible.errors import Invalid, MalformedProof

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT

_PATH = re.compile(
    r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True, slots=True)
class Tile:
    """A hash tile.

    Attributes:
        level: 0 to 63; level L holds nodes of level 8L of the tree.
        index: its place in the level, from 0.
        width: how many hashes it has, 1 to 256.

    Raises:
        Invalid: a number is out of its range.
    """

    level: int
    index: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        _require_place(self.index, self.width)
        if not 0 <= self.level <= 63:
            raise Invalid(f"no tile has level {self.level}")

    def path(self) -> str:
        """Return its address below the prefix of the log."""
        return f"tile/{self.level}/{_place(self.index, self.width)}"


@dataclass(frozen=True, slots=True)
class Bundle:
    """An entry bundle: the entries from ``index * 256`` on, ``width`` of them.

    Raises:
        Invalid: a number is out of its range.
    """

    index: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        _require_place(self.index, self.width)

    def path(self) -> str:
        """Return its address below the prefix of the log."""
        return f"tile/entries/{_place(self.index, self.width)}"


ReadTiles = Callable[[Sequence[Tile]], Sequence[bytes]]
"""Returns the bytes of each tile, in order."""


def parse_path(path: str) -> Tile | Bundle:
    """Return what the address below the prefix of a log names.

    Raises:
        Invalid: it is not spelled as :meth:`Tile.path` or :meth:`Bundle.path` do.
    """
    match = _PATH.fullmatch(path)
    if match is None:
        raise Invalid(f"not the path of a tile: {path!r}")
    index = int(match[2].replace("/", "").replace("x", ""))
    width = int(match[3] or TILE_WIDTH)
    is_bundle = match[1] == "entries"
    found = Bundle(index, width) if is_bundle else Tile(int(match[1]), index, width)
    # "x000/001", "tile/00/..." and ".p/256" name tiles that have another spelling.
    if found.path() != path:
        raise Invalid(f"not the path of a tile: {path!r}")
    return found


def tiles_for(size: int) -> Iterator[Tile]:
    """Yield every hash tile of a tree of *size*, level by level, partial ones included."""
    level = 0
    while size:
        for index in range(-(-size // TILE_WIDTH)):
            yield Tile(level, index, min(TILE_WIDTH, size - index * TILE_WIDTH))
        level, size = level + 1, size >> TILE_HEIGHT


def bundles_for(size: int) -> Iterator[Bundle]:
    """Yield every entry bundle of a log of *size*, the partial one included."""
    return (Bundle(tile.index, tile.width) for tile in tiles_for(size) if tile.level == 0)


def tile_at(level: int, index: int, size: int) -> Tile:
    """Return tile (*level*, *index*) as wide as it is in a tree of *size*.

    Raises:
        Invalid: the tree has no such tile.
    """
    return Tile(level, index, min(TILE_WIDTH, (size >> level * TILE_HEIGHT) - index * TILE_WIDTH))


def tiles_below(nodes: Iterable[Node], size: int) -> list[Tile]:
    """Return the tiles that the hashes of *nodes* are computed from, each once, in order."""
    return list(dict.fromkeys(_tile_below(node, size) for node in nodes))


def hashes_from(tiles: Mapping[Tile, bytes], nodes: Sequence[Node], size: int) -> list[Hash]:
    """Return the hash of each node, from the bytes of the tiles of :func:`tiles_below`.

    A node within a tile costs up to 127 hashes.

    Raises:
        MalformedProof: the bytes of a tile do not fit its width.
    """
    for tile, data in tiles.items():
        _require_width(tile, data)
    hashes = []
    for node in nodes:
        level = node.level % TILE_HEIGHT
        at = (node.offset << level) % TILE_WIDTH * HASH_SIZE
        data = tiles[_tile_below(node, size)]
        hashes.append(perfect_root(data[at : at + (HASH_SIZE << level)]))
    return hashes


def read_hashes(size: int, read: ReadTiles) -> ReadHashes:
    """Return a reader of the nodes of a tree of *size* that fetches their tiles in one go."""

    def read_nodes(nodes: Sequence[Node]) -> list[Hash]:
        tiles = tiles_below(nodes, size)
        return hashes_from(dict(zip(tiles, read(tiles), strict=True)), nodes, size)

    return read_nodes


def split_tile(tile: Tile, data: bytes) -> list[Hash]:
    """Return the hashes of a tile.

    Raises:
        MalformedProof: there are not exactly ``tile.width`` of them.
    """
    _require_width(tile, data)
    return [data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE)]


def encode_bundle(entries: Iterable[bytes]) -> bytes:
    """Return the bytes of a bundle: each entry behind its length as 16 bits, big-endian."""
    return b"".join(part for each in entries for part in (len(each).to_bytes(2, "big"), each))


def decode_bundle(data: bytes, width: int) -> list[bytes]:
    """Return the *width* entries of a bundle.

    Raises:
        MalformedProof: there are fewer or more, or the last one is cut off.
    """
    entries = []
    at = 0
    for _ in range(width):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if len(data) < max(end, at + 2):
            raise MalformedProof("an entry bundle is cut off")
        entries.append(data[at + 2 : end])
        at = end
    if at != len(data):
        raise MalformedProof(f"an entry bundle has more than {width} entries")
    return entries


def _require_width(tile: Tile, data: bytes) -> None:
    if len(data) != tile.width * HASH_SIZE:
        raise MalformedProof(f"{tile.path()} has {len(data)} bytes")


def _require_place(index: int, width: int) -> None:
    if not 0 <= index < 1 << 63 or not 1 <= width <= TILE_WIDTH:
        raise Invalid(f"no tile has index {index} and width {width}")


def _place(index: int, width: int) -> str:
    digits = f"{index:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    *groups, last = (digits[at : at + 3] for at in range(0, len(digits), 3))
    partial = "" if width == TILE_WIDTH else f".p/{width}"
    return "".join(f"x{group}/" for group in groups) + last + partial


def _tile_below(node: Node, size: int) -> Tile:
    level, height = divmod(node.level, TILE_HEIGHT)
    return tile_at(level, (node.offset << height) >> TILE_HEIGHT, size)

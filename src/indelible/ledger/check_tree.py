"""Whether the entries of a log give its tiles, its signed checkpoints and its head.

Two trees are grown side by side where entries and tiles disagree: one from the entries, one from
the hashes in the tiles. The next signed checkpoint says which of them is the log that was signed,
and so whether the entry or the tile was changed; the check goes on from the one that holds, so that
one change is one finding and not one for every checkpoint after it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from indelible.core.checkpoint import Checkpoint
from indelible.core.edge import Edge
from indelible.core.key import KEY_ID_SIZE, VerifierKey
from indelible.core.merkle import HASH_SIZE, CompactRange, Hash
from indelible.core.note import Note, Signature
from indelible.core.tile import TILE_WIDTH, Tile
from indelible.errors import Invalid, Unproven
from indelible.ledger.archive import StoredCheckpoint, StoredLog, TreeSource
from indelible.ledger.check_leaves import differing, extended, roots_in, span, split, tile_roots
from indelible.ledger.findings import Findings, Report

_NO_HASH: Hash = bytes(HASH_SIZE)  # stands in where neither an entry nor a tile has one
_TILE_SIZE = TILE_WIDTH * HASH_SIZE
_EVER = 1 << 62


class Grown(msgspec.Struct, kw_only=True):
    """How far a tree was grown, and that all held so far.

    Attributes:
        pending: hashes of the partial tiles at the right edge, by level.
        sound: size of the last checkpoint that confirmed it.
    """

    size: int
    range: bytes
    pending: dict[str, list[bytes]]
    sound: int


class TreeCheck:
    """Grows the tree of one log, window by window, and compares."""

    def __init__(
        self,
        snapshot: TreeSource,
        log: StoredLog,
        keys: Collection[bytes],
        findings: Findings,
        report: Report,
        grown: Grown | None = None,
    ) -> None:
        """Take where to read, the log, the public keys that count, and where to report.

        With *grown* it goes on from where an interrupted check was.
        """
        self._snapshot = snapshot
        self._log = log
        self._findings = findings
        self._report = report
        self._keys: list[VerifierKey] = []
        try:
            self._keys = [VerifierKey(log.origin, key) for key in keys]
        except Invalid as error:
            findings.add(f"its name or a key can't be one: {error}")
        self._edge = Edge(0)  # of the tree over the roots of whole tiles: one level up
        self._said = CompactRange.empty()  # by the entries
        self._tiled = self._said  # by the tiles, where they disagree
        self._suspects: list[int] = []  # seqs where they do, since the last sound checkpoint
        self._sound = 0  # size of that checkpoint
        self._holes = -1  # last seq of which there is neither entry nor hash
        self._lost = False  # neither gives the checkpoints any more
        self._unsure: tuple[int, int] | None = None  # where that began
        if grown is not None:
            self._said = self._tiled = CompactRange.from_bytes(grown.size, grown.range)
            self._edge = Edge(grown.size // TILE_WIDTH)
            for level, hashes in grown.pending.items():
                if int(level):  # whole tiles leave nothing at level 0
                    self._edge.learn(int(level) - 1, hashes)
            self._sound = grown.sound

    def grown(self) -> Grown | None:
        """Return how far it is, to go on from; None while something is not settled yet."""
        if self._suspects or self._lost or self._unsure or self._holes >= self._sound:
            return None
        pending = {str(level + 1): hashes for level, hashes in self._edge.known().items()}
        return Grown(
            size=self.size, range=self._said.to_bytes(), pending=pending, sound=self._sound
        )

    @property
    def size(self) -> int:
        """How many entries have been taken in, missing ones included."""
        return self._said.size

    async def grow(self, leaves: Sequence[Hash | None]) -> None:
        """Take in the next leaf hashes, None where an entry is missing.

        All but the last ones of a log are whole tiles.
        """
        await self._grow(leaves, await self._tiles(len(leaves)))

    async def grow_whole(self, levels: Sequence[bytes]) -> None:
        """Take in the next leaf hashes, with the nodes above them: a window, level by level.

        Where the tiles say the same, nothing is hashed that lies within it.
        """
        leaves, roots = levels[0], roots_in(levels)
        start, count = self.size, len(leaves) // HASH_SIZE
        tiles, first = await self._tiles(count), start // TILE_WIDTH
        agree = len(tiles) == len(roots) and all(
            tiles.get(first + place) == leaves[place * _TILE_SIZE : (place + 1) * _TILE_SIZE]
            for place in range(len(roots))
        )
        if not agree or self._suspects or self._tiled is not self._said:
            await self._grow(split(leaves), tiles)
            return
        before = self._said
        for checkpoint in await self._checkpoints(count):
            self._said = self._tiled = extended(before, levels, checkpoint.size - start)
            self._judge(checkpoint, [], [], start)
        self._said = self._tiled = extended(before, levels, count)
        await self._check_upper_tiles(roots)

    async def _grow(self, leaves: Sequence[Hash | None], tiles: dict[int, bytes]) -> None:
        start = self.size
        self._sift(start, leaves, tiles)
        said, tiled = self._stand_in(start, leaves, tiles)
        at = 0
        for checkpoint in await self._checkpoints(len(leaves)):
            end = checkpoint.size - start
            self._extend(said[at:end], tiled[at:end])
            at = end
            self._judge(checkpoint, said, tiled, start)
        self._extend(said[at:], tiled[at:])
        for seq in self._suspects:
            if seq >= start:  # not judged yet; more often it is the entry that was changed
                said[seq - start] = tiled[seq - start]
        await self._check_upper_tiles(tile_roots(said))

    async def close(self) -> None:
        """Report what was left open, then compare the head and what lies beyond the last entry."""
        for seq in self._suspects:
            self._findings.add(f"does not hash to what {_tile_of(seq).path()} says", seq)
        await self._check_head()
        if self._unsure is not None:
            self._narrow(*self._unsure)
        await self._check_beyond()

    async def _tiles(self, count: int) -> dict[int, bytes]:
        """Return the full tiles of level 0 that end within the next *count* leaves."""
        wanted = range(self.size // TILE_WIDTH, (self.size + count) // TILE_WIDTH)
        self._report.tiles += len(wanted)
        return await self._snapshot.tiles(self._log.number, 0, wanted) if wanted else {}

    async def _checkpoints(self, count: int) -> list[StoredCheckpoint]:
        """Return the signed checkpoints over the next *count* leaves."""
        sizes = range(self.size + 1, self.size + count + 1)
        found = await self._snapshot.checkpoints(self._log.number, sizes)
        self._report.checkpoints += len(found)
        return [checkpoint for checkpoint in found if self._is_signed(checkpoint)]

    def _sift(self, start: int, leaves: Sequence[Hash | None], tiles: dict[int, bytes]) -> None:
        """Report the tiles that are missing or no tiles, and take these out."""
        for index in range(start // TILE_WIDTH, (start + len(leaves)) // TILE_WIDTH):
            data = tiles.get(index)
            if data is None:
                first = index * TILE_WIDTH - start
                if None not in leaves[first : first + TILE_WIDTH]:  # else that is reported
                    self._findings.add(f"{Tile(0, index).path()} is missing", *span(0, index))
            elif self._is_cut(0, index, data):
                del tiles[index]

    def _is_cut(self, level: int, index: int, data: bytes) -> bool:
        """Return, and report, whether a tile is shorter or longer than tiles are."""
        if len(data) == _TILE_SIZE:
            return False
        what = f"{Tile(level, index).path()} has {len(data):,} bytes, not {_TILE_SIZE:,}"
        self._findings.add(what, *span(level, index))
        return True

    def _stand_in(
        self, start: int, leaves: Sequence[Hash | None], tiles: dict[int, bytes]
    ) -> tuple[list[Hash], list[Hash]]:
        """Return the leaves by the entries and by the tiles, each with the other's where it must.

        Without a disagreement the two are one list.
        """
        said = list(leaves)
        tiled = said
        for index, data in tiles.items():
            first = index * TILE_WIDTH - start
            own = said[first : first + TILE_WIDTH]
            if None not in own and b"".join(own) == data:  # type: ignore[arg-type]  # no None
                continue
            if tiled is said:
                tiled = list(said)
            for place in range(TILE_WIDTH):
                tile_hash = data[place * HASH_SIZE : (place + 1) * HASH_SIZE]
                if own[place] is None:
                    said[first + place] = tile_hash
                elif own[place] != tile_hash:
                    self._suspects.append(start + first + place)
                tiled[first + place] = tile_hash
        self._holes = max([self._holes, *(start + i for i, leaf in enumerate(said) if not leaf)])
        found = [leaf or _NO_HASH for leaf in said]
        return found, found if tiled is said else [leaf or _NO_HASH for leaf in tiled]

    def _extend(self, said: Sequence[Hash], tiled: Sequence[Hash]) -> None:
        apart = self._tiled is not self._said or said != tiled
        self._said = self._said.extend(said)
        # Grown twice only from where they part: that is what costs.
        self._tiled = self._tiled.extend(tiled) if apart else self._said

    def _judge(
        self,
        checkpoint: StoredCheckpoint,
        said: list[Hash],
        tiled: list[Hash],
        start: int,
    ) -> None:
        """Let a signed checkpoint say which tree is the log, and go on from that one."""
        behind = [seq for seq in self._suspects if seq < checkpoint.size]
        if self._said.root() == checkpoint.root:
            for seq in behind:
                self._findings.add(
                    f"{_tile_of(seq).path()} says another hash than the entry, and checkpoint "
                    f"{checkpoint.size:,} confirms the entry",
                    seq,
                )
            self._tiled = self._said
            self._lost = False
        elif behind and self._tiled.root() == checkpoint.root:
            for seq in behind:
                self._findings.add("the entry is not the one that was signed", seq)
                if seq >= start:
                    said[seq - start] = tiled[seq - start]
            self._said = self._tiled
            self._lost = False
        elif not self._lost:
            self._lost = True
            # What is missing was reported as missing; with it gone, no root can come out right.
            if self._unsure is None and self._holes < self._sound:
                self._unsure = (self._sound, checkpoint.size - 1)
            return
        else:
            return
        self._suspects = self._suspects[len(behind) :]
        self._sound = checkpoint.size

    def _is_signed(self, checkpoint: StoredCheckpoint) -> bool:
        stored = checkpoint.signature
        signature = Signature(self._log.origin, stored[:KEY_ID_SIZE], stored[KEY_ID_SIZE:])
        try:
            text = Checkpoint(self._log.origin, checkpoint.size, checkpoint.root).to_text()
            Note(text, (signature,)).verify(self._keys)
        except (Unproven, Invalid) as error:
            self._findings.add(f"checkpoint {checkpoint.size:,}: {error}")
            return False
        return True

    async def _check_upper_tiles(self, roots: Sequence[Hash]) -> None:
        completed = [(tile.level + 1, tile.index, data) for tile, data in self._edge.append(roots)]
        for level in sorted({level for level, _, _ in completed}):
            wanted = {index: data for at, index, data in completed if at == level}
            self._report.tiles += len(wanted)
            indexes = range(min(wanted), max(wanted) + 1)
            stored = await self._snapshot.tiles(self._log.number, level, indexes)
            for index, data in wanted.items():
                path = Tile(level, index).path()
                if index not in stored:
                    self._findings.add(f"{path} is missing", *span(level, index))
                elif not self._is_cut(level, index, stored[index]) and not self._lost:
                    for place in differing(data, stored[index]):
                        first, last = span(level, index, place)
                        self._findings.add(
                            f"the entries do not give a hash in {path}", first, last, one_of=True
                        )

    async def _check_head(self) -> None:
        log, size = self._log, self.size
        if log.size is None:
            self._findings.add("its head is missing")
            return
        if log.size < size:
            self._findings.add(
                f"the head says {log.size:,} entries; these stand beyond it", log.size, size - 1
            )
        elif log.size > size:
            self._findings.add("entries are missing", size, log.size - 1)
        elif log.range != self._said.to_bytes() and not self._lost:
            self._findings.add("the entries do not give the hashes of the head")
        if log.size and not await self._snapshot.checkpoints(
            log.number, range(log.size, log.size + 1)
        ):
            self._findings.add(f"the head at {log.size:,} has no checkpoint")

    async def _check_beyond(self) -> None:
        """Report what was signed or hashed and has no entries, or never can have had any."""
        number = self._log.number
        covered = max(self.size, self._log.size or 0)
        beyond = await self._snapshot.checkpoints(number, range(covered + 1, _EVER))
        signed = [checkpoint for checkpoint in beyond if self._is_signed(checkpoint)]
        if signed:
            last = signed[-1].size
            self._findings.add(
                f"entries are missing: checkpoint {last:,} was signed over them", covered, last - 1
            )
        for checkpoint in await self._snapshot.checkpoints(number, range(-_EVER, 1)):
            self._findings.add(f"a checkpoint at {checkpoint.size:,}, where no log can be")
        for level, count in (await self._snapshot.tile_counts(number)).items():
            full = self.size >> 8 * (level + 1) if level >= 0 else 0
            # Too few were reported one by one.
            if count > full:
                self._findings.add(f"{count:,} tiles at level {level}, the entries give {full:,}")

    def _narrow(self, first: int, last: int) -> None:
        """Say as closely as the head's hashes allow which entry was changed where no tile tells."""
        log = self._log
        if log.size == self.size and log.range is not None:
            at = 0
            for place, hash_ in enumerate(self._said.hashes):
                width = 1 << _bits(self.size)[place]
                own = log.range[place * HASH_SIZE : (place + 1) * HASH_SIZE]
                if own == hash_ and at <= first < at + width:
                    first = min(at + width, last)
                if own == hash_ and at <= last < at + width:
                    last = max(at - 1, first)
                at += width
        self._doubt(first, last)

    def _doubt(self, first: int, last: int) -> None:
        what = f"the entries do not give the root that was signed at {last + 1:,}"
        self._findings.add(what, first, last, one_of=True)


def _bits(size: int) -> list[int]:
    """Return the 1-bits of *size*, highest first: the levels of its perfect subtrees."""
    return [bit for bit in range(size.bit_length() - 1, -1, -1) if size >> bit & 1]


def _tile_of(seq: int) -> Tile:
    return Tile(0, seq // TILE_WIDTH)

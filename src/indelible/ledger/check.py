"""Checking: every log recomputed from its entries and compared with what stands beside them.

Entries are hashed as they are stored. The hashes must give the stored tiles, the roots of all
checkpoints and the head; the signatures must be of a key that is known; and what is searched by
(columns, disclosures) must say what the entry bytes say.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from indelible.core import disclosure
from indelible.core.activity import Action, Status
from indelible.core.checkpoint import Checkpoint
from indelible.core.edge import Edge
from indelible.core.entry import PublicPart, decode
from indelible.core.entry_id import format_id
from indelible.core.instant import format_time
from indelible.core.key import KEY_ID_SIZE, VerifierKey
from indelible.core.merkle import HASH_SIZE, CompactRange, Hash, leaf_hash
from indelible.core.note import Note, Signature
from indelible.core.tile import TILE_WIDTH, Tile
from indelible.errors import Unproven
from indelible.ledger.ports import LogNumber

MAX_FINDINGS = 1_000


class StoredLog(NamedTuple):
    """A log and its head, as stored."""

    number: LogNumber
    origin: str
    size: int
    range: bytes
    time: int


class StoredRow(NamedTuple):
    """An entry as stored, and what is stored about it.

    Attributes:
        data: the entry bytes; None where retention has purged them.
        disclosures: name -> digest column and JSON text, of the mentions and the details; the text
            is None where it was erased.
    """

    seq: int
    data: bytes
    id: bytes
    time: int
    action: int
    failed: bool
    resource_type: str | None
    session: str | None
    actor: tuple[str | None, str | None]
    assumed_by: str | None
    resource: tuple[str | None, str | None]
    disclosures: dict[str, tuple[str | None, bytes | None]]


class StoredCheckpoint(NamedTuple):
    """A checkpoint as stored; *signature* is key id and Ed25519 signature."""

    size: int
    root: Hash
    signature: bytes


class Snapshot(Protocol):
    """One consistent view of everything that is stored."""

    async def logs(self) -> Sequence[StoredLog]:
        """Return every log."""

    def rows(self, log: LogNumber) -> AsyncIterator[Sequence[StoredRow]]:
        """Yield the entries of a log in order of seq, in chunks."""

    async def tiles(self, log: LogNumber, level: int, indexes: range) -> dict[int, bytes]:
        """Return the stored tiles among *indexes*, by index."""

    async def tile_counts(self, log: LogNumber) -> dict[int, int]:
        """Return how many tiles are stored at each level."""

    async def checkpoints(self, log: LogNumber, sizes: range) -> Sequence[StoredCheckpoint]:
        """Return the checkpoints with sizes in *sizes*, in order."""


class Archive(Protocol):
    """Where snapshots come from."""

    def snapshot(self) -> AbstractAsyncContextManager[Snapshot]:
        """Open a consistent view; nothing is locked.

        Raises:
            Unavailable: the storage can't be reached.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that does not hold.

    Attributes:
        log: origin of the log.
        first: seq of the first entry it is about, None where it is about the whole log.
        last: seq of the last one.
    """

    log: str
    first: int | None
    last: int | None
    what: str

    def __str__(self) -> str:
        if self.first is None:
            return f"{self.log}: {self.what}"
        place = f"seq {self.first}"
        if self.last != self.first:
            place = f"an entry of seq {self.first} to {self.last}"
        return f"{self.log}: {place}: {self.what}"


@dataclass(slots=True, kw_only=True)
class Report:
    """What a check found.

    Attributes:
        suppressed: findings beyond the first 1,000 of a log, counted and not kept.
    """

    logs: int = 0
    entries: int = 0
    checkpoints: int = 0
    tiles: int = 0
    suppressed: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


Progress = Callable[[int, int], None]


async def check(
    archive: Archive, keys: Collection[bytes], *, progress: Progress = lambda *_: None
) -> Report:
    """Recompute every log and report what does not hold.

    Args:
        archive: where the logs are.
        keys: 32-byte Ed25519 public keys whose signatures count.
        progress: told how many entries of how many have been checked.
    """
    report = Report()
    async with archive.snapshot() as snapshot:
        logs = await snapshot.logs()
        total = sum(log.size for log in logs)
        for log in logs:
            before = report.entries
            await _LogCheck(snapshot, log, keys, report).run(
                lambda done, base=before: progress(base + done, total)  # type: ignore[misc]
            )
            report.logs += 1
    return report


class _LogCheck:
    """The check of one log, from its first entry to its head."""

    def __init__(
        self, snapshot: Snapshot, log: StoredLog, keys: Collection[bytes], report: Report
    ) -> None:
        self._snapshot = snapshot
        self._log = log
        self._keys = [VerifierKey(log.origin, key) for key in keys]
        self._report = report
        self._found = 0
        self._range = CompactRange.empty()
        self._edge = Edge(0)
        self._last_time = 0

    async def run(self, progress: Callable[[int], None]) -> None:
        expected = 0
        async for rows in self._snapshot.rows(self._log.number):
            leaves = []
            for row in rows:
                if row.seq != expected:
                    self._find("entries are missing", expected, row.seq - 1)
                    expected = row.seq
                expected += 1
                leaves.append(leaf_hash(row.data))
                self._check_row(row)
            self._report.entries += len(rows)
            await self._check_tiles(self._edge.append(leaves))
            await self._check_checkpoints(leaves)
            progress(self._range.size)
        await self._check_head()

    def _check_row(self, row: StoredRow) -> None:
        try:
            part = decode(row.data)
        except Unproven as error:
            self._find(str(error), row.seq)
            return
        for what, stored, said in _comparisons(self._log.origin, row, part):
            if stored != said:
                self._find(f"{what} is stored as {stored!r}, the entry says {said!r}", row.seq)
        if row.time < self._last_time:
            self._find("its time is before that of the entry in front of it", row.seq)
        self._last_time = row.time
        committed = part.sd.by_name()
        for name, (digest, text) in row.disclosures.items():
            if text is None:
                continue  # erased, which is allowed: its digest still stands in the entry
            try:
                disclosure.check(text, name, committed.get(name, ""))
            except Unproven as error:
                self._find(f"the {name} disclosure: {error}", row.seq)
            if digest is not None and digest != committed.get(name):
                self._find(f"the {name} digest is not the one in the entry", row.seq)

    async def _check_tiles(self, tiles: Sequence[tuple[Tile, bytes]]) -> None:
        self._report.tiles += len(tiles)
        for level in {tile.level for tile, _ in tiles}:
            wanted = {tile.index: data for tile, data in tiles if tile.level == level}
            stored = await self._snapshot.tiles(
                self._log.number, level, range(min(wanted), max(wanted) + 1)
            )
            for index, data in wanted.items():
                if index not in stored:
                    self._find(f"{Tile(level, index).path()} is missing", *_span(level, index))
                elif stored[index] != data:
                    self._compare_tile(level, index, data, stored[index])

    def _compare_tile(self, level: int, index: int, computed: bytes, stored: bytes) -> None:
        for place in range(TILE_WIDTH):
            part = slice(place * HASH_SIZE, (place + 1) * HASH_SIZE)
            if computed[part] != stored[part]:
                first, last = _span(level, index, place)
                self._find(f"does not hash to what {Tile(level, index).path()} says", first, last)

    async def _check_checkpoints(self, leaves: Sequence[Hash]) -> None:
        """Grow the range by *leaves*, stopping at each checkpoint on the way."""
        start = self._range.size
        sizes = range(start + 1, start + len(leaves) + 1)
        for checkpoint in await self._snapshot.checkpoints(self._log.number, sizes):
            before = self._range.size
            self._range = self._range.extend(leaves[before - start : checkpoint.size - start])
            self._report.checkpoints += 1
            if self._range.root() != checkpoint.root:
                self._find(
                    f"the entries do not give the root of checkpoint {checkpoint.size}",
                    before,
                    checkpoint.size - 1,
                )
            try:
                _note(self._log.origin, checkpoint).verify(self._keys)
            except Unproven as error:
                self._find(f"checkpoint {checkpoint.size}: {error}")
        self._range = self._range.extend(leaves[self._range.size - start :])

    async def _check_head(self) -> None:
        log = self._log
        if self._range.size != log.size:
            self._find(f"the head says {log.size:,} entries, there are {self._range.size:,}")
        elif self._range.to_bytes() != log.range:
            self._find("the entries do not give the hashes of the head")
        last = await self._snapshot.checkpoints(log.number, range(log.size, log.size + 1))
        if log.size and not last:
            self._find(f"the head at {log.size:,} has no checkpoint")
        beyond = await self._snapshot.checkpoints(log.number, range(log.size + 1, 1 << 62))
        if beyond:
            self._find(f"a checkpoint was signed at {beyond[-1].size:,} and the log ends before it")
        for level, count in (await self._snapshot.tile_counts(log.number)).items():
            full = self._range.size >> 8 * (level + 1)
            if count != full:
                self._find(f"{count:,} tiles at level {level}, the entries give {full:,}")

    def _find(self, what: str, first: int | None = None, last: int | None = None) -> None:
        self._found += 1
        if self._found > MAX_FINDINGS:
            self._report.suppressed += 1
            return
        last = first if last is None else last
        self._report.findings.append(
            Finding(log=self._log.origin, first=first, last=last, what=what)
        )


def _comparisons(
    origin: str, row: StoredRow, part: PublicPart
) -> tuple[tuple[str, object, object], ...]:
    actions = tuple(Action)
    action = actions[row.action] if 0 <= row.action < len(actions) else row.action
    by = part.assumed_by
    return (
        ("its log", origin, part.log),
        ("its seq", row.seq, part.seq),
        ("its id", format_id(row.id), part.id),
        ("its time", format_time(row.time), part.time),
        ("its action", action, part.action),
        ("its failure", row.failed, part.status is Status.FAILURE),
        ("its session", row.session, part.session),
        ("its actor", row.actor, (part.actor.type, part.actor.id)),
        ("its assuming Super Admin", row.assumed_by, None if by is None else by.id),
        ("its resource", row.resource, (part.resource.type, part.resource.id)),
        ("its resource type", row.resource_type, part.resource.type),
    )


def _note(origin: str, checkpoint: StoredCheckpoint) -> Note:
    stored = checkpoint.signature
    signature = Signature(origin, stored[:KEY_ID_SIZE], stored[KEY_ID_SIZE:])
    return Note(Checkpoint(origin, checkpoint.size, checkpoint.root).to_text(), (signature,))


def _span(level: int, index: int, place: int | None = None) -> tuple[int, int]:
    """Return the first and last seq below a tile, or below one of its hashes."""
    width = TILE_WIDTH**level
    start = index * TILE_WIDTH if place is None else index * TILE_WIDTH + place
    count = TILE_WIDTH if place is None else 1
    return start * width, (start + count) * width - 1

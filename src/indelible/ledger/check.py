"""Checking: every log recomputed from its entries and compared with what stands beside them.

Entries are hashed as they are stored. The hashes must give the stored tiles, the roots of all
checkpoints and the head (:mod:`.check_tree`); the signatures must be by a key that is known; and
what is searched and read (columns, disclosures) must be what the entries say or commit to
(:mod:`.check_rows`). Nothing that is stored can make a check fail: what can't be read is a finding.

What this can't see: a log cut back together with its head, its tiles and its checkpoints, for then
nothing is left that says so. That is what receipts, the root log and its witnesses are for.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from indelible.core.merkle import Hash, leaf_hash
from indelible.ledger.archive import Archive, Snapshot, StoredRow
from indelible.ledger.check_rows import RowCheck
from indelible.ledger.check_tree import TreeCheck
from indelible.ledger.findings import Finding, Findings, Report

__all__ = ["Finding", "Report", "check"]

_WINDOW = 4_096  # entries that are looked at together, whole tiles
_MAX_GAP = 10_000_000

Progress = Callable[[int, int], None]


async def check(
    archive: Archive, trusted: bytes | None = None, *, progress: Progress = lambda *_: None
) -> Report:
    """Recompute every log and report what does not hold.

    Args:
        archive: where the logs are.
        trusted: 32-byte Ed25519 public key, known from elsewhere, whose signatures alone count.
            None believes the archive about who signs.
        progress: told how many entries of how many have been checked.

    Raises:
        Unavailable: the storage can't be reached.
    """
    report = Report()
    async with archive.snapshot() as snapshot:
        keys = await _keys(snapshot, trusted, report)
        logs = await snapshot.logs()
        types = await snapshot.resource_types()
        total = sum(log.size or 0 for log in logs)
        progress(0, total)
        for log in logs:
            findings = Findings(log.origin, report)
            tree = TreeCheck(snapshot, log, keys, findings, report)
            rows = RowCheck(snapshot, log, types, findings)
            async for window in _ahead(_windows(snapshot.rows(log.number), findings), rows):
                rows.check(window.rows)
                for leaves in _leaves(window, tree.size, findings):
                    await tree.grow(leaves)
                report.entries += len(window.rows)
                progress(report.entries, total)
            await tree.close()
            rows.close()
            if tree.size and tree.size == log.size and log.time != rows.last_time:
                findings.add("the time in the head is not that of the last entry")
            findings.close()
            report.logs += 1
        for number in await snapshot.strays():
            findings = Findings(f"log number {number}", report)
            findings.add("entries stand under it, and there is no such log")
            findings.close()
    return report


async def _keys(snapshot: Snapshot, trusted: bytes | None, report: Report) -> Collection[bytes]:
    stored = await snapshot.keys()
    if trusted is None:
        return stored
    findings = Findings("signing keys", report)
    if stored and trusted not in stored:
        findings.add("the configured key is not among those of the database")
    for key in stored:
        if key != trusted:
            findings.add(f"the database names {key.hex()}, which is not the configured key")
    findings.close()
    return [trusted]


async def _ahead(windows: AsyncIterator[_Window], rows: RowCheck) -> AsyncIterator[_Window]:
    """Yield the windows, each with its mentions known, while the next is already being read."""
    window = await anext(windows, None)
    while window is not None:
        await rows.learn(window.rows)
        coming = asyncio.ensure_future(anext(windows, None))
        await asyncio.sleep(0)  # now the question is on its way; the database works while we do
        try:
            yield window
            window = await coming
        finally:
            coming.cancel()


class _Window(NamedTuple):
    """The rows of a run of seqs; *stop* is a multiple of the window's size but in the last one."""

    start: int
    stop: int
    rows: list[StoredRow]


async def _windows(
    chunks: AsyncIterator[Sequence[StoredRow]], findings: Findings
) -> AsyncIterator[_Window]:
    """Yield the windows that have any rows."""
    start = 0
    rows: list[StoredRow] = []
    async for chunk in chunks:
        for row in chunk:
            if row.seq < 0:
                findings.add("no entry has such a seq", row.seq)
                continue
            if row.seq >= start + _WINDOW:
                if rows:
                    yield _Window(start, start + _WINDOW, rows)
                rows = []
                start = row.seq - row.seq % _WINDOW
            rows.append(row)
    if rows:
        yield _Window(start, rows[-1].seq + 1, rows)


def _leaves(window: _Window, size: int, findings: Findings) -> Iterator[list[Hash | None]]:
    """Yield the leaf hashes from *size* to the end of *window*, None for a missing entry."""
    if window.start - size > _MAX_GAP:
        # Whoever can write any seq must not be able to keep the check busy for years.
        findings.add("entries are missing", size, window.start - 1)
        findings.add("the tree is not checked behind a gap of this size", window.start)
        return
    for start in range(size, window.start, _WINDOW):
        findings.add("entries are missing", start, start + _WINDOW - 1)
        yield [None] * _WINDOW
    leaves: list[Hash | None] = [None] * (window.stop - window.start)
    for row in window.rows:
        leaves[row.seq - window.start] = leaf_hash(row.data)
    for place, leaf in enumerate(leaves):
        if leaf is None:
            findings.add("entries are missing", window.start + place)
    yield leaves

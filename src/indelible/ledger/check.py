"""Checking: everything that is stored, against itself and against what was published of it.

Entries are hashed as they are stored. The hashes must give the stored tiles, the roots of all
checkpoints and the head (:mod:`.check_tree`); the signatures must be by a key that counts
(:mod:`.check_keys`); what is searched and read (columns, disclosures) must be what the entries say
or commit to, and what is gone must have been erased or purged (:mod:`.check_rows`); and the root
log must hold, and every log be what was published of it (:mod:`.check_root`). Nothing that is
stored can make a check fail: what can't be read is a finding.

What this can't see: everything cut back or signed anew together, root log and all, by somebody who
has the key. Then nothing is left in here that says so. That is what witnesses are for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from functools import partial
from time import monotonic
from typing import NamedTuple

from indelible.core.key import VerifierKey
from indelible.ledger.archive import Archive, Snapshot, StoredLog
from indelible.ledger.check_crew import Alone, Crew
from indelible.ledger.check_found import WINDOW, Window
from indelible.ledger.check_keys import keys_that_count
from indelible.ledger.check_root import check_root
from indelible.ledger.check_rows import RowMerge
from indelible.ledger.check_state import Forgetful, Halfway, Progressed, StateKeeper
from indelible.ledger.check_tree import TreeCheck
from indelible.ledger.findings import Finding, Findings, Report
from indelible.ledger.ports import LogNumber

__all__ = ["Finding", "Report", "check"]

_MAX_GAP = 1_000_000
_SAVE_SECONDS = 5.0
_MOST_STRAY = 100
_EXPECTED = 16  # logs that may be looked at before it is their turn

Progress = Callable[[int, int], None]


class _Settled(NamedTuple):
    """A place to go on from: within a log, or between two of them."""

    halfway: Halfway | None


_Place = Callable[[], _Settled | None]


async def check(
    archive: Archive,
    trusted: Collection[bytes] = (),
    *,
    witnesses: Collection[VerifierKey] = (),
    progress: Progress = lambda *_: None,
    crew: Crew | None = None,
    state: StateKeeper | None = None,
) -> Report:
    """Recompute every log and report what does not hold.

    Args:
        archive: where the logs are.
        trusted: 32-byte Ed25519 public keys, known from elsewhere, whose signatures alone count,
            and those of keys that they lead to. Empty believes the archive about who signs.
        witnesses: keys of witnesses whose cosignatures are looked at.
        progress: told how many entries of how many have been checked.
        crew: looks at the entries, in other processes maybe; this one, if nobody is given.
        state: keeps how far it is; a check that was interrupted goes on from there. Logs that were
            done then are not looked at again.

    Raises:
        Unavailable: the storage can't be reached.
    """
    kept = state or Forgetful()
    async with archive.snapshot() as snapshot:
        run = _Run(snapshot, trusted, witnesses, progress, kept)
        try:
            report = await run.all(crew or Alone(snapshot))
        except BaseException:  # whatever ended it: what is done is done
            run.keep()
            raise
    kept.clear()
    return report


class _Run:
    """One check."""

    def __init__(
        self,
        snapshot: Snapshot,
        trusted: Collection[bytes],
        witnesses: Collection[VerifierKey],
        progress: Progress,
        state: StateKeeper,
    ) -> None:
        self._snapshot = snapshot
        self._trusted = sorted(trusted)
        self._witnesses = witnesses
        self._progress = progress
        self._state = state
        self._saved = monotonic()
        found = state.load()
        if found is None or found.trusted != self._trusted:
            found = Progressed(trusted=self._trusted, report=Report(), done=[])
        self._done = found
        self._place: _Place | None = None
        self._last: dict[LogNumber, int | None] = {}  # seq of each log, of those that come next

    async def all(self, crew: Crew) -> Report:
        """Check everything."""
        report, snapshot = self._done.report, self._snapshot
        logs = await snapshot.logs()
        base = _base(logs)
        fresh = not self._done.done and self._done.halfway is None
        keys_report = report if fresh else Report()  # what it finds was found
        keys = keys_that_count(await snapshot.keys(), self._trusted, base, keys_report)
        self._total = sum(log.size or 0 for log in logs)
        self._progress(report.entries, self._total)
        async with crew.at(snapshot):
            left = [log for log in logs if log.origin not in self._done.done]
            for place, log in enumerate(left):
                await self._expect(left[place : place + _EXPECTED], crew)
                await self._log(log, keys, crew)
        self.keep()
        self._place = None
        await check_root(snapshot, f"{base}/root", logs, keys, self._witnesses, report)
        for number in await snapshot.strays():
            findings = Findings(f"log number {number}", report)
            findings.add("entries stand under it, and there is no such log")
            findings.close()
        return report

    async def _expect(self, logs: Sequence[StoredLog], crew: Crew) -> None:
        """Have *crew* know the first of *logs*, and those behind it."""
        for log in logs:
            if log.number not in self._last:
                last = self._last[log.number] = await self._snapshot.last(log.number)
                if last is not None:
                    crew.expect(log, _ranges(self._start(log), last))

    def _start(self, log: StoredLog) -> int:
        """Return where to begin with *log*: an interrupted check goes on."""
        halfway = self._done.halfway
        return halfway.grown.size if halfway is not None and halfway.origin == log.origin else 0

    async def _log(self, log: StoredLog, keys: Collection[bytes], crew: Crew) -> None:
        report, halfway = self._done.report, self._done.halfway
        if halfway is not None and halfway.origin != log.origin:
            halfway = None
        findings = Findings(log.origin, report, halfway.findings if halfway else ())
        tree = TreeCheck(
            self._snapshot, log, keys, findings, report, halfway.grown if halfway else None
        )
        rows = RowMerge(log, findings, halfway.seen if halfway else None)
        if log.origin.rpartition("/")[2] != (log.tenant or "platform"):
            findings.add("another tenant than the one in its name is said to see it")
        await self._negative(log, findings)
        async for window in self._windows(log, tree, findings, crew):
            self._place = None  # until all of the window is taken in
            rows.add(window)
            for place in window.missing:
                findings.add("entries are missing", window.start + place)
            if window.missing:
                await tree.grow(window.hashes())
            else:
                await tree.grow_whole(window.levels)
            report.entries += window.rows
            report.purged += window.purged
            self._progress(report.entries, self._total)
            self._reached(partial(_within, log, tree, rows, findings))
        self._place = None
        await tree.close()
        rows.close()
        # The time of a purged entry is not under the tree; then the head alone has the last one.
        last_time = rows.seen.last_time
        whole = tree.size and tree.size == log.size and rows.seen.last_purged < tree.size - 1
        if whole and log.time != last_time:
            findings.add("the time in the head is not that of the last entry")
        findings.close()
        report.logs += 1
        self._done.done.append(log.origin)
        self._reached(_between)

    async def _negative(self, log: StoredLog, findings: Findings) -> None:
        at = -(1 << 62)  # nothing keeps a hand with enough rights from writing such a seq
        for _ in range(_MOST_STRAY):
            seq = await self._snapshot.seqs(log.number, at)
            if seq is None or seq >= 0:
                return
            findings.add("no entry has such a seq", seq)
            at = seq + 1

    async def _windows(
        self, log: StoredLog, tree: TreeCheck, findings: Findings, crew: Crew
    ) -> AsyncIterator[Window]:
        """Yield the windows that have any rows, and what is missing between them."""
        last = self._last[log.number]
        start = tree.size
        while last is not None and start <= last:
            async for window in crew.windows(log, _ranges(start, last)):
                if window.rows == 0:
                    break
                yield window
                start = window.stop
            else:
                return
            following = await self._snapshot.seqs(log.number, start)
            if following is None:
                return
            self._place = None
            beyond = following - following % WINDOW
            if beyond - start > _MAX_GAP:
                # Whoever can write any seq must not be able to keep the check busy for years.
                findings.add("entries are missing", start, beyond - 1)
                findings.add("the tree is not checked behind a gap of this size", beyond)
                return
            for at in range(start, beyond, WINDOW):
                findings.add("entries are missing", at, at + WINDOW - 1)
                await tree.grow([None] * WINDOW)
            start = beyond

    def _reached(self, place: _Place) -> None:
        self._place = place
        if monotonic() - self._saved >= _SAVE_SECONDS:
            self.keep()

    def keep(self) -> None:
        """Have it kept how far this is, unless something is not settled yet."""
        found = self._place() if self._place is not None else None
        if found is not None:
            self._done.halfway = found.halfway
            self._state.save(self._done)
            self._saved = monotonic()


def _between() -> _Settled:
    return _Settled(None)


def _within(log: StoredLog, tree: TreeCheck, rows: RowMerge, findings: Findings) -> _Settled | None:
    grown = tree.grown()
    if grown is None or grown.size % WINDOW:
        return None  # it goes on from the last place at which all was settled
    return _Settled(Halfway(origin=log.origin, grown=grown, seen=rows.seen, findings=findings.kept))


def _ranges(start: int, last: int) -> Iterator[range]:
    """Yield the windows from *start* to *last*; whole tiles but for the end."""
    return (range(at, min(at + WINDOW, last + 1)) for at in range(start, last + 1, WINDOW))


def _base(logs: Sequence[StoredLog]) -> str:
    """Return what the origins of all logs start with, by the most of them."""
    bases = Counter(log.origin.rpartition("/logs/")[0] for log in logs)
    return bases.most_common(1)[0][0] if bases else ""

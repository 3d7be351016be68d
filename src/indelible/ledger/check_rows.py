"""Whether what is stored beside entries says what they say, and whether what is gone may be gone.

Columns and disclosures are what people search and read, and the tree does not cover them: each is
compared with the entry bytes, or with the digest in them (:mod:`.check_window`). Here the windows
of a log are put together. Disclosures may be gone as far as entries about erasures say so, and
bytes as far as an entry about a purge does: those entries are under the tree.
"""

from __future__ import annotations

import msgspec

from indelible.ledger.archive import StoredLog
from indelible.ledger.check_found import Fault, Window
from indelible.ledger.erase import Erased
from indelible.ledger.findings import MAX_FINDINGS, Findings

_KINDS = ("person", "client", "resource")


class Seen(msgspec.Struct, kw_only=True):
    """What the windows so far came to; can be kept, and gone on from.

    Attributes:
        last_time: of the last entry that could be read, microseconds since 1970.
        gone: erased mentions that entries refer to, by kind.
        said_erased: how many of each kind entries say were erased.
        said_purged: how many entries the widest purge took, as an entry about it says.
    """

    last_time: int = 0
    faults: dict[str, Fault] = {}
    gone: list[set[int]] = []
    details_gone: int = 0
    last_gone: int = -1
    said_erased: list[int] = msgspec.field(default_factory=lambda: [0, 0, 0, 0])
    last_erasure: int = -1
    purged: int = 0
    last_purged: int = -1
    said_purged: int = 0


class RowMerge:
    """Puts together what the windows of one log found, in the order of the log."""

    def __init__(self, log: StoredLog, findings: Findings, seen: Seen | None = None) -> None:
        """Take the log, where to report, and what an interrupted check had seen."""
        self._log = log
        self._findings = findings
        self.seen = seen or Seen(gone=[set() for _ in _KINDS])

    def add(self, window: Window) -> None:
        """Take in the next window."""
        seen = self.seen
        for what, seq in window.findings:
            self._findings.add(what, seq)
        if window.first_time is not None and window.last_time is None:
            window.last_time = window.first_time
        if window.first_time is not None and window.first_time < seen.last_time:
            self._findings.add("its time is before that of the entry in front of it", window.start)
        if window.last_time is not None:
            seen.last_time = window.last_time
        for fault in window.faults:
            known = seen.faults.get(f"{fault.kind}.{fault.row}")
            if known is not None:
                known.last = fault.last
                known.count += fault.count
            elif len(seen.faults) < MAX_FINDINGS:
                seen.faults[f"{fault.kind}.{fault.row}"] = fault
        for kept, gone in zip(seen.gone, window.gone, strict=True):
            kept.update(gone)
        seen.details_gone += window.details_gone
        seen.last_gone = max(seen.last_gone, window.last_gone)
        said = msgspec.structs.astuple(window.said_erased)
        seen.said_erased = [sum(pair) for pair in zip(seen.said_erased, said, strict=True)]
        seen.last_erasure = max(seen.last_erasure, window.last_erasure)
        seen.purged += window.purged
        seen.last_purged = max(seen.last_purged, window.last_purged)
        seen.said_purged = max(seen.said_purged, window.said_purged)

    def close(self) -> None:
        """Report what was found about mentions, and what is gone without a word."""
        for fault in self.seen.faults.values():
            shared = f" ({fault.count:,} entries share it)" if fault.count > 1 else ""
            last = fault.first if fault.count == 1 else fault.last
            self._findings.add(f"{fault.what}{shared}", fault.first, last, one_of=True)
        self._close_erased()
        self._close_purged()

    def _close_erased(self) -> None:
        seen = self.seen
        gone = [len(rows) for rows in seen.gone] + [seen.details_gone]
        for name, missing, said in zip(
            Erased.__struct_fields__, gone, seen.said_erased, strict=True
        ):
            if missing > said:
                self._findings.add(
                    f"{missing:,} disclosures of {name} are gone, and the entries about erasures "
                    f"account for {said:,}"
                )
        if seen.last_gone > seen.last_erasure >= 0:
            self._findings.add(
                "something of it is gone, and no later entry says that it was erased",
                seen.last_gone,
            )

    def _close_purged(self) -> None:
        seen, said = self.seen, self.seen.said_purged
        if seen.last_purged >= said:
            self._findings.add(
                "the bytes are gone, and no entry says that they were purged",
                said,
                seen.last_purged,
            )
        elif seen.purged != seen.last_purged + 1:
            self._findings.add("some entries are purged, and others in front of them are not")
        if self._log.purged is not None and self._log.purged != seen.purged:
            self._findings.add(
                f"the head says that {self._log.purged:,} entries are purged; {seen.purged:,} are"
            )

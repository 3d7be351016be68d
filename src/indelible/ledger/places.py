"""Which entries an archive names: what its proof is made for."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence

from indelible.core.evidence_file import HINT_SIZE
from indelible.core.merkle import leaf_hash
from indelible.ledger.exported_row import ExportedRow
from indelible.ledger.ports import LogNumber

Noted = Sequence[tuple[LogNumber, bytes, bytes]]
"""Log, seqs and hints of entries: machine integers of 8 bytes, descending, and 4 bytes each."""


class Places:
    """What went by, log by log: twelve bytes an entry.

    Attributes:
        by_log: the seqs of each log, descending.
        hints: the beginning of each of their leaf hashes.
    """

    def __init__(self) -> None:
        """Know of none."""
        self.by_log: dict[LogNumber, array[int]] = {}
        self.hints: dict[LogNumber, bytearray] = {}

    def add(self, noted: Noted) -> None:
        """Take what was noted of the entries that come next."""
        for log, seqs, hints in noted:
            self.by_log.setdefault(log, array("q")).frombytes(seqs)
            self.hints.setdefault(log, bytearray()).extend(hints)

    def of(self, log: LogNumber) -> array[int]:
        """Return the seqs of a log, descending."""
        return self.by_log.get(log) or array("q")


class Notes:
    """Notes the places of entries as they go by."""

    def __init__(self) -> None:
        """Begin with none."""
        self._notes: defaultdict[LogNumber, tuple[array[int], list[bytes]]] = defaultdict(
            lambda: (array("q"), [])
        )

    def add(self, entries: Iterable[ExportedRow]) -> None:
        """Note the places of *entries*."""
        notes = self._notes
        for stored in entries:
            seqs, hints = notes[stored.log]
            seqs.append(stored.seq)
            hints.append(leaf_hash(stored.public)[:HINT_SIZE])

    def take(self) -> Noted:
        """Return what was noted, log by log, and begin again."""
        noted = [
            (log, seqs.tobytes(), b"".join(hints)) for log, (seqs, hints) in self._notes.items()
        ]
        self._notes.clear()
        return noted

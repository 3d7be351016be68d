"""Which entries an archive names: what its proof is made for."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter

from indelible.core.evidence_file import HINT_SIZE
from indelible.core.merkle import leaf_hash
from indelible.ledger.exported_row import ExportedRow
from indelible.ledger.ports import LogNumber

Noted = Sequence[tuple[LogNumber, bytes, bytes]]
"""Log, seqs and hints of neighbouring entries: machine integers of 8 bytes, and 4 bytes each."""

_log = attrgetter("log")


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


def noted(entries: Iterable[ExportedRow]) -> Noted:
    """Note the places of *entries*."""
    notes = []
    for log, neighbours in groupby(entries, _log):
        together = list(neighbours)
        seqs = array("q", [stored.seq for stored in together])
        hints = b"".join([leaf_hash(stored.public)[:HINT_SIZE] for stored in together])
        notes.append((log, seqs.tobytes(), hints))
    return notes

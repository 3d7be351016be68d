"""The files of an export that are about rows, from one reading of the log.

An archive holds one file behind the other, and the rows are read once: while one file is on its
way, the other one waits in a spool. Where that is full, the rest of the rows is read again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator

from indelible.export.activity_table import HEADING_LINE
from indelible.export.deflate import Piece, deflated
from indelible.export.spool import Spool
from indelible.ledger.export_parts import Part, Wanted
from indelible.ledger.places import Places
from indelible.ledger.search import Snapshot

# While somebody waits for a commit: niceness alone does not keep an export from slowing it, for the
# database reads at the priority of all, and two processors that share a core are not two. A part is
# taken only so often, whoever makes it: all of them together get a sixth of one processor.
_REST, _LONGEST_REST = 6.0, 1.0  # times as long as a part took; seconds


class ExportFiles:
    """Contents of files, in the order in which they have to be asked for; each step blocks."""

    def __init__(
        self, snapshot: Snapshot, spool: Spool, held_up: Callable[[], bool] = lambda: False
    ) -> None:
        """Take where the rows are, where the table waits, and what tells when to go slower."""
        self._snapshot = snapshot
        self._spool = spool
        self._held_up = held_up
        self._behind = ""  # the mark of the last row in the spool
        self._ended = False

    def entries(self, places: Places) -> Iterator[Piece]:
        """Yield what proves the rows, and note their places."""
        behind = ""
        for part in self._parts((Wanted.ENTRIES, Wanted.TABLE)):
            places.add(part.noted)
            self._wait(part.pieces[Wanted.TABLE], part.resume)
            yield part.pieces[Wanted.ENTRIES]
            if part.resume is not None and self._spool.full:
                behind = part.resume
                break
        else:
            self._ended = not self._spool.full
            return
        for part in self._parts((Wanted.ENTRIES,), behind):
            places.add(part.noted)
            yield part.pieces[Wanted.ENTRIES]

    def left_out(self, places: Places) -> Iterator[Piece]:
        """Yield the public parts of what does not pass, and note their places."""
        for part in self._parts((Wanted.LEFT_OUT,)):
            places.add(part.noted)
            yield part.pieces[Wanted.LEFT_OUT]

    def table(self) -> Iterator[Piece]:
        """Yield the table."""
        yield from deflated([HEADING_LINE])
        yield from self._spool.pieces()
        if not self._ended:
            for part in self._parts((Wanted.TABLE,), self._behind):
                yield part.pieces[Wanted.TABLE]

    def _parts(self, wanted: Collection[Wanted], behind: str = "") -> Iterator[Part]:
        for part in self._snapshot.parts(wanted, behind):
            if self._held_up():
                time.sleep(min(_REST * part.seconds, _LONGEST_REST))
            yield part

    def _wait(self, piece: Piece, resume: str | None) -> None:
        self._spool.add(piece)
        if resume is not None and not self._spool.full:
            self._spool.keep()
            self._behind = resume

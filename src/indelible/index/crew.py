"""Who reads and renders exports: a bounded number of processes, or the thread that waits for them.

Rows are read in turns, newest first, and rendered side by side: as soon as one has read its rows,
the next one knows where to go on.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Collection, Iterator

from indelible.index.part_process import PartProcess
from indelible.index.part_reader import Job, PartReader
from indelible.ledger.export_parts import Part, Wanted

FEW = 8_000
_MOST = 4


class Crew:
    """Hands out the processes of this one.

    The first export gets as many as there are processors, further ones what is left of them and
    at least one: how many there are at most follows from how many exports are let out at once.

    Attributes:
        few: rows for which no process is worth starting.
    """

    def __init__(self, count: int | None = None, *, few: int = FEW) -> None:
        """Take how many processes one export is worth, and for how many rows none is."""
        self.few = few
        self._free = min(os.cpu_count() or 1, _MOST) if count is None else count
        self._lock = threading.Lock()

    def hire(self) -> int:
        """Return how many processes an export gets; give them back."""
        with self._lock:
            count = max(1, self._free)
            self._free -= count
        return count

    def give_back(self, count: int) -> None:
        """Take back what was handed out."""
        with self._lock:
            self._free += count


class Hands:
    """Those who read and render one export. They start when parts are asked for."""

    def __init__(self, job: Job, crew: Crew) -> None:
        """Take what is to be read, and who does it."""
        self._job = job
        self._crew = crew
        self._hired = 0
        self._hands: list[PartProcess | PartReader] = []

    def parts(self, wanted: Collection[Wanted], behind: str, rows: int) -> Iterator[Part]:
        """Yield parts in order, from behind a mark on; each step blocks.

        Args:
            wanted: the files.
            behind: the mark.
            rows: about how many rows that is.

        Raises:
            Unavailable: the database went away.
        """
        self._start(rows)
        busy = deque[PartProcess | PartReader]()
        mark: str | None = behind
        try:
            for hand in self._hands:
                if mark is not None:
                    busy.append(hand)
                    mark = hand.read(wanted, mark)
            while busy:
                for part in busy[0].parts():
                    # Whoever is done goes on before anybody waits for the client to take it.
                    if part.resume is not None:
                        hand = busy.popleft()
                        if mark is not None:
                            busy.append(hand)
                            mark = hand.read(wanted, mark)
                    yield part
        finally:
            self._hands = [hand for hand in self._hands if hand not in busy]
            for hand in busy:  # nobody waits for what they are at
                hand.close()

    def close(self) -> None:
        """Let them go, whatever they do."""
        while self._hands:
            self._hands.pop().close()
        self._crew.give_back(self._hired)
        self._hired = 0

    def _start(self, rows: int) -> None:
        if rows >= self._crew.few and not self._hired:
            self.close()
            self._hired = self._crew.hire()
        while len(self._hands) < self._hired:
            self._hands.append(PartProcess(self._job))
        if not self._hands:
            self._hands.append(PartReader(self._job))

"""The table of an archive, cell by cell against what its entries and disclosures say.

Both are in the same order. Where they part, rows are matched by the entry that they name: a row
that was changed is told from one that is missing, put in or moved, and the comparison goes on.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

from indelible.errors import MalformedProof
from indelible.export.activity_table import HEADING_LINE, HEADINGS
from indelible.verify.report import Findings
from indelible.verify.stream import Stream

_LONGEST_ROW = 12 * 1024 * 1024  # details are 4 MiB at most, and quotes are doubled
_AHEAD = 64  # rows that are looked through for the one that a row names
_SHOWN = 60

_CELL = re.compile(r'(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r\n|\n|\Z)')

_ID, _LOG, _SEQ = (HEADINGS.index(name) for name in ("Entry id", "Log", "Seq"))


class Expected(NamedTuple):
    """A row as it has to be, and the entry that it is of; *line* is None where that is unknown."""

    line: bytes | None
    id: str
    log: str
    seq: int

    @property
    def place(self) -> str:
        """``<log>#<seq>``."""
        return f"{self.log}#{self.seq}"

    def is_named_by(self, cells: Sequence[str]) -> bool:
        """Tell whether *cells* are of the same entry: by its id, or by its place."""
        if not self.id:
            return True
        if len(cells) != len(HEADINGS):
            return False
        return cells[_ID] == self.id or (cells[_LOG] == self.log and cells[_SEQ] == str(self.seq))


ANYTHING = Expected(None, "", "", 0)
"""Stands for the row of an entry that can't be read."""


class _Record(NamedTuple):
    """A row as it stands in the table; no cells if it has none that can be read."""

    number: int
    line: bytes
    cells: Sequence[str]


class Table:
    """Compares a table with the rows that are expected, one after another."""

    def __init__(self, name: str, stream: Stream, findings: Findings) -> None:
        """Take the table, and where to tell what differs."""
        self._name = name
        self._stream = stream
        self._findings = findings
        self._ahead: deque[Expected] = deque()
        self._held: deque[_Record] = deque()  # rows that wait for their entry to come
        self._taken = 1
        self._ended = False
        if not stream.take_if(HEADING_LINE):
            self._taken = 0
            self._tell("the headings are not those of an activity log", 1)
            self._peek()
            self._held.clear()

    def expect(self, row: Expected) -> None:
        """Compare the next row with *row*."""
        waiting = self._ahead or self._held or row.line is None
        if not waiting and self._stream.take_if(row.line or b""):
            self._taken += 1
            return
        self._ahead.append(row)
        self._match(_AHEAD)

    def finish(self) -> None:
        """Compare what is left: nothing may be."""
        self._match(1)
        while (record := self._peek()) is not None:
            self._held.popleft()
            self._tell("behind the last entry there is one more row", record.number)

    def _match(self, patience: int) -> None:
        """Match rows with what is expected, as long as *patience* of that waits."""
        while self._ahead:
            record = self._peek()
            if record is None:
                self._miss(len(self._ahead), self._taken + 1)
                return
            found = self._place_of(record)
            if found is None and len(self._ahead) < patience:
                return
            self._held.popleft()
            if found is None or (found and self._follows(self._ahead[0])):
                self._tell(
                    "it is of no entry that could stand here: put in, moved, or changed in "
                    "Log, Seq or Entry id",
                    record.number,
                )
                continue
            self._miss(found, record.number)
            self._compare(self._ahead.popleft(), record)

    def _place_of(self, record: _Record) -> int | None:
        places = (at for at, row in enumerate(self._ahead) if row.is_named_by(record.cells))
        return next(places, None)

    def _follows(self, row: Expected) -> bool:
        """Tell whether the row that comes next is the one that is expected."""
        record = self._peek()
        return record is not None and row.is_named_by(record.cells)

    def _miss(self, count: int, number: int) -> None:
        for _ in range(count):
            place = self._ahead.popleft().place
            self._tell("its row is missing from the table", number, place)

    def _compare(self, expected: Expected, record: _Record) -> None:
        if expected.line is None:
            return
        wanted = _cells(expected.line)
        differing = [
            f"{name} is {_short(cell)}, and the entry says {_short(right)}"
            for name, cell, right in zip(HEADINGS, record.cells, wanted, strict=True)
            if cell != right
        ]
        if differing:
            self._tell("; ".join(differing), record.number, expected.place)
        elif record.line != expected.line:
            what = "its cells are right, and quoted in another way than when it was exported"
            self._tell(what, record.number, expected.place)

    def _peek(self) -> _Record | None:
        """Return the next row and leave it; None at the end."""
        if not self._held and not self._ended:
            try:
                line = _record(self._stream)
            except MalformedProof as error:
                self._tell(f"{error}; what stands behind it was not compared", self._taken + 1)
                line = None
            self._ended = line is None
            if line is not None:
                self._taken += 1
                self._held.append(_Record(self._taken, line, _cells(line)))
        return self._held[0] if self._held else None

    def _tell(self, what: str, row: int, entry: str | None = None) -> None:
        self._findings.add(what, member=self._name, row=row, entry=entry)


def _record(stream: Stream) -> bytes | None:
    """Take a row, its end included: up to the end of a line that is outside of quotes."""
    start, quoted = 0, False
    while True:
        end = stream.find(b'"' if quoted else b"\n", start, _LONGEST_ROW)
        if end < 0:
            rest = stream.rest(_LONGEST_ROW)
            return stream.take(len(rest)) if rest else None
        odd = stream.count(b'"', start, end) % 2 == 1
        start = end + 1
        if not quoted and not odd:
            return stream.take(start)
        quoted = not quoted


def _cells(line: bytes) -> list[str]:
    """Return the cells of a row (RFC 4180), none if it is not one."""
    try:
        text = line.decode()
    except UnicodeDecodeError:
        return []
    cells: list[str] = []
    at = 0
    while match := _CELL.match(text, at):
        quoted, plain, end = match.groups()
        cells.append(plain if quoted is None else quoted.replace('""', '"'))
        at = match.end()
        if end != ",":
            return cells if at == len(text) else []
    return []


def _short(cell: str) -> str:
    text = repr(cell)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"

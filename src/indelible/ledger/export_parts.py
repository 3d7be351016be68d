"""An export in parts: some of its rows, rendered and deflated, wherever that happened.

What is in a part follows from its rows alone, so parts can be made in other processes, several at
a time, and put together in order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from enum import StrEnum

import msgspec

from indelible.export import activity_table
from indelible.export.deflate import Deflater, Piece
from indelible.ledger import export_proofs
from indelible.ledger.exported_row import ExportedRow
from indelible.ledger.places import Noted, Notes

_ENOUGH = 4 * 1024 * 1024  # text of one file in a part
_ROWS = 250  # rendered at once


class Wanted(StrEnum):
    """What rows are rendered as."""

    TABLE = "table"
    ENTRIES = "entries"
    LEFT_OUT = "left_out"


class Part(msgspec.Struct, frozen=True, array_like=True):
    """Some rows of an export.

    Attributes:
        pieces: of each file that was wanted.
        noted: the places of the rows.
        resume: where to go on behind them; None where one can't, because more follows.
        seconds: how long reading and rendering it took.
    """

    pieces: dict[Wanted, Piece]
    noted: Noted
    resume: str | None
    seconds: float = 0.0


class PartRenderer:
    """Renders parts; remembers what repeats from row to row."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        lines = activity_table.renderer()
        self._renderers = {
            Wanted.TABLE: lambda rows: lines(rows).encode(),
            Wanted.ENTRIES: export_proofs.lines,
            Wanted.LEFT_OUT: export_proofs.public_lines,
        }

    def parts(
        self, rows: Iterable[ExportedRow], wanted: Collection[Wanted], resume: str
    ) -> Iterator[Part]:
        """Yield *rows* in parts, the last one with *resume*; in constant memory."""
        deflaters = {each: Deflater() for each in wanted}
        notes = Notes()
        for some in _batches(rows):
            for each, deflater in deflaters.items():
                deflater.write(self._renderers[each](some))
            notes.add(some)
            if max(deflater.size for deflater in deflaters.values()) >= _ENOUGH:
                yield Part(_pieces(deflaters), notes.take(), None)
        yield Part(_pieces(deflaters), notes.take(), resume)


def _pieces(deflaters: dict[Wanted, Deflater]) -> dict[Wanted, Piece]:
    return {each: deflater.take() for each, deflater in deflaters.items()}


def _batches(rows: Iterable[ExportedRow]) -> Iterator[list[ExportedRow]]:
    """Yield *rows* in batches of so many, or of so much text."""
    batch: list[ExportedRow] = []
    size = 0
    for stored in rows:
        batch.append(stored)
        size += len(stored.public) + len(stored.details or b"")
        if len(batch) >= _ROWS or size >= _ENOUGH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch

"""What a monitor raises its voice about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class AlarmKind(StrEnum):
    """The ways in which a log is not what it was or claims to be."""

    FORK = "fork"
    """Two signed checkpoints that can't belong to one history."""
    REWRITE = "rewrite"
    """Entries that were mirrored before are different ones now."""
    ROLL_BACK = "roll_back"
    """The log is shorter than it was: what was added since is gone."""
    GAP = "gap"
    """Entries that a signed checkpoint counts are not served."""
    ALTERED = "altered"
    """What is served is not what the signed checkpoint is over."""
    MISPLACED = "misplaced"
    """An entry names another log or place, or its time runs backwards."""
    SIGNATURE = "signature"
    """The checkpoint is not signed by the log's key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Something that an honest log does not do.

    Attributes:
        what: in words for a person.
        seq: the first entry that it is about, None where it is about the log.
        notes: signed checkpoints that prove it, to be kept and shown to others.
    """

    kind: AlarmKind
    what: str
    seq: int | None = None
    notes: Sequence[str] = ()

    def __str__(self) -> str:
        place = "" if self.seq is None else f"entry {self.seq}: "
        return f"{self.kind.replace('_', ' ').upper()}: {place}{self.what}"


class Alarmed(Exception):
    """Ends a round at its first alarm; never leaves the package."""

    def __init__(self, alarm: Alarm) -> None:
        """Take the alarm."""
        super().__init__(str(alarm))
        self.alarm = alarm

"""What a verification comes to: what does not hold, what is proved, by whose word, what is not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

SHOWN = 100
"""Findings that are kept; the others are counted."""


class Finding(NamedTuple):
    """Something that does not hold.

    Attributes:
        what: the reason, in words. May hold what a stranger wrote: print it with care.
        member: file in the archive.
        row: row of the table, as a spreadsheet counts: the headings are row 1.
        entry: ``<log>#<seq>``, where that is known.
    """

    what: str
    member: str | None = None
    row: int | None = None
    entry: str | None = None


class Findings:
    """Takes findings, and keeps the first ones."""

    def __init__(self) -> None:
        """Start with none."""
        self.kept: list[Finding] = []
        self.count = 0

    def add(
        self,
        what: str,
        *,
        member: str | None = None,
        row: int | None = None,
        entry: str | None = None,
    ) -> None:
        """Take one."""
        self.count += 1
        if len(self.kept) < SHOWN:
            self.kept.append(Finding(what, member, row, entry))


class Cosigner(NamedTuple):
    """A witness that cosigned; *pinned* if the caller named its key. Unix seconds."""

    name: str
    time: int
    pinned: bool


class Stamped(NamedTuple):
    """A time-stamp that holds; RFC 3339."""

    authority: str
    time: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogReport:
    """A log, and who vouches for it.

    Attributes:
        origin: its name.
        size: entries under its checkpoint.
        root_hash: of the tree over them, lower-case hex.
        proved: how many of its entries the file proves.
        first: for a stretch: its first seq; *end* is the seq behind its last.
        purged: how many of its first entries the file says were purged.
        keys: verifier keys that signed the checkpoint.
        pinned: whether the caller's pins vouch for one of them.
        root_index: place of the checkpoint in the root log, of *root_size* checkpoints.
    """

    origin: str
    size: int
    root_hash: str
    proved: int
    keys: tuple[str, ...]
    pinned: bool
    first: int | None = None
    end: int | None = None
    purged: int = 0
    root_index: int | None = None
    root_size: int | None = None
    cosigners: tuple[Cosigner, ...] = ()
    stamps: tuple[Stamped, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All of it.

    Attributes:
        kind: ``archive``, ``entry`` or ``proof``.
        rows: entries that were looked at.
        completeness: of an archive: ``selection``, ``range`` or ``filtered``.
        filter: of an archive, as it says itself.
        proved: sentences.
        unproved: sentences.
    """

    kind: str
    findings: tuple[Finding, ...]
    found: int
    rows: int
    logs: tuple[LogReport, ...]
    completeness: str | None = None
    filter: dict[str, str] = field(default_factory=dict)
    proved: tuple[str, ...] = ()
    unproved: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing contradicts what the file claims."""
        return self.found == 0

    @property
    def pinned(self) -> bool:
        """Whether keys that the caller named vouch for all of it, and there is something."""
        return self.holds and bool(self.logs) and all(log.pinned for log in self.logs)

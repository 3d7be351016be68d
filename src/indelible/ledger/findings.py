"""What a check finds: which log, which entries, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

MAX_FINDINGS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that does not hold.

    Attributes:
        log: origin of the log.
        first: seq of the first entry it is about, None where it is about the whole log.
        last: seq of the last one.
        one_of: it is about an entry among them, and which one can't be told.
    """

    log: str
    first: int | None
    last: int | None
    what: str
    one_of: bool = False

    def __str__(self) -> str:
        # A name that somebody wrote into the database may hold a terminal's control characters.
        log = self.log if self.log.isprintable() else repr(self.log)
        if self.first is None:
            return f"{log}: {self.what}"
        place = f"seq {self.first}"
        if self.last != self.first:
            place = f"{'an entry of ' if self.one_of else ''}seq {self.first} to {self.last}"
        return f"{log}: {place}: {self.what}"


@dataclass(slots=True, kw_only=True)
class Report:
    """What a check found.

    Attributes:
        purged: entries of which only the leaf hash is left, as it should be.
        root_leaves: published checkpoints that were compared with their logs.
        cosignatures: by witnesses that are known, and looked at.
        suppressed: findings beyond the first 1,000 of a log, counted and not kept.
    """

    logs: int = 0
    entries: int = 0
    checkpoints: int = 0
    tiles: int = 0
    purged: int = 0
    root_leaves: int = 0
    cosignatures: int = 0
    suppressed: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


class Findings:
    """Collects the findings about one log; the same about neighbours becomes one."""

    def __init__(self, log: str, report: Report, kept: Sequence[Finding] = ()) -> None:
        """Take the origin of the log, the report that findings go to, and earlier findings."""
        self._log = log
        self._report = report
        self.kept: list[Finding] = list(kept)
        # What was found -> place of the last finding that says it.
        self._last = {finding.what: place for place, finding in enumerate(self.kept)}

    def add(
        self, what: str, first: int | None = None, last: int | None = None, *, one_of: bool = False
    ) -> None:
        """Note that *what* does not hold, of the whole log or of entries *first* to *last*."""
        last = first if last is None else last
        finding = Finding(log=self._log, first=first, last=last, what=what, one_of=one_of)
        place = self._last.get(what)
        before = None if place is None else self.kept[place]
        if place is not None and before is not None and _adjoin(before, finding):
            self.kept[place] = Finding(log=self._log, first=before.first, last=last, what=what)
        elif len(self.kept) < MAX_FINDINGS:
            self._last[what] = len(self.kept)
            self.kept.append(finding)
        else:
            self._report.suppressed += 1

    def close(self) -> None:
        """Hand them to the report, in the order of the log."""
        self._report.findings += sorted(
            self.kept, key=lambda finding: -1 if finding.first is None else finding.first
        )


def _adjoin(before: Finding, after: Finding) -> bool:
    if before.last is None or before.one_of or after.one_of or before.what != after.what:
        return False
    return before.last + 1 == after.first

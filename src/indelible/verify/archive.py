"""An exported archive: every cell against its entry, every entry against what was signed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import NamedTuple

from indelible.core.entry import PublicPart, decode
from indelible.core.evidence_file import (
    ENTRIES,
    EVIDENCE,
    LEFT_OUT,
    ExportedEntry,
    ExportEvidence,
    LeftOutEntry,
    LogEvidence,
    reader,
)
from indelible.core.merkle import Hash, leaf_hash
from indelible.errors import MalformedProof, Tampered, Unproven
from indelible.export.activity_table import renderer
from indelible.verify.conditions import STRETCH, Conditions
from indelible.verify.container import Container
from indelible.verify.report import Findings, Report
from indelible.verify.rows import Row, RowReader
from indelible.verify.stream import Stream, lines
from indelible.verify.stretch import Stretch
from indelible.verify.table import ANYTHING, Expected, Table
from indelible.verify.trust import Trust
from indelible.verify.vouching import Brought, vouch
from indelible.verify.words import proved_by_archive, unproved_by_archive

MOST_EVIDENCE = 128 * 1024 * 1024
_LONGEST_LINE = 12 * 1024 * 1024  # details are 4 MiB at most, and escaped once more
_MOST_LOGS = 100_000

Progress = Callable[[int, int], None]


class Withheld(NamedTuple):
    """How many entries show less than they commit to, and how many conditions were not checked."""

    entries: int
    conditions: tuple[str, ...]


def verify_archive(
    container: Container, trust: Trust, progress: Progress = lambda *_: None
) -> Report:
    """Check an archive and say what it proves.

    Memory: its evidence (some hashes for each run of entries), and little more.

    Raises:
        MalformedProof: the evidence can't be read at all, so that there is nothing to check.
    """
    return _Verification(container, trust, progress).run()


class _Verification:
    def __init__(self, container: Container, trust: Trust, progress: Progress) -> None:
        self._container = container
        self._trust = trust
        self._progress = progress
        self._findings = Findings()
        self._evidence = reader(ExportEvidence)(container.read(EVIDENCE, MOST_EVIDENCE))
        self._conditions = Conditions(self._evidence.filter)
        self._stretches: dict[str, Stretch | None] = {}
        self._rows = 0
        self._withheld = 0

    def run(self) -> Report:
        self._check_claims()
        for claim in self._evidence.logs:
            self._open_log(claim)
        with ExitStack() as stack:
            table = Table(
                self._container.table,
                stack.enter_context(self._container.open(self._container.table)),
                self._findings,
            )
            self._compare(
                stack.enter_context(self._container.open(ENTRIES)),
                stack.enter_context(self._container.open(LEFT_OUT))
                if LEFT_OUT in self._container
                else None,
                table,
            )
            table.finish()
        if self._rows != self._evidence.count:
            self._findings.add(
                f"{self._evidence.count:,} rows were exported, here are {self._rows:,}",
                member=ENTRIES,
            )
        logs = tuple(
            stretch.finish(self._findings) for stretch in self._stretches.values() if stretch
        )
        evidence = self._evidence
        withheld = Withheld(self._withheld, self._conditions.unchecked)
        holds = self._findings.count == 0
        return Report(
            kind="archive",
            findings=tuple(self._findings.kept),
            found=self._findings.count,
            rows=self._rows,
            logs=logs,
            completeness=evidence.completeness,
            filter=evidence.filter,
            proved=proved_by_archive(evidence, logs, self._container.table) if holds else (),
            unproved=unproved_by_archive(evidence, logs, self._trust, *withheld),
        )

    def _check_claims(self) -> None:
        evidence, conditions = self._evidence, self._conditions
        if len(evidence.logs) > _MOST_LOGS:
            raise MalformedProof("the evidence is about too many logs")
        whole = evidence.completeness != "selection"
        flaw = None
        if any((log.first is not None) != whole for log in evidence.logs):
            flaw = "the evidence does not say of every log which stretch of it this is"
        if (evidence.completeness == "filtered") != (LEFT_OUT in self._container):
            flaw = f"{LEFT_OUT} is missing, or does not belong here"
        if evidence.completeness == "range" and not conditions.of_a_stretch:
            flaw = "a filter leaves entries out, and the archive claims that nothing is left out"
        if evidence.completeness == "filtered" and conditions.unchecked:
            flaw = f"that nothing is missing can't be checked of {conditions.unchecked[0][:40]!r}"
        if flaw is not None:
            self._findings.add(flaw, member=EVIDENCE)

    def _open_log(self, claim: LogEvidence) -> None:
        """Take what is claimed of a log; a log that nobody vouches for proves nothing."""
        evidence = self._evidence
        brought = Brought(claim.keys, evidence.rotations, evidence.witnesses)
        try:
            if claim.origin in self._stretches:
                raise Tampered("it is in the evidence twice")
            self._stretches[claim.origin] = None
            vouched = vouch(claim.checkpoint, claim.root, self._trust, brought)
            self._stretches[claim.origin] = Stretch(claim, vouched, self._conditions)
        except Unproven as error:
            self._findings.add(f"{claim.origin}: {error}", member=EVIDENCE)

    def _compare(self, entries: Stream, left_out: Stream | None, table: Table) -> None:
        """Go through the entries, newest first; what was left out comes in between."""
        render = renderer()
        others = _Others(left_out, self._take_left_out, self._findings)
        rows, read = RowReader(), reader(ExportedEntry)
        for line in _lines(entries, ENTRIES, self._findings):
            self._rows += 1
            expected, part = ANYTHING, None
            try:
                claim = read(line)
                part = decode(claim.entry)
                expected = Expected(None, part.id, part.log, part.seq)
                others.before(part.id)
                row = rows.read(part, claim)
                expected = expected._replace(line=render([row.shown]).encode())
                self._withheld += bool(row.withheld)
                self._take(row)
            except Unproven as error:
                self._findings.add(
                    str(error),
                    member=ENTRIES,
                    row=self._rows + 1,
                    entry=None if part is None else f"{part.log}#{part.seq}",
                )
            table.expect(expected)
            if self._rows % 1_000 == 0:
                self._progress(self._rows, self._evidence.count)
        others.before("")

    def _take(self, row: Row) -> None:
        """Take an exported entry.

        Raises:
            Unproven: it is not what it has to be.
        """
        self._stretch(row.part.log).exported(row.part, row.leaf)
        broken = self._conditions.broken_by(row.part)
        if broken is not None:
            raise Tampered(f"it does not match the archive's own filter, by {broken}")

    def _take_left_out(self, part: PublicPart, leaf: Hash) -> None:
        try:
            self._stretch(part.log).left_out(part, leaf)
            broken = self._conditions.broken_by(part)
            if broken is None or broken in STRETCH:
                raise Tampered("it matches the filter, and was left out of the table")
        except Unproven as error:
            self._findings.add(str(error), member=LEFT_OUT, entry=f"{part.log}#{part.seq}")

    def _stretch(self, origin: str) -> Stretch:
        stretch = self._stretches.get(origin)
        if stretch is None:
            raise Tampered(f"nothing that holds proves entries of {origin}")
        return stretch


class _Others:
    """What was left out, merged by id with what was not: ids grow along every log."""

    def __init__(
        self,
        stream: Stream | None,
        take: Callable[[PublicPart, Hash], None],
        findings: Findings,
    ) -> None:
        self._take = take
        self._findings = findings
        self._lines = iter(()) if stream is None else _lines(stream, LEFT_OUT, findings)
        self._read = reader(LeftOutEntry)
        self._next: tuple[PublicPart, Hash] | None = None

    def before(self, id_: str) -> None:
        """Give all that is newer than the entry *id_*."""
        while self._next is not None or self._advance():
            if self._next is None or self._next[0].id < id_:
                return
            part, leaf = self._next
            self._next = None
            self._take(part, leaf)

    def _advance(self) -> bool:
        """Read the next one that can be read; tell whether there was one."""
        for line in self._lines:
            try:
                entry = self._read(line).entry
                self._next = decode(entry), leaf_hash(entry)
            except Unproven as error:
                self._findings.add(str(error), member=LEFT_OUT)
                continue
            return True
        return False


def _lines(stream: Stream, member: str, findings: Findings) -> Iterator[bytes]:
    """Yield the lines of a file, as far as it can be read."""
    try:
        yield from lines(stream, _LONGEST_LINE)
    except MalformedProof as error:
        findings.add(f"{error}; what follows was not read", member=member)

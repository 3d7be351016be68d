"""One log of an archive: its entries fold into the root that was signed, and none is missing."""

from __future__ import annotations

from indelible.core.entry import PublicPart, decode
from indelible.core.evidence_file import HINT_SIZE, LogEvidence
from indelible.core.instant import parse_time
from indelible.core.merkle import Hash, leaf_hash
from indelible.core.multiproof import Regrown
from indelible.errors import MalformedProof, Tampered, Unproven
from indelible.verify.conditions import Conditions
from indelible.verify.report import Findings, LogReport
from indelible.verify.vouching import Vouched

_WINDOW = 10_000 * HINT_SIZE


class Stretch:
    """Takes the entries of one log, newest first.

    Attributes:
        proved: how many of the exported ones were taken.
    """

    def __init__(self, claim: LogEvidence, vouched: Vouched, conditions: Conditions) -> None:
        """Take what the archive claims of the log, and the checkpoint that is vouched for.

        Raises:
            MalformedProof: the claims can't belong together.
            Tampered: the entry behind the stretch is not what it has to be.
        """
        self.origin = claim.origin
        self.proved = 0
        self._claim = claim
        self._vouched = vouched
        self._conditions = conditions
        self._tree = Regrown(vouched.checkpoint.size, claim.hashes)
        self._last: tuple[int, str] | None = None
        self._hint = 0
        self._hint_missed = False
        self._broken = False
        if vouched.checkpoint.origin != claim.origin:
            raise Tampered(f"the checkpoint is of {vouched.checkpoint.origin}")
        if min(claim.count, claim.purged) < 0:
            raise MalformedProof("a number is below 0")
        if claim.first is None or claim.end is None:
            if (claim.first, claim.end, claim.before, claim.after, claim.purged) != (
                None, None, None, None, 0,
            ):  # fmt: skip
                raise MalformedProof("a selection has no bounds")
        else:
            self._open(claim.first, claim.end)

    @property
    def is_whole(self) -> bool:
        """Whether the archive claims that nothing of the stretch is missing."""
        return self._claim.first is not None

    def exported(self, part: PublicPart, leaf: Hash) -> None:
        """Take an entry that is in the table.

        Raises:
            MalformedProof: it is out of order.
            Tampered: it is not what was exported, or entries in front of it are missing.
        """
        self.proved += 1
        flaw = self._compare_hint(leaf)
        self._take(part, leaf)
        if flaw is not None:
            raise Tampered(flaw)

    def left_out(self, part: PublicPart, leaf: Hash) -> None:
        """Take an entry that the filter left out.

        Raises:
            MalformedProof: it is out of order.
            Tampered: entries in front of it are missing.
        """
        self._take(part, leaf)

    def finish(self, findings: Findings) -> LogReport:
        """Return what is proved of the log, when all its entries were taken."""
        try:
            self._close()
        except Unproven as error:
            findings.add(f"{self.origin}: {error}")
        checkpoint, rooted = self._vouched.checkpoint, self._vouched.rooted
        return LogReport(
            origin=self.origin,
            size=checkpoint.size,
            root_hash=checkpoint.root.hex(),
            proved=self.proved,
            keys=tuple(key.to_text() for key in self._vouched.keys),
            pinned=self._vouched.pinned,
            first=self._claim.first,
            end=self._claim.end,
            purged=self._claim.purged,
            root_index=rooted.place if rooted else None,
            root_size=rooted.size if rooted else None,
            cosigners=rooted.cosigners if rooted else (),
            stamps=rooted.stamps if rooted else (),
        )

    def _open(self, first: int, end: int) -> None:
        claim, size = self._claim, self._vouched.checkpoint.size
        if not 0 <= first <= end <= size:
            raise MalformedProof(f"entries {first} to {end} are no stretch of {size}")
        if claim.after is None:
            if end != size:
                raise Tampered(f"entries from #{end} on are missing, and nothing says why")
            return
        part = self._neighbour(claim.after, end)
        if self._conditions.stop is not None and parse_time(part.time) < self._conditions.stop:
            raise Tampered(f"entry #{end} is in the range of time too, and is missing")
        self._add(end, leaf_hash(claim.after))
        self._last = (end, part.time)

    def _take(self, part: PublicPart, leaf: Hash) -> None:
        """Add an entry to the tree, and see that it stands right in front of the last one."""
        last, size = self._last, self._vouched.checkpoint.size
        if part.seq >= size:
            raise Tampered(f"it is of no place in this log, whose checkpoint covers {size} entries")
        if last is not None and part.seq >= last[0]:
            raise Tampered(f"it is out of order, or twice in the archive: #{last[0]} came before")
        self._last = (part.seq, part.time)
        self._add(part.seq, leaf)
        if last is not None and part.time > last[1]:
            raise Tampered(f"it says that it was recorded after #{last[0]}, which is behind it")
        if self.is_whole:
            expected = (self._claim.end or 0) if last is None else last[0]
            if part.seq != expected - 1:
                raise Tampered(
                    f"the archive claims that nothing is missing, and #{part.seq + 1} to "
                    f"#{expected - 1} are"
                )

    def _add(self, seq: int, leaf: Hash) -> None:
        if not self._broken:
            try:
                self._tree.add(seq, leaf)
            except MalformedProof:
                self._broken = True  # told at the end: it is of no one row

    def _compare_hint(self, leaf: Hash) -> str | None:
        hints, at, hint = self._claim.hints, self._hint, leaf[:HINT_SIZE]
        self._hint += HINT_SIZE
        missed, self._hint_missed = self._hint_missed, False
        if hints[at : at + HINT_SIZE] == hint:
            return None
        if missed and hints[at - HINT_SIZE : at] == hint:
            self._hint = at  # the row before was put in: it has no hint
            return None
        further = hints.find(hint, at, at + _WINDOW)
        if further > at and (further - at) % HINT_SIZE == 0:
            self._hint = further + HINT_SIZE
            count = (further - at) // HINT_SIZE
            return f"behind the row above it, {count:,} of the exported rows are missing"
        self._hint_missed = True
        return (
            "it is not the entry that was exported here: its bytes were changed, or it was put in"
        )

    def _close(self) -> None:
        claim = self._claim
        if claim.first is not None:
            self._bound(claim.first)
        if self.proved != claim.count or len(claim.hints) != claim.count * HINT_SIZE:
            raise Tampered(
                f"{claim.count:,} of its entries were exported, here are {self.proved:,}"
            )
        if self._broken or self._tree.root() != self._vouched.checkpoint.root:
            raise Tampered(
                "its entries do not lead to the root that was signed: at least one of them, or of "
                "the hashes in evidence.json, was changed"
            )

    def _bound(self, first: int) -> None:
        claim = self._claim
        reached = self._last[0] if self._last is not None else claim.end
        if reached != first:
            raise Tampered(f"entries #{first} to #{(reached or 0) - 1} are missing")
        if claim.before is None:
            if first != claim.purged:
                raise Tampered(f"what stands in front of #{first} is missing, and nothing says why")
            return
        if claim.purged:
            raise MalformedProof("what was purged can't be in the archive")
        part = self._neighbour(claim.before, first - 1)
        start = self._conditions.start
        if start is None or parse_time(part.time) >= start:
            raise Tampered(f"entry #{first - 1} is in the range of time too, and is missing")
        if self._last is not None and part.time > self._last[1]:
            raise Tampered(f"#{first - 1} says that it was recorded after #{first}")
        self._add(first - 1, leaf_hash(claim.before))

    def _neighbour(self, data: bytes, seq: int) -> PublicPart:
        part = decode(data)
        if (part.log, part.seq) != (self.origin, seq):
            raise Tampered(f"{part.log}#{part.seq} is no neighbour of the stretch")
        return part

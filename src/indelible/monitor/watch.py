"""One round of a monitor: what is new is mirrored, and must extend what was seen before.

The tree is computed from the entries themselves: a checkpoint holds if, and only if, the entries
that were mirrored before and those that are new give the root that it signs. Where they do not,
the log's own tiles tell what happened.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from indelible.core.checkpoint import Checkpoint
from indelible.core.entry import decode
from indelible.core.key import VerifierKey
from indelible.core.merkle import CompactRange, Hash, leaf_hash
from indelible.core.note import parse_note
from indelible.core.proof import check_consistency, prove_consistency
from indelible.core.rotation import follow
from indelible.core.tile import TILE_WIDTH, Bundle, Tile, bundles_for
from indelible.errors import IndelibleError, MalformedProof, NotFound, Purged, Unproven
from indelible.monitor.alarms import Alarm, Alarmed, AlarmKind
from indelible.monitor.mirror import Mirror, State
from indelible.monitor.root_leaves import ROOT, RootLeaves, opened
from indelible.monitor.source import HttpLog

_PLATFORM = "/logs/platform"
"""How the origin of the platform log ends."""

Progress = Callable[[int, int], None]


class Round(NamedTuple):
    """What a round came to: where the log stands, and the alarm, if any was raised."""

    state: State
    new: int
    alarm: Alarm | None


def watch(
    source: HttpLog, mirror: Mirror, state: State, *, progress: Progress = lambda *_: None
) -> Round:
    """Look at the log once, and keep what held. What did not hold changes nothing that is kept.

    Args:
        source: the log.
        mirror: where it is mirrored.
        state: where the last round ended.
        progress: told how many entries of how many are mirrored.

    Raises:
        Unavailable: the log can't be reached, which proves nothing.
        NotSignedIn: the log is not shown to us.
        Misconfigured: the mirror was damaged.
    """
    try:
        new = _Round(source, mirror, state, progress).run()
    except Alarmed as alarmed:
        return Round(state, 0, alarmed.alarm)
    if new != state:
        mirror.save(new)
    return Round(new, new.size - state.size, None)


class _Round:
    def __init__(self, source: HttpLog, mirror: Mirror, state: State, progress: Progress) -> None:
        self._source = source
        self._mirror = mirror
        self._state = state
        self._progress = progress
        self._keys = [VerifierKey.parse(text) for text in state.keys]
        self._note = ""
        self._leaves = RootLeaves(state.logs, self._keys)

    def run(self) -> State:
        checkpoint = self._checkpoint()
        state = self._state
        keys = tuple(key.to_text() for key in self._keys)
        if checkpoint.size < state.size:
            self._is_shorter(checkpoint)
        if checkpoint.size == state.size:
            if state.size and checkpoint.root != state.tree.root():
                self._raise(AlarmKind.FORK, "another tree of the same size was signed before")
            return State(
                keys=keys, size=state.size, hashes=state.hashes, time=state.time,
                purged=state.purged, checkpoint=state.checkpoint or self._note, logs=state.logs,
            )  # fmt: skip
        return self._extend(checkpoint, keys)

    def _checkpoint(self) -> Checkpoint:
        """Fetch the newest checkpoint; it must be signed by a key that we trust or are led to."""
        try:
            self._note = self._source.checkpoint()
        except MalformedProof as error:
            raise self._alarm(AlarmKind.SIGNATURE, str(error)) from error
        except NotFound as error:
            if not self._state.size:
                raise
            raise self._alarm(AlarmKind.ROLL_BACK, "the log has no checkpoint any more") from error
        try:
            signers = {line.key_id for line in parse_note(self._note).signatures}
            if signers.isdisjoint(key.key_id for key in self._keys):
                self._follow()
            return opened(self._note, self._keys)
        except Unproven as error:
            raise self._alarm(AlarmKind.SIGNATURE, str(error)) from error

    def _follow(self) -> None:
        """Learn of keys that those we know have signed in."""
        origin = self._keys[0].name
        base = (
            origin.removesuffix(ROOT) if origin.endswith(ROOT) else origin.rpartition("/logs/")[0]
        )
        known = [key.public_key for key in self._keys]
        reached = follow(base, known, self._source.statements())
        self._keys += [VerifierKey(origin, key) for key in reached[len(known) :]]

    def _is_shorter(self, checkpoint: Checkpoint) -> None:
        seen = self._state.size
        if self._mirror.tree_at(checkpoint.size).root() != checkpoint.root:
            self._raise(
                AlarmKind.FORK,
                f"the log has {checkpoint.size} entries, after it had {seen}, and they are not "
                "the first ones of those",
            )
        self._raise(
            AlarmKind.ROLL_BACK,
            f"the log has gone back from {seen} entries to {checkpoint.size}; this mirror has "
            "the others",
            checkpoint.size,
        )

    def _extend(self, checkpoint: Checkpoint, keys: tuple[str, ...]) -> State:
        state, tree = self._state, self._state.tree
        time, purged = state.time, state.purged
        old = state.size // TILE_WIDTH
        for bundle in bundles_for(checkpoint.size):
            if bundle.index < old:
                continue
            known = self._known(bundle)
            try:
                entries = self._entries(bundle)
                self._mirror.keep(bundle, entries)
                leaves = [leaf_hash(data) for data in entries]
            except Purged as error:
                self._may_be_purged(bundle, error)
                entries = []
                leaves = self._hashes(bundle)
                self._mirror.keep_hashes(Tile(0, bundle.index, bundle.width), leaves)
                purged += bundle.width - len(known)
            self._same(known, leaves, bundle)
            fresh = entries[len(known) :]
            time = self._placed(fresh, bundle.index * TILE_WIDTH + len(known), time)
            tree = tree.extend(leaves[len(known) :])
            self._progress(tree.size, checkpoint.size)
        if tree.root() != checkpoint.root:
            self._explain(checkpoint, tree)
        self._mirror.drop(old, state.size % TILE_WIDTH)
        return State(
            keys=keys,
            size=tree.size,
            hashes=tree.to_bytes(),
            checkpoint=self._note,
            time=time,
            purged=purged,
            logs=self._leaves.logs,
        )

    def _known(self, bundle: Bundle) -> list[Hash]:
        """Return the leaf hashes of what was mirrored of a bundle that was partial then."""
        width = self._state.size - bundle.index * TILE_WIDTH
        return self._mirror.leaves(Bundle(bundle.index, width)) if width > 0 else []

    def _entries(self, bundle: Bundle) -> list[bytes]:
        try:
            return self._source.entries(bundle)
        except Purged:
            raise
        except (NotFound, MalformedProof) as error:
            raise self._missing(bundle, error) from error

    def _may_be_purged(self, bundle: Bundle, error: Purged) -> None:
        """Take "purged" for an answer only where it can be true.

        Retention takes the first entries of a log and none in between; of the root log and the
        platform's it takes none. Else whoever does not like an entry could say so of it alone.
        """
        origin = self._keys[0].name
        if origin.endswith((ROOT, _PLATFORM)):
            raise self._missing(bundle, error)
        if bundle.index == 0:
            return
        try:
            self._source.entries(Bundle(bundle.index - 1))
        except Purged:
            return
        except (NotFound, MalformedProof):
            pass  # neither there nor purged
        raise self._missing(bundle, error)

    def _hashes(self, bundle: Bundle) -> list[Hash]:
        try:
            return self._source.hashes(Tile(0, bundle.index, bundle.width))
        except (NotFound, MalformedProof) as error:
            raise self._missing(bundle, error) from error

    def _missing(self, bundle: Bundle, error: IndelibleError) -> Alarmed:
        first = max(bundle.index * TILE_WIDTH, self._state.size)
        what = f"a signed checkpoint counts it, and it is not served: {error}"
        return self._alarm(AlarmKind.GAP, what, first)

    def _same(self, known: list[Hash], leaves: list[Hash], bundle: Bundle) -> None:
        for place, (before, now) in enumerate(zip(known, leaves, strict=False)):
            if before != now:
                seq = bundle.index * TILE_WIDTH + place
                self._raise(AlarmKind.REWRITE, "it is another than was mirrored before", seq)

    def _placed(self, entries: list[bytes], first: int, time: str) -> str:
        """Check that entries name their log and place, in order of time; return the last time."""
        origin = self._keys[0].name
        if origin.endswith(ROOT):
            for seq, data in enumerate(entries, first):
                self._leaf(seq, data)
            return time
        for seq, data in enumerate(entries, first):
            try:
                part = decode(data)
            except Unproven as error:
                raise self._alarm(AlarmKind.MISPLACED, str(error), seq) from error
            if (part.log, part.seq) != (origin, seq):
                what = f"it says that it is entry {part.seq} of {part.log}"
                self._raise(AlarmKind.MISPLACED, what, seq)
            if part.time < time:
                self._raise(AlarmKind.MISPLACED, "it was recorded before the one before it", seq)
            time = part.time
        return time

    def _leaf(self, seq: int, data: bytes) -> None:
        try:
            fault = self._leaves.take(data)
        except Unproven as error:
            raise self._alarm(AlarmKind.MISPLACED, str(error), seq) from error
        if fault is not None:
            self._raise(*fault, seq)

    def _explain(self, checkpoint: Checkpoint, tree: CompactRange) -> None:
        """Say why entries do not give the root that was signed."""
        old, state = self._state.size, self._state
        if not old or self._is_consistent(checkpoint):
            seq = self._first_difference(range(old, checkpoint.size))
            what = "what is served is not what the signed checkpoint is over"
            self._raise(AlarmKind.ALTERED, what, seq)
        seq = self._first_difference(range(old))
        what = (
            f"the tree of {tree.size} that was signed does not begin with the tree of {old} that "
            "was signed before: history was rewritten"
        )
        raise Alarmed(
            Alarm(
                kind=AlarmKind.REWRITE,
                what=what,
                seq=seq,
                notes=(state.checkpoint, self._note),
            )
        )

    def _is_consistent(self, checkpoint: Checkpoint) -> bool:
        old = self._state.size
        try:
            proof = prove_consistency(old, checkpoint.size, self._source.reader(checkpoint.size))
            root = self._state.tree.root()
            check_consistency(old, checkpoint.size, root, checkpoint.root, proof)
        except (Unproven, NotFound):
            return False
        return True

    def _first_difference(self, seqs: range) -> int | None:
        """Return the first of *seqs* whose hash in the log's tiles is not that of the mirror."""
        for bundle in bundles_for(seqs.stop):
            first = bundle.index * TILE_WIDTH
            if first + bundle.width <= seqs.start:
                continue
            try:
                served = self._source.hashes(Tile(0, bundle.index, bundle.width))
            except (NotFound, Unproven):
                return None
            for seq, (ours, theirs) in enumerate(
                zip(self._mirror.leaves(bundle), served, strict=True), first
            ):
                if seq >= seqs.start and ours != theirs:
                    return seq
        return None

    def _alarm(self, kind: AlarmKind, what: str, seq: int | None = None) -> Alarmed:
        notes = tuple(note for note in (self._state.checkpoint, self._note) if note)
        return Alarmed(Alarm(kind=kind, what=what, seq=seq, notes=notes))

    def _raise(self, kind: AlarmKind, what: str, seq: int | None = None) -> None:
        raise self._alarm(kind, what, seq)

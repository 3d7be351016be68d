"""The restore guard: a database that went back, or apart, is not written to unnoticed.

A database can't know that it was restored from a backup: it knows nothing of what came after.
Others do. What was published stands in the data folder and with the witnesses; at the start it is
compared with the database, and where the two can't both be true nothing is recorded until an
operator has owned up to it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from indelible.core.activity import Action, Activity, Actor, Receipt, Resource
from indelible.core.merkle import Hash
from indelible.errors import Contradicted, Tampered
from indelible.ledger.ports import Effect, Recorder
from indelible.ledger.root import RootCheckpoint, RootStore
from indelible.ledger.tree import root_at

RESOURCE_TYPE = "database"


class Seen(NamedTuple):
    """What the database said once, as somebody outside of it remembers.

    Attributes:
        log: origin.
        by: who remembers, in words.
    """

    log: str
    size: int
    root: Hash
    by: str

    @property
    def claim(self) -> tuple[str, int, str]:
        """What is remembered, whoever does."""
        return self.log, self.size, self.root.hex()


class PublishedHead(NamedTuple):
    """A log beside what the root log has of it.

    Attributes:
        size: entries that the log has; *stored* is the root at the published size, None if absent.
        published: size in the newest leaf; *root* is the root hash there.
    """

    log: str
    size: int
    stored: Hash | None
    published: int
    root: Hash


class Restore(NamedTuple):
    """An operator's word that the database was restored: what it excuses."""

    at: datetime
    by: str
    reason: str
    claims: Collection[tuple[str, int, str]]


class GuardStore(Protocol):
    """What the guard asks the database."""

    async def published(self) -> Sequence[PublishedHead]:
        """Return each log that is in the root log, with the newest leaf of it."""

    async def restores(self) -> Sequence[Restore]:
        """Return the restores that were recorded, oldest first."""

    def restored(self, by: str, reason: str, claims: Collection[tuple[str, int, str]]) -> Effect:
        """Keep that the database was restored, and what that excuses."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Something that was seen and does not fit the database."""

    seen: Seen
    what: str

    def __str__(self) -> str:
        return self.what


async def contradictions(
    store: GuardStore, root: RootStore, remembered: Sequence[Seen], *, logs: bool = True
) -> Sequence[Contradiction]:
    """Return what can't be true together with the database as it stands.

    Costs the right edge of the root log for each that remembers, and a row for each log.

    Args:
        store: the heads of the logs, and the restores that an operator recorded: what those excuse
            is left out.
        root: the root log.
        remembered: checkpoints of the root log that others have seen.
        logs: compare each log with what was published of it, too.
    """
    found = [each for seen in remembered if (each := await _root(root, seen))]
    if logs:
        found += [each for head in await store.published() if (each := _log(head))]
    if not found:
        return ()
    excused = {claim for restore in await store.restores() for claim in restore.claims}
    return [each for each in found if each.seen.claim not in excused]


async def _root(root: RootStore, seen: Seen) -> Contradiction | None:
    if seen.log != root.origin:
        return Contradiction(seen, f"{seen.by} is about {seen.log}, not about {root.origin}")
    size = await root.size()
    if size < seen.size:
        what = f"{seen.by} has seen {seen.size:,} checkpoints in the root log; it has {size:,}"
        return Contradiction(seen, what)
    try:
        same = await root_at(root, seen.size) == seen.root
    except Tampered:
        same = False
    if same:
        return None
    what = f"{seen.by} has seen another root log: its first {seen.size:,} checkpoints differ"
    return Contradiction(seen, what)


def _log(head: PublishedHead) -> Contradiction | None:
    seen = Seen(head.log, head.published, head.root, "the root log")
    if head.size < head.published:
        what = f"{head.log} has {head.size:,} entries; {head.published:,} were published"
        return Contradiction(seen, what)
    if head.stored != head.root:
        what = f"{head.log} has other entries than its published checkpoint of {head.published:,}"
        return Contradiction(seen, what)
    return None


def in_words(found: Sequence[Contradiction]) -> str:
    """Say what was found, and what an operator can do."""
    said = "; ".join(map(str, found[:5])) + (f"; and {len(found) - 5} more" if found[5:] else "")
    return (
        "Nothing is recorded: this database is not the one that published what others have seen. "
        f"{said}. If it is an old copy, start the newer one. If it was restored from a backup and "
        "nothing newer is left, say so with `indelible restore record --reason ...`: that becomes "
        "an entry, and recording goes on. Nobody restored it? Then keep it as it is, and find out "
        "who changed it; `indelible check` and `indelible monitor` tell where."
    )


class Keepsake(Protocol):
    """Where the newest published checkpoint is kept, outside of the database."""

    def read(self) -> Seen | None:
        """Return what was published last; None where nothing ever was."""

    def keep(self, checkpoint: RootCheckpoint) -> None:
        """Keep the newest published checkpoint, durably and all at once."""


class Guarded:
    """A recorder that refuses to record while the database contradicts what was seen of it."""

    def __init__(self, recorder: Recorder, ready: Callable[[], Awaitable[bool]]) -> None:
        """Take the recorder, and what tells whether it could record now."""
        self._recorder = recorder
        self._ready = ready
        self._found: Sequence[Contradiction] = ()

    def refuse(self, found: Sequence[Contradiction]) -> None:
        """Record nothing from now on, because of what was found."""
        self._found = found

    async def ready(self) -> bool:
        """Return whether an activity could be recorded now."""
        return not self._found and await self._ready()

    async def record(
        self, activities: Sequence[Activity], *, source: str = "", effect: Effect | None = None
    ) -> Sequence[Receipt]:
        """Record, or raise Contradicted; see the port."""
        if self._found:
            raise Contradicted(in_words(self._found))
        return await self._recorder.record(activities, source=source, effect=effect)


class Rememberer:
    """Keeps what was published, unless it contradicts what is kept: that is not forgotten.

    So a database that is exchanged under a running service is told, too.
    """

    def __init__(
        self,
        store: GuardStore,
        root: RootStore,
        keepsake: Keepsake,
        tell: Callable[[Sequence[Contradiction]], None],
    ) -> None:
        """Take what the guard takes, where to keep it, and whom to tell of a contradiction."""
        self._store = store
        self._root = root
        self._keepsake = keepsake
        self._tell = tell

    async def follow(self, checkpoint: RootCheckpoint) -> None:
        """Keep *checkpoint*.

        Raises:
            Contradicted: what is kept can't be true together with the root log.
        """
        seen = self._keepsake.read()
        if seen is not None:
            if found := await contradictions(self._store, self._root, [seen], logs=False):
                self._tell(found)
                raise Contradicted(in_words(found))
            if (seen.size, seen.root) == (checkpoint.size, checkpoint.root):
                return
            if checkpoint.size < seen.size <= await self._root.size():
                return  # another process was faster
        self._keepsake.keep(checkpoint)


class RestoreDesk:
    """Where an operator owns up to a restore."""

    def __init__(self, *, store: GuardStore, recorder: Recorder) -> None:
        """Take the store, and a recorder that is not guarded."""
        self._store = store
        self._recorder = recorder

    async def record(self, found: Sequence[Contradiction], *, actor: Actor, reason: str) -> None:
        """Record that the database was restored, as an entry of the platform log.

        Raises:
            Unavailable: nothing was recorded.
        """
        claims = [each.seen.claim for each in found]
        activity = Activity(
            actor=actor,
            action=Action.UPDATE,
            resource=Resource(type=RESOURCE_TYPE, id="restored"),
            payload={"reason": reason, "contradictions": [str(each) for each in found]},
        )
        effect = self._store.restored(actor.name or actor.id, reason, claims)
        await self._recorder.record([activity], effect=effect)

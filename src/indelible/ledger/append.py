"""Appending: requests that come while a commit is under way share the next one.

A request waits for the batch in flight, never for a timer. Commits over different logs go side by
side (lanes); those over the same log follow each other.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import deque
from collections.abc import Callable, Sequence

from indelible.core.activity import Activity, Receipt, TenantId
from indelible.core.redaction import Redactor
from indelible.errors import Crowding, Overloaded, Unavailable
from indelible.ledger.batch import Request
from indelible.ledger.commit import Commit, Committer
from indelible.ledger.mentions import Mentioner
from indelible.ledger.ports import Effect, LedgerStore, Signer
from indelible.ledger.prepare import Prepared, Preparer
from indelible.ledger.room import Room, Taken

MAX_COMMIT = 4_096
MAX_WAITING = 32_768  # entries
MAX_WAITING_BYTES = 64 * 1024 * 1024
_AN_ENTRY = 2_048  # bytes, beside its details

Observe = Callable[[Commit], None]
TurnAway = Callable[[int], None]


class Appender:
    """The recorder that writes to the log itself; see :class:`indelible.ledger.ports.Recorder`."""

    def __init__(
        self,
        store: LedgerStore,
        signer: Signer,
        *,
        redactor: Redactor,
        lanes: int = 2,
        clock: Callable[[], int] = time.time_ns,
        random: Callable[[int], bytes] = os.urandom,
        observe: Observe = lambda _: None,
        turn_away: TurnAway = lambda _: None,
    ) -> None:
        """Join what an append needs.

        Args:
            store: where the logs are kept.
            signer: signs every checkpoint.
            redactor: takes secrets out before anything is hashed.
            lanes: how many commits may be under way at once.
            clock: nanoseconds since 1970.
            random: *n* random bytes.
            observe: told of every commit.
            turn_away: told of how many entries were not taken, because too many waited.
        """
        self._preparer = Preparer(redactor, random)
        self._committer = Committer(store, signer, Mentioner(redactor, random), clock, random)
        self._lanes = lanes
        self._observe = observe
        self._turn_away = turn_away
        self._waiting: deque[Request] = deque()
        self._room = Room(entries=MAX_WAITING, size=MAX_WAITING_BYTES)
        self._busy: set[TenantId | None] = set()
        self._under_way: set[asyncio.Task[None]] = set()
        self._closed = False
        self._store = store
        self._store_failed = False

    async def record(
        self, activities: Sequence[Activity], *, source: str = "", effect: Effect | None = None
    ) -> Sequence[Receipt]:
        """Commit all of *activities* or none, and return their receipts in order."""
        if not activities:
            return []
        if self._closed:
            raise Unavailable("The recorder takes no more entries: the service is ending.")
        request = self._admit(activities, source, effect)
        self._waiting.append(request)
        self._start_commits()
        return await request.receipts

    @property
    def waiting(self) -> int:
        """How many entries wait to be committed."""
        return self._room.entries

    @property
    def busy(self) -> bool:
        """Whether a commit is under way."""
        return bool(self._under_way)

    async def ready(self) -> bool:
        """Return whether an append is likely to succeed, for whoever wants to know beforehand.

        Asks the store only where the last commit failed: while all goes well it costs nothing.
        """
        if self._closed:
            return False
        if self._store_failed:
            try:
                async with self._store.append(()):
                    self._store_failed = False
            except Unavailable:
                return False
        return True

    async def close(self) -> None:
        """Take nothing more and wait for what was taken."""
        self._closed = True
        while self._under_way:
            await asyncio.wait(self._under_way)

    def _admit(self, activities: Sequence[Activity], source: str, effect: Effect | None) -> Request:
        """Return the request to record *activities*, which has its room in the queue."""
        try:
            # Asked before they are prepared: that is most of the work, and refusing is to be cheap.
            self._room.check(source, entries=len(activities))
            items = self._preparer.prepare(activities, source)
            room = Taken(source, len(items), sum(map(_size, items)))
            self._room.take(room)
        except (Crowding, Overloaded):
            self._turn_away(len(activities))
            raise
        return Request(items, effect, asyncio.get_running_loop().create_future(), room)

    def _start_commits(self) -> None:
        while self._waiting and len(self._under_way) < self._lanes:
            group = self._next_group()
            if not group:
                return
            logs = {tenant for request in group for tenant in request.tenants}
            self._busy |= logs
            task = asyncio.create_task(self._commit(group, logs))
            self._under_way.add(task)

    def _next_group(self) -> list[Request]:
        """Take from the queue what can go into one commit now, in order within each log."""
        group: list[Request] = []
        blocked = set(self._busy)
        left: deque[Request] = deque()
        entries = 0
        for request in self._waiting:
            full = entries >= MAX_COMMIT or bool(group and (group[0].effect or request.effect))
            if full or not blocked.isdisjoint(request.tenants):
                # What comes later for the same log must not overtake it.
                blocked |= request.tenants
                left.append(request)
                continue
            group.append(request)
            self._room.leave(request.room)
            entries += len(request.items)
        self._waiting = left
        return group

    async def _commit(self, group: list[Request], logs: set[TenantId | None]) -> None:
        try:
            await self._settle(group)
        finally:
            self._busy -= logs
            task = asyncio.current_task()
            if task is not None:
                self._under_way.discard(task)
            self._start_commits()

    async def _settle(self, group: list[Request]) -> None:
        """Commit *group* and tell everybody in it what became of their request."""
        try:
            self._observe(await self._committer.commit(group))
            self._store_failed = False
        except Unavailable as error:
            self._store_failed = True
            for request in group:
                request.refuse(error)
        except Exception as error:  # noqa: BLE001  # whoever waits must be told, whatever it was
            # One request must not take others down with it: each gets a commit of its own.
            if len(group) == 1:
                group[0].refuse(error)
                return
            for request in group:
                await self._settle([request])


def _size(item: Prepared) -> int:
    return _AN_ENTRY + len(item.details or b"")

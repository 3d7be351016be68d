"""Sends later what could not be sent at once: the spool, in order, and the gaps."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable

import msgspec

from indelible.capture.gaps import Gaps
from indelible.capture.private import without_secrets
from indelible.capture.reach import reach
from indelible.capture.spool import Segment, Spool
from indelible.core.activity import Activity
from indelible.core.redaction import Redactor
from indelible.errors import Conflict, IndelibleError, Invalid
from indelible.ledger.ports import Recorder

_log = logging.getLogger("indelible.capture")

_OWN_SOURCE = "indelible.capture"
_BATCH = 100
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0


class Spooled(msgspec.Struct, frozen=True):
    """What one record of the spool says."""

    source: str
    activity: Activity


def spooled_bytes(activity: Activity, source: str, redactor: Redactor) -> bytes:
    """Return the spool's record of *activity*; no secret of it reaches the disk.

    Without a key of its own it gets one: what is sent from the spool may be sent twice.
    """
    if activity.key is None:
        activity = msgspec.structs.replace(activity, key=uuid.uuid4().hex)
    return msgspec.json.encode(Spooled(source, without_secrets(activity, redactor)))


class CatchUp:
    """One background task that runs while there is something left to send.

    Args:
        recorder: where it goes.
        spool: what waits on disk.
        gaps: what was missed.
        deadline: seconds for one call of the recorder.
    """

    def __init__(
        self,
        recorder: Callable[[], Recorder],
        *,
        spool: Spool | None,
        gaps: Gaps,
        deadline: float,
    ) -> None:
        self._recorder = recorder
        self._spool = spool
        self._gaps = gaps
        self._deadline = deadline
        self._task: asyncio.Task[None] | None = None
        self._again = False

    def wake(self, *, at_once: bool = False) -> None:
        """Start the task, or have it look once more before it ends.

        Args:
            at_once: whether the recorder may be there: just after a failure it hardly is.
        """
        self._again = True
        if self._task is None or self._task.done():
            run = self._run(0.0 if at_once else _FIRST_PAUSE)
            self._task = asyncio.get_running_loop().create_task(run)

    async def close(self, within: float) -> None:
        """Wait for the task for *within* seconds, then stop it and give the spool up."""
        if self._task and not self._task.done():
            done, _ = await asyncio.wait({self._task}, timeout=within)
            if not done:
                self._task.cancel()
                await asyncio.wait({self._task})
        if self._spool:
            self._spool.close()

    async def _run(self, after: float) -> None:
        await asyncio.sleep(after)
        pause = _FIRST_PAUSE
        while True:
            self._again = False
            try:
                await self._send_spool()
                await self._send_gaps()
            except (IndelibleError, OSError) as error:
                # What the recorder asks for, where it says so; it knows why.
                asked = getattr(error, "retry_after", None) or 0.0
                wait = max(pause, min(asked, _LONGEST_PAUSE))
                _log.info("What waits is tried again in %g s: %s", wait, error)
                await asyncio.sleep(wait)
                pause = min(pause * 2, _LONGEST_PAUSE)
            except Exception:  # noqa: BLE001 -- the task that empties the spool must not die
                _log.exception("What waits can't be sent now; it stays where it is.")
                await asyncio.sleep(_LONGEST_PAUSE)
            else:
                pause = _FIRST_PAUSE
                if not self._again:
                    return

    async def _send_spool(self) -> None:
        while self._spool and (segment := await asyncio.to_thread(self._spool.take)):
            try:
                await self._send_segment(segment)
            except BaseException:
                segment.close()
                raise

    async def _send_segment(self, segment: Segment) -> None:
        try:
            records = [msgspec.json.decode(record, type=Spooled) for record in segment.records()]
        except msgspec.MsgspecError:
            _log.exception("A spool file can't be read and is kept: %s", segment.set_aside())
            return
        for source, batch in _batches(records):
            await self._send(batch, source)
        # Removed only now: after a crash all of it is sent again, and its keys double nothing.
        if segment.is_whole():
            segment.remove()
        else:
            _log.error("A damaged spool file is kept for a look at it: %s", segment.set_aside())

    async def _send(self, batch: list[Activity], source: str) -> None:
        while batch:
            try:
                await self._reach(batch, source)
            except Invalid as error:
                if error.item is None and len(batch) > 1:
                    for activity in batch:
                        await self._send([activity], source)
                    return
                refused = batch[error.item or 0]
                if not isinstance(error, Conflict):  # its key is known: it has arrived before
                    _log.error("A spooled activity is refused (%s): %s", refused.key, error)
                    self._gaps.add(refused.tenant)
                batch = [activity for activity in batch if activity is not refused]
            else:
                return

    async def _reach(self, activities: list[Activity], source: str) -> None:
        await reach(self._recorder(), activities, source=source, deadline=self._deadline)

    async def _send_gaps(self) -> None:
        gaps = self._gaps.take()
        while gaps:
            try:
                await self._reach([gaps[0].activity()], _OWN_SOURCE)
            except BaseException:
                self._gaps.put_back(gaps)
                raise
            gaps.pop(0)


def _batches(records: list[Spooled]) -> list[tuple[str, list[Activity]]]:
    batches: list[tuple[str, list[Activity]]] = []
    for record in records:
        if not batches or batches[-1][0] != record.source or len(batches[-1][1]) >= _BATCH:
            batches.append((record.source, []))
        batches[-1][1].append(record.activity)
    return batches

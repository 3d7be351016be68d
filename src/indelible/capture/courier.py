"""Brings activities to the recorder, and does what was declared where it can't be reached."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from indelible.capture.catch_up import CatchUp, spooled_bytes
from indelible.capture.declare import OnUnreachable
from indelible.capture.gaps import Gaps
from indelible.capture.reach import reach
from indelible.capture.spool import Spool
from indelible.core.activity import Activity, Receipt
from indelible.core.redaction import Redactor
from indelible.errors import IndelibleError, Invalid, Misconfigured, Unknown
from indelible.ledger.ports import Recorder

_log = logging.getLogger("indelible.capture")

_TRIES = 3
_PAUSE_BEFORE_RETRY = 0.02
_PAUSE = 1.0
_LONGEST_PAUSE = 30.0  # whatever the recorder asks for

GetRecorder = Callable[[], Recorder]


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of an activity: recorded with a receipt, in the spool, or neither."""

    receipt: Receipt | None = None
    spooled: bool = False


class Courier:
    """Delivers activities within a deadline.

    Args:
        recorder: where they go; a function where it exists only later.
        source: who reports; the recorder tells keys apart by it.
        spool: where they wait, for the routes that say so.
        redactor: for what is written to the spool.
        deadline: seconds that a request waits for the recorder in all.
    """

    def __init__(
        self,
        recorder: GetRecorder,
        *,
        source: str = "",
        spool: Spool | None = None,
        redactor: Redactor,
        deadline: float = 5.0,
    ) -> None:
        self._recorder = recorder
        self._source = source
        self._spool = spool
        self._redactor = redactor
        self._deadline = deadline
        self._down_until = 0.0
        self._gaps = Gaps()
        self._catch_up = CatchUp(recorder, spool=spool, gaps=self._gaps, deadline=deadline)

    @property
    def missed(self) -> int:
        """How many activities were let go unrecorded since the start."""
        return self._gaps.total

    def start(self) -> None:
        """Begin to send what an earlier process left in the spool."""
        if self._spool is not None:
            self._catch_up.wake(at_once=True)

    async def close(self) -> None:
        """Send what can be sent within the deadline, then stop. The spool keeps the rest."""
        await self._catch_up.close(self._deadline)

    async def ready(self) -> bool:
        """Return whether the recorder says that it can take activities; it need not say."""
        ask = getattr(self._recorder(), "ready", None)
        if ask is None:
            return True
        try:
            async with asyncio.timeout(self._deadline):
                return bool(await ask())
        except (TimeoutError, IndelibleError):
            return False

    async def deliver(self, activity: Activity, how: OnUnreachable) -> Delivered:
        """Bring *activity* to the recorder.

        On return it is recorded, or on disk in the spool, or counted as missed.

        Raises:
            Unavailable: *how* is strict and it is not recorded.
            Unknown: *how* is strict and it may be recorded.
            Invalid: *how* is strict and the recorder will never take it.
        """
        if how is not OnUnreachable.STRICT and time.monotonic() < self._down_until:
            return await self._otherwise(activity, how)
        try:
            receipt = await self._record(activity)
        except IndelibleError as error:
            _log.warning("An activity was not recorded: %s", error)
            if how is OnUnreachable.STRICT:
                raise
            if isinstance(error, Invalid):
                return self._let_go(activity)  # waiting would not make it valid
            wait = min(error.retry_after or _PAUSE, _LONGEST_PAUSE)
            self._down_until = time.monotonic() + max(wait, _PAUSE)
            return await self._otherwise(activity, how)
        if self._gaps:
            self._catch_up.wake(at_once=True)
        return Delivered(receipt)

    async def _record(self, activity: Activity) -> Receipt:
        until = time.monotonic() + self._deadline
        tries = 0
        while True:
            left = max(until - time.monotonic(), 0.0)
            try:
                receipts = await reach(
                    self._recorder(), [activity], source=self._source, deadline=left
                )
            except Unknown:
                tries += 1
                pause = _PAUSE_BEFORE_RETRY * tries
                if tries == _TRIES or time.monotonic() + pause >= until:
                    raise
                # Same activity, same key: if it did arrive, this brings its receipt.
                await asyncio.sleep(pause)
            else:
                return receipts[0]

    async def _otherwise(self, activity: Activity, how: OnUnreachable) -> Delivered:
        if how is OnUnreachable.BEST_EFFORT:
            return self._let_go(activity)
        if self._spool is None:
            raise Misconfigured(
                "A route is declared on_unreachable='spool' and the middleware has no spool: pass "
                "AuditMiddleware(spool=<directory>)."
            )
        record = spooled_bytes(activity, self._source, self._redactor)
        await asyncio.to_thread(self._spool.append, [record])
        self._catch_up.wake()
        return Delivered(spooled=True)

    def _let_go(self, activity: Activity) -> Delivered:
        self._gaps.add(activity.tenant)
        self._catch_up.wake()
        return Delivered()

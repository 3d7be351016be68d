"""Recorders by hand: one that keeps what it is given, and faults with names."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec

from indelible.core.activity import Activity, EntryId, Receipt
from indelible.errors import Conflict, Invalid, Overloaded, Unavailable, Unknown
from indelible.ledger.ports import Effect


class KeepingRecorder:
    """Keeps activities as the appender does: keys once, in order, all of a batch or none."""

    def __init__(self) -> None:
        self.kept: list[Activity] = []
        self.calls = 0
        self._keys: dict[tuple[str, str], int] = {}

    async def record(
        self, activities: Sequence[Activity], *, source: str = "", effect: Effect | None = None
    ) -> Sequence[Receipt]:
        self.calls += 1
        return [self._receipt(self._place(activity, source)) for activity in activities]

    def _place(self, activity: Activity, source: str) -> int:
        if activity.key is not None:
            place = self._keys.setdefault((source, activity.key), len(self.kept))
            if place < len(self.kept):
                if msgspec.json.encode(self.kept[place]) != msgspec.json.encode(activity):
                    raise Conflict("The key was used with another body.", item=0)
                return place
        self.kept.append(activity)
        return len(self.kept) - 1

    @staticmethod
    def _receipt(seq: int) -> Receipt:
        return Receipt(
            log="audit.example.com/logs/platform", seq=seq, id=EntryId(f"id-{seq}"),
            time="2026-01-31T12:00:00.000000Z", leaf_hash="00" * 32, checkpoint="",
        )  # fmt: skip

    @property
    def only(self) -> Activity:
        """The one activity that was kept."""
        assert len(self.kept) == 1, self.kept
        return self.kept[0]


class FaultyRecorder(KeepingRecorder):
    """Fails as *fault* says while it is broken."""

    def __init__(self, fault: str) -> None:
        super().__init__()
        self.fault = fault
        self.broken = True

    async def record(
        self, activities: Sequence[Activity], *, source: str = "", effect: Effect | None = None
    ) -> Sequence[Receipt]:
        if not self.broken:
            return await super().record(activities, source=source, effect=effect)
        match self.fault:
            case "refuses the connection":
                raise Unavailable("Connection refused.")
            case "is busy for two seconds":
                self.calls += 1
                raise Overloaded("Too much at once.", retry_after=2)
            case "hangs":
                self.calls += 1
                await asyncio.sleep(3_600)
            case "dies before the commit":
                raise Unknown("The connection died.")
            case "dies after the commit":
                await super().record(activities, source=source, effect=effect)
                raise Unknown("The connection died.")
            case "dies after the commit, once":
                self.broken = False
                await super().record(activities, source=source, effect=effect)
                raise Unknown("The connection died.")
            case "commits and hangs":
                await super().record(activities, source=source, effect=effect)
                await asyncio.sleep(3_600)
            case "finds it invalid":
                raise Invalid("This can't be taken.", item=0)
            case "raises what nobody foresaw":
                raise ZeroDivisionError
        raise AssertionError(self.fault)


AWAY = (
    "refuses the connection",
    "hangs",
    "dies before the commit",
    "dies after the commit",
    "commits and hangs",
    "raises what nobody foresaw",
)
"""Faults of a recorder that may come back."""


async def eventually(condition: object, within: float = 5.0) -> None:
    """Wait until *condition* returns true."""
    assert callable(condition)
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 -- what it waits for is on disk or far away
            await asyncio.sleep(0.01)

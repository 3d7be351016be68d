"""Turns to read: bounded, in order, fair, and given back whatever happens."""

from __future__ import annotations

import asyncio

import pytest

from indelible.errors import Crowding, Overloaded
from indelible.web.turns import Turns


class Reader:
    """Somebody who reads until told to stop."""

    def __init__(self, turns: Turns, caller: str) -> None:
        self.let_go = asyncio.Event()
        self.reading = False
        self.task = asyncio.create_task(self._read(turns, caller))

    async def _read(self, turns: Turns, caller: str) -> None:
        async with turns.turn(caller):
            self.reading = True
            await self.let_go.wait()

    async def stop(self) -> None:
        self.let_go.set()
        await self.task


async def come(turns: Turns, *callers: str) -> list[Reader]:
    readers = [Reader(turns, caller) for caller in callers]
    await asyncio.sleep(0.01)
    return readers


def seen(readers: list[Reader]) -> str:
    return "".join("R" if each.reading else "." for each in readers)


async def test_so_many_at_once_and_then_in_order() -> None:
    """Two read; the third reads when one of them is done, and the fourth after it."""
    turns = Turns(at_once=2)
    readers = await come(turns, "a", "b", "c", "d")
    assert (seen(readers), turns.running, turns.waiting) == ("RR..", 2, 2)
    await readers[1].stop()
    await asyncio.sleep(0)
    assert seen(readers) == "RRR."
    for each in readers:
        await each.stop()
    assert (turns.running, turns.waiting) == (0, 0)


async def test_nobody_takes_all_of_them() -> None:
    """One caller reads in half of the turns; who comes later passes the rest of theirs."""
    turns = Turns(at_once=4)
    readers = await come(turns, "a", "a", "a", "a", "b", "c")
    assert seen(readers) == "RR..RR"
    await readers[0].stop()
    await asyncio.sleep(0)
    assert seen(readers) == "RRR.RR"
    for each in readers:
        await each.stop()


async def test_who_asks_for_too_much_is_told_so() -> None:
    """The thirteenth request of one caller is refused, and another caller's is not."""
    turns = Turns(at_once=4)
    readers = await come(turns, *["a"] * 12)
    with pytest.raises(Crowding):
        async with turns.turn("a"):
            pass
    async with turns.turn("b"):
        pass
    for each in readers:
        each.let_go.set()
    await asyncio.gather(*(each.task for each in readers))
    async with turns.turn("a"):
        pass


async def test_where_too_many_wait_the_next_is_refused_at_once() -> None:
    """No longer queue than was said, and a time to come again."""
    turns = Turns(at_once=1, waiting=2)
    readers = await come(turns, "a", "b", "c")
    with pytest.raises(Overloaded) as refused:
        async with turns.turn("d"):
            pass
    assert refused.value.retry_after
    for each in readers:
        await each.stop()


async def test_nobody_waits_for_ever() -> None:
    """Who waited as long as was said is refused, and leaves the queue."""
    turns = Turns(at_once=1, patience=0.05)
    (reader,) = await come(turns, "a")
    with pytest.raises(Overloaded):
        async with turns.turn("b"):
            pass
    assert turns.waiting == 0
    await reader.stop()


async def test_who_goes_away_gives_the_turn_back() -> None:
    """Cancelled while reading, while waiting, or in the moment of being let in."""
    turns = Turns(at_once=1)
    readers = await come(turns, "a", "b", "c", "d")
    readers[1].task.cancel()  # waits
    await asyncio.sleep(0)
    readers[0].let_go.set()
    await asyncio.sleep(0)
    assert (turns.waiting, readers[2].reading) == (1, False)  # c is let in, and has not run yet
    readers[2].task.cancel()
    await asyncio.sleep(0.01)
    assert seen(readers) == "R..R"
    readers[3].task.cancel()  # reads
    await asyncio.sleep(0.01)
    assert (turns.running, turns.waiting) == (0, 0)
    async with turns.turn("a"):
        assert turns.running == 1


async def test_while_more_important_things_are_held_up_turns_make_room() -> None:
    """One at a time and a rest after each; when that is over, as many as ever."""
    held_up = True
    turns = Turns(at_once=3, held_up=lambda: held_up)
    readers = await come(turns, "a", "b", "c", "d")
    await asyncio.sleep(0.05)
    assert seen(readers) == "R..."
    await readers[0].stop()
    assert seen(readers) == "R..."  # it took a while, and so does the rest
    async with asyncio.timeout(5):
        while seen(readers) != "RR..":  # noqa: ASYNC110  # a rest has no event
            await asyncio.sleep(0.01)
    held_up = False
    await asyncio.sleep(0.05)
    assert seen(readers) == "RRRR"
    for each in readers:
        await each.stop()

"""The clock that sessions and links go by: set back, it revives nothing, and it goes on.

That the server's clock was set back by an hour looks like this from inside: a time was noted that is
an hour later than the clock now says.
"""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import pytest
import sqlalchemy as sa

from indelible.core.scope import Scope
from indelible.errors import NotSignedIn
from indelible.identity.session_search import SessionFilter
from indelible.storage.postgres.clock import keeping_time, note_time

pytestmark = pytest.mark.database

SET_BACK = "UPDATE clock SET seen = clock_timestamp() + interval '1 hour'"
HOUR = timedelta(hours=1)


async def read(stores, what="steady_time()"):
    """Return what the database says."""
    async with stores.database.begin() as connection:
        return (await connection.execute(sa.text(f"SELECT {what}"))).scalar_one()


async def ahead(stores):
    """Return by how much we are ahead of the server's clock."""
    return await read(stores, "steady_time(now()) - now()")


async def test_it_is_the_servers_clock(stores):
    """As long as nobody sets it back, it is the server's clock."""
    assert await ahead(stores) == timedelta(0)
    await stores.sql("UPDATE clock SET seen = seen - interval '11 seconds'")
    await note_time(stores.database)
    assert await ahead(stores) == timedelta(0)


async def test_what_had_expired_stays_expired(stores):
    """A session that was over when the clock was set back is over, in the store and in the list."""
    absolute = await stores.open(lifetime=timedelta(minutes=50))
    idle = await stores.open(idle=timedelta(minutes=50))
    longer = await stores.open(idle=timedelta(hours=2))
    await stores.sql(SET_BACK)
    page = await stores.directory.page(SessionFilter(), Scope.everything())
    assert {each.id: each.status for each in page.items} == {
        absolute.id: "expired",
        idle.id: "expired",
        longer.id: "active",
    }
    for over in (absolute, idle):
        with pytest.raises(NotSignedIn):
            await stores.commit(stores.sessions.hold(over.id))
        assert await stores.sessions.find(over.digest) is None
    assert await stores.sessions.find(longer.digest)


async def test_what_was_seen_to_be_over_is_over_for_good(stores):
    """Even if the note is lost as well, a session that was found expired has ended."""
    over = await stores.open(lifetime=timedelta(minutes=50))
    await stores.sql(SET_BACK)
    assert await stores.sessions.find(over.digest) is None
    await stores.sql("UPDATE clock SET seen = clock_timestamp(), ahead = '0'")
    assert await stores.sessions.find(over.digest) is None
    [row] = (await stores.directory.page(SessionFilter(), Scope.everything())).items
    assert row.status == "expired"


async def test_time_goes_on_after_it_was_set_back(stores):
    """Once noted, time passes as before, so that sessions of now end some day."""
    await stores.sql(SET_BACK)
    await note_time(stores.database)
    first = await read(stores)
    await asyncio.sleep(0.2)
    passed = await read(stores) - first
    assert timedelta(seconds=0.19) < passed < timedelta(seconds=20)
    assert timedelta(minutes=59) < await ahead(stores) <= HOUR + timedelta(seconds=1)


async def test_it_comes_down_to_the_servers_clock_and_never_goes_back(stores):
    """Being ahead wears off, a tenth of the time that passes, without one step backwards."""
    await stores.sql("UPDATE clock SET ahead = '30 seconds', seen = clock_timestamp()")
    last, left = await read(stores), []
    for _ in range(12):
        # A minute passes.
        await stores.sql("UPDATE clock SET seen = clock_timestamp() + ahead - interval '1 minute'")
        before = await read(stores)
        await note_time(stores.database)
        now = await read(stores)
        assert now >= before >= last - timedelta(minutes=1)
        last = now
        left.append((await read(stores, "ahead FROM clock")).total_seconds())
    assert left == sorted(left, reverse=True)
    assert 23 < left[0] < 25
    assert left[-1] == 0


async def test_it_is_noted_once_in_ten_seconds(stores):
    """However many sign in, the note is written once in ten seconds, and nobody waits for it."""
    await stores.sql("UPDATE clock SET seen = clock_timestamp() - interval '11 seconds'")
    await asyncio.gather(*(note_time(stores.database) for _ in range(20)))
    noted = await read(stores, "xmin::text FROM clock")
    await stores.open()
    await note_time(stores.database)
    assert await read(stores, "xmin::text FROM clock") == noted
    await stores.sql("UPDATE clock SET seen = clock_timestamp() - interval '11 seconds'")
    async with stores.database.begin() as connection:
        await connection.execute(sa.text("SELECT note_time()"))
        await asyncio.wait_for(note_time(stores.database), 5)


async def test_a_server_keeps_it(stores):
    """A process that serves notes the time by itself, and goes on after the database was away."""
    async with keeping_time(stores.database, every=0.02):
        await stores.sql("UPDATE clock SET seen = clock_timestamp() - interval '1 minute'")
        deadline = asyncio.get_running_loop().time() + 10
        while await read(stores, "clock_timestamp() - seen FROM clock") > timedelta(seconds=30):
            assert asyncio.get_running_loop().time() < deadline
            await asyncio.sleep(0.02)


async def test_attempts_count_on_though_the_clock_was_set_back(stores):
    """A throttled bucket stays full when the clock is set back."""
    window = timedelta(minutes=15)
    await stores.sql(SET_BACK)
    seen = [
        (await stores.attempts.admit([b"a" * 16], limit=9, window=window)).failures
        for _ in range(3)
    ]
    assert seen == [0, 1, 2]


async def test_a_server_learns_how_far_its_clock_is_from_the_databases(stores):
    """Nodes with clocks of their own write to the same logs: one that is ahead is told."""
    told, thrice = [], asyncio.Event()

    def ahead(seconds):
        told.append(seconds)
        if len(told) == 3:
            thrice.set()

    def fast():
        return time.time() + 3600

    async with keeping_time(stores.database, every=0.02, clock=fast, ahead=ahead):
        await asyncio.wait_for(thrice.wait(), 10)
    assert all(3590 < seconds < 3610 for seconds in told)

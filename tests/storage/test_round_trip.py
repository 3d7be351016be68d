"""Statements that go to the server together."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import AsyncIterator

import psycopg
import pytest
import sqlalchemy as sa

from indelible.storage.postgres.round_trip import (
    BOOL,
    BYTES,
    ID,
    INT,
    LONG,
    SHORT,
    TEXT,
    TIME,
    Driver,
    Kind,
    Rejected,
    Statement,
    acting,
    many,
    round_trip,
)

ONE = Statement("SELECT $1 + 1", takes=[INT], gives=[INT])
BROKEN = Statement("SELECT 1 / $1", takes=[INT], gives=[INT])
BEGIN = Statement("BEGIN")
COMMIT = Statement("COMMIT")


@pytest.fixture
async def driver(database_url: str) -> AsyncIterator[Driver]:
    """A connection as the pool makes them."""
    plain = sa.make_url(database_url).set(drivername="postgresql")
    driver = await psycopg.AsyncConnection.connect(plain.render_as_string(hide_password=False))
    async with driver:
        yield driver


@pytest.mark.parametrize(
    ("kind", "name", "values"),
    [
        (BYTES, "bytea", [b"", b"\x00\xff", None]),
        (LONG, "bigint", [0, -1, 2**63 - 1, -(2**63), None]),
        (SHORT, "smallint", [0, -1, 32_767, None]),
        (INT, "int", [0, -1, 2**31 - 1, None]),
        (TEXT, "text", ["", "Zoë ✓", None]),
        (BOOL, "bool", [True, False, None]),
        (ID, "uuid", [uuid.UUID(int=2**127 + 5).bytes, None]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_values_come_back_as_they_were_sent(
    driver: Driver, kind: Kind, name: str, values: list[object]
) -> None:
    """Alone and in an array, whatever the kind."""
    echo = Statement(f"SELECT $1::{name}", takes=[kind], gives=[kind])
    rows = await round_trip(driver, *(echo(value) for value in values))
    assert rows == [[(value,)] for value in values]
    spread = Statement(f"SELECT unnest($1::{name}[])", takes=[many(kind)], gives=[kind])
    for some in (values, []):
        assert await round_trip(driver, spread(some)) == [[(value,) for value in some]]


async def test_a_time_is_microseconds_since_1970(driver: Driver) -> None:
    """As the server understands it, too."""
    time = Statement(
        "SELECT $1, (extract(epoch FROM $1) * 1000000)::bigint", takes=[TIME], gives=[TIME, LONG]
    )
    moment = 1_760_000_000_123_456
    assert await round_trip(driver, time(moment)) == [[(moment, moment)]]


async def test_nothing_is_done_after_what_failed(driver: Driver) -> None:
    """The server's word comes with the place of the statement; the connection goes on."""
    await round_trip(driver, Statement("CREATE TEMP TABLE done (number int)")())
    add = Statement("INSERT INTO done VALUES ($1)", takes=[INT])
    with pytest.raises(psycopg.errors.DivisionByZero) as caught:
        await round_trip(driver, BEGIN(), add(1), BROKEN(0), add(2), COMMIT())
    assert isinstance(caught.value.__cause__, Rejected)
    assert caught.value.__cause__.place == 2
    await driver.rollback()
    count = Statement("SELECT count(*) FROM done", gives=[LONG])
    assert await round_trip(driver, count(), ONE(1)) == [[(0,)], [(2,)]]


async def test_what_the_driver_forgets_is_prepared_again(driver: Driver) -> None:
    """After a rollback the driver drops every prepared statement of the connection."""
    for prepared in (True, True, False):
        await driver.execute("SELECT 1", prepare=True)
        await driver.rollback()
        rows = await round_trip(driver, BEGIN(), ONE(1), ONE(2), COMMIT(), prepared=prepared)
        assert rows == [[], [(2,)], [(3,)], []]


async def test_each_role_has_statements_of_its_own(driver: Driver) -> None:
    """Else their plans would be made anew whenever the role changes; all go with a rollback."""
    count = Statement("SELECT count(*) FROM pg_prepared_statements", gives=[LONG])
    for role, there in (("", 1), ("reader", 2), ("", 2), ("reader", 2)):
        acting(driver, role)
        assert await round_trip(driver, count()) == [[(there,)]]
    await driver.execute("SELECT 1", prepare=True)
    await driver.rollback()
    for role, there in (("reader", 1), ("", 2)):
        acting(driver, role)
        assert await round_trip(driver, count()) == [[(there,)]]


async def test_much_goes_both_ways_at_once(driver: Driver) -> None:
    """Neither side waits for the other to read first."""
    echo = Statement("SELECT $1::bytea", takes=[BYTES], gives=[BYTES])
    data = random.Random(1).randbytes(3_000_000)
    assert await round_trip(driver, *[echo(data)] * 5) == [[(data,)]] * 5


async def test_a_connection_that_died_is_no_refusal(driver: Driver) -> None:
    """Nobody can tell then how far the statements had come."""
    wait = Statement("SELECT pg_sleep(5)", gives=[BYTES])
    trip = asyncio.create_task(round_trip(driver, BEGIN(), wait(), COMMIT()))
    await asyncio.sleep(0.1)
    driver.pgconn.finish()
    with pytest.raises(psycopg.OperationalError) as caught:
        await trip
    assert not isinstance(caught.value.__cause__, Rejected)


async def test_who_is_cut_off_leaves_a_connection_that_can_be_used(driver: Driver) -> None:
    """Wherever it happened: before anything was sent, in the middle, or at the end."""
    draw = random.Random(7)
    wait = Statement("SELECT pg_sleep($1 * 0.001)", takes=[INT], gives=[BYTES])
    for _ in range(60):
        trip = asyncio.create_task(round_trip(driver, BEGIN(), wait(3), ONE(1), COMMIT()))
        await asyncio.sleep(draw.random() * 0.006)
        trip.cancel()
        await asyncio.wait([trip])
        await driver.rollback()
        assert await round_trip(driver, ONE(41)) == [[(42,)]]

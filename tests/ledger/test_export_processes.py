"""Exports that are read and rendered in processes, on a real database."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import psutil
import pytest

from indelible.core.scope import Scope
from indelible.errors import Unavailable
from indelible.export.deflate import END
from indelible.index.conditions import resolve
from indelible.index.crew import Crew
from indelible.index.part_reader import ROWS
from indelible.index.reader import reading
from indelible.index.snapshot import PostgresSnapshot
from indelible.ledger.append import Appender
from indelible.ledger.export_parts import Part, Wanted
from indelible.ledger.search import Filter
from indelible.storage.postgres.database import Database
from tests.ledger.conftest import OTHER, TENANT, an_activity

pytestmark = pytest.mark.database

BOTH = (Wanted.TABLE, Wanted.ENTRIES)
COUNT = 2 * ROWS + 500
_draw = random.Random(1)
WIDE = [_draw.randbytes(60).hex() for _ in range(700)]  # packs badly


@pytest.fixture
async def filled(appender: Appender) -> Appender:
    """More rows than are read at once, of two logs, one of them wide."""
    for start in range(0, COUNT, 500):
        await appender.record(
            [
                an_activity(tenant=TENANT if number % 3 else OTHER)
                for number in range(start, min(COUNT, start + 500))
            ]
        )
    await appender.record([an_activity(payload={"texts": ['"=1', *WIDE]})])
    return appender


@asynccontextmanager
async def opened(
    database: Database, crew: Crew, where: Filter, scope: Scope
) -> AsyncIterator[PostgresSnapshot]:
    """Open a snapshot; *crew* reads it."""
    async with reading(database.reading, scope) as reader:
        wanted = await resolve(reader, where)
        snapshot = await PostgresSnapshot.open(reader, wanted, COUNT + 1, crew)
        try:
            yield snapshot
        finally:
            snapshot.close()


async def exported(
    database: Database, crew: Crew, where: Filter, scope: Scope, wanted: tuple[Wanted, ...]
) -> dict[Wanted, bytes]:
    """Return the texts of all parts."""
    async with opened(database, crew, where, scope) as snapshot:
        parts = await asyncio.to_thread(list, snapshot.parts(wanted))
    return {each: text_of(parts, each) for each in wanted}


def text_of(parts: list[Part], wanted: Wanted) -> bytes:
    """Return the text of a file."""
    return zlib.decompress(b"".join(part.pieces[wanted].data for part in parts) + END, -15)


def processes() -> list[psutil.Process]:
    """Return those that render for us."""
    return [
        each
        for each in psutil.Process().children()
        if "indelible.index.part_process" in each.cmdline()
    ]


@pytest.mark.parametrize(
    ("where", "scope", "rows"),
    [
        (Filter(), Scope.everything(), COUNT + 1),
        (Filter(tenant=TENANT), Scope.everything(), None),
        (Filter(user="user-3"), Scope.everything(), None),
        (Filter(), Scope.only(OTHER), None),
    ],
)
async def test_processes_write_what_a_thread_writes(
    filled: Appender, database: Database, where: Filter, scope: Scope, rows: int | None
) -> None:
    """One process, several or none: the same bytes, with the same eyes."""
    alone = await exported(database, Crew(few=10**9), where, scope, BOTH)
    if rows is not None:
        assert alone[Wanted.ENTRIES].count(b"\n") == rows
        assert all(text.encode() in alone[Wanted.TABLE] for text in WIDE)
    for count in (1, 3):
        assert await exported(database, Crew(count, few=0), where, scope, BOTH) == alone
    assert not processes()


async def test_what_does_not_pass(filled: Appender, database: Database) -> None:
    """What is left out is the rest, whoever reads it."""
    where, scope = Filter(user="user-3"), Scope.everything()
    wanted = (Wanted.LEFT_OUT,)
    async with opened(database, Crew(2, few=0), where, scope) as snapshot:
        passing = await asyncio.to_thread(list, snapshot.parts((Wanted.ENTRIES,)))
        others = await asyncio.to_thread(list, snapshot.parts(wanted))
    count = text_of(passing, Wanted.ENTRIES).count(b"\n")
    assert text_of(others, Wanted.LEFT_OUT).count(b"\n") == COUNT + 1 - count


async def test_abandoned(filled: Appender, database: Database) -> None:
    """Who stops in the middle leaves no process behind, and can begin again."""
    crew = Crew(2, few=0)
    async with opened(database, crew, Filter(), Scope.everything()) as snapshot:
        parts = snapshot.parts(BOTH)
        first = await asyncio.to_thread(next, parts)
        assert len(processes()) == 2
        await asyncio.to_thread(parts.close)
        again = await asyncio.to_thread(list, snapshot.parts(BOTH))
        assert msgspec.structs.replace(again[0], seconds=first.seconds) == first
        assert text_of(again, Wanted.ENTRIES).count(b"\n") == COUNT + 1
    assert not processes()


async def test_gone_on_behind_a_mark(filled: Appender, database: Database) -> None:
    """What follows a mark is what was not there yet."""
    async with opened(database, Crew(2, few=0), Filter(), Scope.everything()) as snapshot:
        whole = await asyncio.to_thread(list, snapshot.parts(BOTH))
        ends = next(number for number, part in enumerate(whole) if part.resume is not None)
        mark = whole[ends].resume
        assert mark is not None
        rest = await asyncio.to_thread(list, snapshot.parts(BOTH, mark))
    assert text_of(whole[ends + 1 :], Wanted.TABLE) == text_of(rest, Wanted.TABLE)


async def test_a_process_that_dies(filled: Appender, database: Database) -> None:
    """The export ends with an error, not with less than there is."""
    async with opened(database, Crew(2, few=0), Filter(), Scope.everything()) as snapshot:
        parts = snapshot.parts(BOTH)
        await asyncio.to_thread(next, parts)
        for process in processes():
            process.kill()
        with pytest.raises(Unavailable):
            await asyncio.to_thread(list, parts)
    assert not processes()


def test_left_alone() -> None:
    """A process that nobody asks any more ends by itself, and without a word."""
    command = [sys.executable, "-P", "-m", "indelible.index.part_process"]
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_bounded() -> None:
    """The first export gets every process, further ones one each; all are given back."""
    crew = Crew(3)
    assert [crew.hire() for _ in range(3)] == [3, 1, 1]
    for count in (3, 1, 1):
        crew.give_back(count)
    assert crew.hire() == 3

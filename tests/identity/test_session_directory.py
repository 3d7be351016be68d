"""Sessions as readers see them, on PostgreSQL: pages, search, status, scope."""

from __future__ import annotations

import asyncio
import uuid
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from indelible.core.activity import TenantId
from indelible.core.scope import Scope
from indelible.errors import Invalid, NotFound, NotSignedIn
from indelible.identity.access import Role
from indelible.identity.model import SessionId, Tenant, User, UserId
from indelible.identity.session_search import SessionFilter, SessionStatus
from indelible.storage.postgres.created_cursor import CreatedCursor
from indelible.storage.postgres.session_directory import PostgresSessionDirectory

database = pytest.mark.database
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ALL, EVERYTHING = Scope.everything(), SessionFilter()


async def another_tenant(stores) -> User:
    """Add a tenant with an Admin, and return them."""
    tenant = Tenant(id=TenantId(str(uuid.uuid4())), name="Zeta")
    zoe = User(
        id=UserId(str(uuid.uuid4())),
        email="zoe@zeta.test",
        name="Zoe_100%",
        role=Role.ADMIN,
        tenant=tenant,
    )
    await stores.commit(stores.tenants.insert(tenant), stores.users.insert(zoe, "hash"))
    return zoe


async def found(stores, scope=ALL, **where) -> list[str]:
    """Return the ids on the first page."""
    page = await stores.directory.page(SessionFilter(**where), scope, limit=200)
    assert page.total == len(page.items)
    return [record.id for record in page.items]


@database
@pytest.mark.parametrize(
    ("statement", "status"),
    [
        ("SELECT 1", SessionStatus.ACTIVE),
        ("UPDATE sessions SET expires_at = clock_timestamp()", SessionStatus.EXPIRED),
        (
            "UPDATE sessions SET last_active_at = clock_timestamp() - interval '30 minutes'",
            SessionStatus.EXPIRED,
        ),
        ("UPDATE users SET disabled = true", SessionStatus.ENDED),
        ("UPDATE tenants SET disabled = true", SessionStatus.ENDED),
        (
            "UPDATE sessions SET ended_how = 'sign_out', ended_at = clock_timestamp()",
            SessionStatus.ENDED,
        ),
        (
            "UPDATE sessions SET ended_how = 'revoked', ended_at = clock_timestamp(),"
            " revoked_by = 'x', revoked_reason = 'why', expires_at = clock_timestamp()",
            SessionStatus.REVOKED,
        ),
    ],
)
async def test_status(stores, statement, status):
    """The status says what became of a session; active is exactly what is let in."""
    new = await stores.open()
    await stores.sql(statement)
    [record] = (await stores.directory.page(EVERYTHING, ALL)).items
    assert record.status is status
    for each in SessionStatus:
        assert await found(stores, status=each) == ([new.id] if each is status else [])
    async with stores.database.begin() as connection:
        try:
            await stores.sessions.hold(new.id)(connection)
            let_in = True
        except NotSignedIn:
            let_in = False
    assert let_in == (status is SessionStatus.ACTIVE)


@database
async def test_search(stores):
    """A part of the address, name, IP or agent in any case finds a session; nothing is a pattern."""
    zoe = await another_tenant(stores)
    a = await stores.open(user_agent="Mozilla/5.0 (X11) Firefox")
    b = await stores.open(user=zoe.id, ip="2001:db8::7", user_agent=None)
    for text, expected in {
        "ANNA@": [a.id],
        "x11": [a.id],
        "203.0.113": [a.id],
        "db8::7": [b.id],
        "zoe_100%": [b.id],
        ".test": [b.id, a.id],
        "%": [b.id],
        "_": [b.id],
        "/32": [],
        "\\": [],
        "hash": [],
    }.items():
        assert await found(stores, search=text) == expected, text


@database
async def test_scope(stores):
    """A tenant's reader sees its users' sessions, by whatever way it asks; not one of others."""
    zoe = await another_tenant(stores)
    mine, theirs = await stores.open(), await stores.open(user=zoe.id)
    scope = Scope.only(stores.acme.id)
    assert await found(stores, scope) == [mine.id]
    assert await found(stores, scope, tenant=zoe.tenant.id) == []
    assert await found(stores, scope, user=zoe.id) == []
    assert await found(stores, user=zoe.id) == [theirs.id]
    assert (await stores.directory.find(mine.id, scope)).user == stores.anna
    for id_ in (theirs.id, str(uuid.uuid4()), "x"):
        with pytest.raises(NotFound, match="There is no such session"):
            await stores.directory.find(id_, scope)
    for id_ in (zoe.id, str(uuid.uuid4()), "x"):
        with pytest.raises(NotFound, match="There is no such user"):
            await stores.directory.active_of(id_, scope)
    assert [each.id for each in await stores.directory.active_of(zoe.id, ALL)] == [theirs.id]


@database
async def test_the_database_enforces_the_scope(stores):
    """A query that forgets the tenant sees no other's rows, and never a digest or a hash."""
    zoe = await another_tenant(stores)
    await stores.open()
    await stores.open(user=zoe.id)
    for scope, seen in ((Scope.only(stores.acme.id), 1), (ALL, 2)):
        async with stores.database.reading(scope) as connection:
            for table in ("sessions", "users", "tenants"):
                count = await connection.scalar(sa.text(f"SELECT count(id) FROM {table}"))
                assert count == seen
        for secret in ("token_digest FROM sessions", "password_hash FROM users"):
            with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
                async with stores.database.reading(scope) as connection:
                    await connection.execute(sa.text(f"SELECT {secret}"))


@database
async def test_pages(stores):
    """Pages follow each other without gap or repetition, both ways, though times are equal."""
    opened = [await stores.open() for _ in range(7)]
    await stores.sql("UPDATE sessions SET created_at = date_trunc('day', created_at)")
    ids = sorted((each.id for each in opened), reverse=True)
    forth, cursor, places = [], None, []
    while True:
        page = await stores.directory.page(EVERYTHING, ALL, limit=3, cursor=cursor)
        assert (page.total, page.position) == (7, len(forth))
        forth += [record.id for record in page.items]
        places.append(page)
        if page.next is None:
            break
        cursor = page.next
    assert forth == ids
    assert [len(page.items) for page in places] == [3, 3, 1]
    back = await stores.directory.page(EVERYTHING, ALL, limit=3, cursor=places[2].previous)
    assert (back.items, back.position) == (places[1].items, 3)
    first = await stores.directory.page(EVERYTHING, ALL, limit=3, cursor=back.previous)
    assert (first.items, first.position, first.previous) == (places[0].items, 0, None)
    # Less than a page is newer now: the first page is shown whole.
    whole = await stores.directory.page(EVERYTHING, ALL, limit=5, cursor=places[1].previous)
    assert ([record.id for record in whole.items], whole.position) == (ids[:5], 0)


@database
async def test_a_page_stays_when_sessions_begin(stores):
    """What begins meanwhile moves the position, and repeats no row on the next page."""
    old = [await stores.open() for _ in range(4)][::-1]
    page = await stores.directory.page(EVERYTHING, ALL, limit=2)
    await stores.open()
    after = await stores.directory.page(EVERYTHING, ALL, limit=2, cursor=page.next)
    assert [record.id for record in after.items] == [each.id for each in old[2:]]
    assert (after.total, after.position) == (5, 3)


@database
@pytest.mark.parametrize("limit", [0, 201])
async def test_limits(stores, limit):
    """A page has a bounded number of rows."""
    with pytest.raises(Invalid):
        await stores.directory.page(EVERYTHING, ALL, limit=limit)


@database
async def test_snapshot(stores):
    """A snapshot is all that passed at its instant, in chunks; what comes later is not in it."""
    directory = PostgresSessionDirectory(stores.database, chunk=3)
    ids = [(await stores.open()).id for _ in range(7)][::-1]
    async with directory.snapshot(EVERYTHING, ALL) as snapshot:
        await stores.open()
        chunks = await asyncio.to_thread(list, snapshot.records())
    assert (snapshot.total, [len(chunk) for chunk in chunks]) == (7, [3, 3, 1])
    assert [record.id for chunk in chunks for record in chunk] == ids


@database
async def test_an_abandoned_snapshot(stores):
    """Who stops reading in the middle leaves the connection to others as it was."""
    directory = PostgresSessionDirectory(stores.database, chunk=1)
    ids = [(await stores.open()).id for _ in range(3)][::-1]
    for _ in range(30):
        async with directory.snapshot(EVERYTHING, ALL) as snapshot:
            (record,) = await asyncio.to_thread(next, snapshot.records())
            assert record.id == ids[0]
    assert await found(stores) == ids


@database
async def test_who_revoked_is_copied(stores):
    """A revocation keeps who, when and why, though who it was is renamed."""
    new = await stores.open()
    await stores.commit(stores.sessions.revoke(new.id, by=stores.anna.actor, reason="why"))
    await stores.sql("UPDATE users SET name = 'Other', email = 'other@acme.test'")
    record = await stores.directory.find(new.id, ALL)
    assert record.revocation.by == stores.anna.actor
    assert (record.revocation.reason, record.revocation.at) == ("why", record.ended_at)
    assert record.user.name == "Other"


@given(
    st.booleans(),
    st.integers(0, 200_000_000_000_000_000),
    st.uuids(),
)
def test_cursors(older, time_us, id_):
    """A cursor is read back as it was, and in one spelling only."""
    cursor = CreatedCursor(
        older=older, created_at=_EPOCH + timedelta(microseconds=time_us), id=SessionId(str(id_))
    )
    text = cursor.to_text()
    assert CreatedCursor.from_text(text) == cursor
    for wrong in (text[:-1], text + "=", text[:5] + "!" + text[5:], text.replace("=", ""), "é"):
        if wrong != text:
            with pytest.raises(Invalid):
                CreatedCursor.from_text(wrong)


def test_a_cursor_beyond_all_time():
    """A cursor that names no instant there is is refused in words."""
    far = (
        "Af"
        + "_" * 10
        + CreatedCursor(
            older=True,
            created_at=_EPOCH,
            id=str(uuid.uuid4()),
        ).to_text()[12:]
    )
    with pytest.raises(Invalid):
        CreatedCursor.from_text(far)

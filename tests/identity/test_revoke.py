"""Revoking over the real appender: at once, on every node, and in step with its entry."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest
import sqlalchemy as sa

from indelible.bootstrap import open_services
from indelible.config.settings import load_settings
from indelible.core.activity import Client
from indelible.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotSignedIn,
    SessionRevoked,
    StepUpRequired,
    Unavailable,
)
from indelible.identity.access import Role
from indelible.identity.model import COMMAND_LINE, PlatformSettings, Visit
from indelible.identity.revoke import Revoker
from indelible.storage.postgres.database import Database
from indelible.storage.postgres.session_directory import PostgresSessionDirectory
from indelible.storage.postgres.sessions import PostgresSessions

pytestmark = pytest.mark.database

PASSWORD = "seven green kettles hum"
VISIT = Visit(client=Client(ip="203.0.113.7"))
WHY = "Left the company"
STALE = "UPDATE sessions SET proved_at = proved_at - interval '11 minutes'"


class Cluster:
    """Two nodes on one database, with a Super Admin and a tenant's Admin and Viewer."""

    def __init__(self, one, two, database):
        self.one, self.two, self.database = one, two, database

    async def furnish(self):
        identity = self.one.identity
        self.acme = await identity.tenants.create("Acme", actor=COMMAND_LINE)
        for name, role, tenant in (
            ("root", Role.SUPER_ADMIN, None),
            ("anna", Role.ADMIN, self.acme),
            ("vera", Role.VIEWER, self.acme),
        ):
            await identity.users.create(
                email=f"{name}@x.test",
                name=name,
                role=role,
                tenant=tenant,
                password=PASSWORD,
                actor=COMMAND_LINE,
            )

    async def enter(self, name):
        return await self.one.identity.login.sign_in(f"{name}@x.test", PASSWORD, VISIT)

    async def scalar(self, statement):
        async with self.database.begin() as connection:
            return await connection.scalar(sa.text(statement))

    async def sql(self, statement):
        async with self.database.begin() as connection:
            await connection.execute(sa.text(statement))

    def revoking(self, session, by, node=None):
        identity = (node or self.one).identity
        return identity.revoker.revoke(session.id, reason=WHY, principal=by.principal, visit=VISIT)


@pytest.fixture
async def cluster(database_url, database, tmp_path):
    settings = load_settings(data=tmp_path, database_pool=6, super_admin_second_factor=False)
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(open_services(settings, database_url))
        two = await stack.enter_async_context(open_services(settings, database_url))
        cluster = Cluster(one, two, database)
        await cluster.furnish()
        yield cluster


async def test_every_node_sees_it_at_once(cluster):
    """The first thing that another node is asked after the revocation is refused."""
    root = (await cluster.enter("root")).session
    for _ in range(5):
        vera = await cluster.enter("vera")
        assert await cluster.two.identity.sessions.authenticate(vera.token)
        await cluster.revoking(vera.session, root)
        for node in (cluster.two, cluster.one):
            with pytest.raises(SessionRevoked):
                await node.identity.sessions.authenticate(vera.token)


async def test_requests_in_flight(cluster):
    """While many requests of a session come in, none that began after the revocation is let in."""
    root, vera = (await cluster.enter("root")).session, await cluster.enter("vera")
    answered = asyncio.Event()
    late, outcomes = [], set()

    async def knock(node):
        while len(late) < 200:
            began_after = answered.is_set()
            try:
                session = await node.identity.sessions.authenticate(vera.token)
            except SessionRevoked:
                session = None
            outcomes.add((began_after, session is not None))
            if began_after:
                late.append(session)

    async def revoke():
        await asyncio.sleep(0.05)
        await cluster.revoking(vera.session, root)
        answered.set()

    nodes = (cluster.one, cluster.two)
    await asyncio.gather(revoke(), *(knock(nodes[n % 2]) for n in range(8)))
    assert (False, True) in outcomes
    assert set(late) == {None}


async def test_a_change_in_flight_is_before_or_never(cluster):
    """A change of the session commits before the revocation is answered, or not at all."""
    root = (await cluster.enter("root")).session
    for n in range(8):
        other = (await cluster.enter("root")).session
        after = PlatformSettings(time_zone=f"Etc/GMT+{n + 1}")
        change = asyncio.create_task(
            cluster.two.identity.settings.change(after, principal=other.principal, visit=VISIT)
        )
        await asyncio.sleep(0.002 * n)
        await cluster.revoking(other, root)
        stands = await cluster.one.identity.settings.read()
        (outcome,) = await asyncio.gather(change, return_exceptions=True)
        assert (stands == after) == (outcome == after), outcome
        if outcome != after:
            assert isinstance(outcome, SessionRevoked)
        assert await cluster.one.identity.settings.read() == stands


async def test_the_revocation_waits_for_who_holds_the_session(cluster):
    """A change that holds the session commits first; the next one finds it revoked."""
    root, other = (await cluster.enter("root")).session, (await cluster.enter("root")).session
    sessions = PostgresSessions(cluster.database)
    async with cluster.database.begin() as connection:
        await sessions.hold(other.id)(connection)
        revoking = asyncio.create_task(cluster.revoking(other, root))
        done, _ = await asyncio.wait([revoking], timeout=0.3)
        assert not done
    await revoking
    with pytest.raises(SessionRevoked):
        await cluster.two.identity.settings.change(
            PlatformSettings(time_zone="Asia/Tokyo"), principal=other.principal, visit=VISIT
        )
    assert await cluster.two.identity.settings.read() == PlatformSettings()


async def test_of_many_revocations_one_is_an_entry(cluster):
    """Revoked by several at once, on two nodes, a session is revoked once and recorded once."""
    root, vera = (await cluster.enter("root")).session, (await cluster.enter("vera")).session
    before = await cluster.scalar("SELECT count(*) FROM entries")
    nodes = (cluster.one, cluster.two)
    outcomes = await asyncio.gather(
        *(cluster.revoking(vera, root, nodes[n % 2]) for n in range(6)), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in outcomes) == ["Conflict"] * 5 + ["Revoked"]
    assert await cluster.scalar("SELECT count(*) FROM entries") == before + 1


async def test_two_who_revoke_each_other(cluster):
    """Of two who revoke each other at once, one succeeds, and the other is told it is out."""
    for _ in range(5):
        a, b = [(await cluster.enter("anna")).session for _ in range(2)]
        outcomes = await asyncio.gather(
            cluster.revoking(a, b, cluster.one),
            cluster.revoking(b, a, cluster.two),
            return_exceptions=True,
        )
        names = sorted(type(each).__name__ for each in outcomes)
        assert names == ["Revoked", "SessionRevoked"]


@pytest.mark.parametrize(
    "end",
    [
        "UPDATE sessions SET expires_at = clock_timestamp() WHERE user_agent = 'target'",
        "UPDATE sessions SET ended_how = 'sign_out', ended_at = now() WHERE user_agent = 'target'",
        "UPDATE users SET disabled = true WHERE name = 'vera'",
    ],
)
async def test_what_is_over_is_not_revoked(cluster, end):
    """A session that ended by itself is a conflict, and no entry."""
    root, vera = (await cluster.enter("root")).session, (await cluster.enter("vera")).session
    await cluster.sql(f"UPDATE sessions SET user_agent = 'target' WHERE id = '{vera.id}'")
    await cluster.sql(end)
    before = await cluster.scalar("SELECT count(*) FROM entries")
    with pytest.raises(Conflict):
        await cluster.revoking(vera, root)
    assert await cluster.scalar("SELECT count(*) FROM entries") == before
    assert await cluster.scalar("SELECT count(*) FROM sessions WHERE revoked_by IS NOT NULL") == 0


async def test_a_fresh_password_is_asked_for(cluster):
    """Ten minutes after the password was given nothing is revoked; given again, it is."""
    root, vera = await cluster.enter("root"), (await cluster.enter("vera")).session
    await cluster.sql(STALE)
    identity = cluster.one.identity
    for attempt in (
        lambda: cluster.revoking(vera, root.session),
        lambda: identity.revoker.revoke_all(
            vera.user.id, reason=WHY, principal=root.session.principal, visit=VISIT
        ),
    ):
        with pytest.raises(StepUpRequired):
            await attempt()
    another = await cluster.enter("root")
    await cluster.two.identity.step_up.prove(another.session, VISIT, password=PASSWORD)
    with pytest.raises(StepUpRequired):  # it is that session's alone
        await cluster.revoking(vera, root.session)
    await cluster.two.identity.step_up.prove(root.session, VISIT, password=PASSWORD)
    await cluster.revoking(vera, root.session)


@pytest.mark.parametrize("change", ["password_hash = 'other'", "disabled = true"])
async def test_what_was_proved_of_another_password_is_nothing(cluster, change):
    """A password that was changed, or its user disabled, while it was checked proves nothing."""
    root = (await cluster.enter("root")).session
    hash_ = await cluster.scalar("SELECT password_hash FROM users WHERE name = 'root'")
    await cluster.sql(f"UPDATE users SET {change} WHERE name = 'root'")
    with pytest.raises(NotSignedIn):
        await PostgresSessions(cluster.database).prove(root.id, password_hash=hash_)


async def test_roles(cluster):
    """A Viewer revokes nothing, a service neither; a bad reason is refused before anything else."""
    anna, vera = (await cluster.enter("anna")).session, (await cluster.enter("vera")).session
    with pytest.raises(Forbidden):
        await cluster.revoking(anna, vera)
    with pytest.raises(Invalid):
        await cluster.one.identity.revoker.revoke(
            vera.id, reason="no", principal=anna.principal, visit=VISIT
        )


class FailingRecorder:
    """Runs the effect in a transaction that does not commit."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def record(self, activities, *, source="", effect=None):
        async with self.database.begin() as connection:
            await effect(connection)
            raise Unavailable("The log is full.")


async def test_unrecorded_is_not_revoked(cluster):
    """Where the entry can't be written the session goes on."""
    root, vera = (await cluster.enter("root")).session, await cluster.enter("vera")
    revoker = Revoker(
        sessions=PostgresSessions(cluster.database),
        directory=PostgresSessionDirectory(cluster.database),
        recorder=FailingRecorder(cluster.database),
    )
    with pytest.raises(Unavailable):
        await revoker.revoke(vera.session.id, reason=WHY, principal=root.principal, visit=VISIT)
    assert await cluster.one.identity.sessions.authenticate(vera.token)


async def test_all_of_a_user_while_one_signs_in(cluster):
    """All sessions of a user end together, each with its entry, whatever begins and ends by then."""
    root = (await cluster.enter("root")).session
    tokens = [(await cluster.enter("vera")).token for _ in range(3)]
    before = await cluster.scalar("SELECT count(*) FROM entries WHERE action = 3")

    async def revoke():
        return await cluster.two.identity.revoker.revoke_all(
            root_target, reason=WHY, principal=root.principal, visit=VISIT
        )

    root_target = await cluster.scalar("SELECT id::text FROM users WHERE name = 'vera'")
    receipts, late = await asyncio.gather(revoke(), cluster.enter("vera"))
    for token in tokens:
        with pytest.raises(SessionRevoked):
            await cluster.one.identity.sessions.authenticate(token)
    revoked = await cluster.scalar("SELECT count(*) FROM sessions WHERE ended_how = 'revoked'")
    entries = await cluster.scalar("SELECT count(*) FROM entries WHERE action = 3") - before
    assert len(receipts) == revoked == entries >= 3
    assert late.session.user.name == "vera"

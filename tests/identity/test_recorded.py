"""Identity over the real appender: an entry and what it is about are one transaction."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa

from indelible.core.activity import Client
from indelible.core.redaction import Redactor
from indelible.errors import Conflict, NotSignedIn, WrongCredentials
from indelible.identity.access import Role
from indelible.identity.code_desk import CodeDesk
from indelible.identity.login import Login
from indelible.identity.model import COMMAND_LINE, PlatformSettings, Visit
from indelible.identity.passwords import Argon2Hasher
from indelible.identity.sessions import SessionDesk
from indelible.identity.settings import SettingsDesk
from indelible.identity.tenants import TenantRegister
from indelible.identity.users import UserRegister
from indelible.ledger.append import Appender
from indelible.signing.file_key import make_signer
from indelible.storage.postgres.append import PostgresLedger
from indelible.storage.postgres.attempts import PostgresAttempts
from indelible.storage.postgres.second_factors import PostgresSecondFactors
from indelible.storage.postgres.sessions import PostgresSessions
from indelible.storage.postgres.settings import PostgresSettings
from indelible.storage.postgres.tenants import PostgresTenants
from indelible.storage.postgres.users import PostgresUsers
from tests.identity.factors import NoSealer

pytestmark = pytest.mark.database

PASSWORD = "seven green kettles hum"
VISIT = Visit(client=Client(ip="203.0.113.7"))


class Office:
    """Login, registers and settings over a database and its appender."""

    def __init__(self, database, signer):
        self.database = database
        self.appender = Appender(
            PostgresLedger(database, base="example.org"), signer, redactor=Redactor()
        )
        self.hasher = Argon2Hasher()
        users, sessions = PostgresUsers(database), PostgresSessions(database)
        self.login = Login(
            users=users,
            sessions=sessions,
            attempts=PostgresAttempts(database),
            hasher=self.hasher,
            codes=CodeDesk(factors=PostgresSecondFactors(database), sealer=NoSealer()),
            recorder=self.appender,
        )
        self.desk = SessionDesk(sessions=sessions, recorder=self.appender)
        self.tenants = TenantRegister(tenants=PostgresTenants(database), recorder=self.appender)
        self.users = UserRegister(users=users, hasher=self.hasher, recorder=self.appender)
        self.settings = SettingsDesk(
            settings=PostgresSettings(database), sessions=sessions, recorder=self.appender
        )

    async def count(self, table):
        async with self.database.begin() as connection:
            return await connection.scalar(sa.text(f"SELECT count(*) FROM {table}"))

    async def add(self, email, role, tenant):
        return await self.users.create(
            email=email,
            name="Name",
            role=role,
            tenant=tenant,
            password=PASSWORD,
            actor=COMMAND_LINE,
        )


@pytest.fixture
async def office(database, tmp_path):
    office = Office(database, make_signer(tmp_path / "signing.key"))
    yield office
    await office.appender.close()
    office.hasher.close()


async def test_each_step_of_a_session_is_an_entry(office):
    """Tenant, user, failure, sign-in and sign-out: each a durable entry of the right log."""
    acme = await office.tenants.create("Acme", actor=COMMAND_LINE)
    await office.add("anna@acme.test", Role.ADMIN, acme)
    with pytest.raises(WrongCredentials):
        await office.login.sign_in("anna@acme.test", "wrong", VISIT)
    signed_in = await office.login.sign_in("anna@acme.test", PASSWORD, VISIT)
    await office.desk.sign_out(signed_in.session, VISIT)
    async with office.database.begin() as connection:
        rows = await connection.execute(
            sa.text(
                "SELECT l.tenant::text, r.type, e.failed FROM entries e JOIN logs l ON l.id = e.log"
                " JOIN resources r ON r.id = e.resource ORDER BY e.time, e.seq"
            )
        )
        assert [tuple(row) for row in rows] == [
            (acme.id, "tenant", False),
            (acme.id, "user", False),
            (acme.id, "session", True),
            (acme.id, "session", False),
            (acme.id, "session", False),
        ]


async def test_what_fails_leaves_no_entry(office):
    """A taken name makes neither a second tenant nor an entry, and the next change goes through."""
    await office.tenants.create("Acme", actor=COMMAND_LINE)
    with pytest.raises(Conflict):
        await office.tenants.create("ACME", actor=COMMAND_LINE)
    assert (await office.count("tenants"), await office.count("entries")) == (1, 1)
    await office.tenants.create("Zeta", actor=COMMAND_LINE)
    assert (await office.count("tenants"), await office.count("entries")) == (2, 2)


async def test_of_concurrent_sign_outs_one_is_an_entry(office):
    """Signing out twice at once ends the session once and is recorded once."""
    await office.add("root@platform.test", Role.SUPER_ADMIN, None)
    signed_in = await office.login.sign_in("root@platform.test", PASSWORD, VISIT)
    before = await office.count("entries")
    results = await asyncio.gather(
        *(office.desk.sign_out(signed_in.session, VISIT) for _ in range(5)), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == ["NoneType"] + ["NotSignedIn"] * 4
    assert await office.count("entries") == before + 1


async def test_no_change_commits_after_the_sign_out(office):
    """Once a session is signed out, a change that it had begun is neither made nor recorded."""
    await office.add("root@platform.test", Role.SUPER_ADMIN, None)
    signed_in = await office.login.sign_in("root@platform.test", PASSWORD, VISIT)
    principal = signed_in.session.principal
    await office.desk.sign_out(signed_in.session, VISIT)
    before = await office.count("entries")
    with pytest.raises(NotSignedIn):
        await office.settings.change(
            PlatformSettings(time_zone="Asia/Tokyo"), principal=principal, visit=VISIT
        )
    assert await office.settings.read() == PlatformSettings()
    assert await office.count("entries") == before

"""Identity's stores over one database, with a tenant and its Admin."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from indelible.core.activity import TenantId
from indelible.identity.access import Role
from indelible.identity.model import SessionId, Tenant, User, UserId
from indelible.identity.ports import NewSession
from indelible.storage.postgres.api_keys import PostgresKeys
from indelible.storage.postgres.attempts import PostgresAttempts
from indelible.storage.postgres.session_directory import PostgresSessionDirectory
from indelible.storage.postgres.sessions import PostgresSessions
from indelible.storage.postgres.settings import PostgresSettings
from indelible.storage.postgres.tenants import PostgresTenants
from indelible.storage.postgres.users import PostgresUsers


class Stores:
    """All stores; what they change is committed at once."""

    def __init__(self, database):
        self.database = database
        self.tenants = PostgresTenants(database)
        self.users = PostgresUsers(database)
        self.sessions = PostgresSessions(database)
        self.directory = PostgresSessionDirectory(database)
        self.keys = PostgresKeys(database)
        self.settings = PostgresSettings(database)
        self.attempts = PostgresAttempts(database)
        self.acme = Tenant(id=TenantId(str(uuid.uuid4())), name="Acme")
        self.anna = User(
            id=UserId(str(uuid.uuid4())),
            email="anna@acme.test",
            name="Anna",
            role=Role.ADMIN,
            tenant=self.acme,
        )

    async def commit(self, *effects):
        async with self.database.begin() as connection:
            for effect in effects:
                await effect(connection)

    async def sql(self, statement, **values):
        """Change what the clock or an administrator would have changed."""
        async with self.database.begin() as connection:
            await connection.execute(sa.text(statement), values)

    def new(self, **changes):
        session = NewSession(
            id=SessionId(str(uuid.uuid4())),
            user=self.anna.id,
            digest=uuid.uuid4().bytes * 2,
            password_hash="hash",
            lifetime=timedelta(hours=12),
            idle=timedelta(minutes=30),
            ip="203.0.113.7",
            user_agent="Test/1",
        )
        return replace(session, **changes)

    async def open(self, **changes):
        session = self.new(**changes)
        await self.commit(self.sessions.open(session))
        return session

"""Two nodes, many browsers, many revocations: nothing that begins after one is let in.

Each browser reads and changes as fast as it can, on either node. The log itself is the witness: a
change and the revocation of the session that made it stand in the same log, in the order in which
they were committed.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import uuid
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
import sqlalchemy as sa

from indelible.bootstrap import open_services
from indelible.config.settings import load_settings
from indelible.core.scope import Scope
from indelible.identity.access import Role
from indelible.identity.login import digest_of
from indelible.identity.model import COMMAND_LINE, SessionId, Tenant, UserId
from indelible.identity.ports import NewSession
from indelible.ledger.search import Filter
from indelible.storage.postgres.sessions import PostgresSessions
from indelible.web.app import create_app
from indelible.web.gate import csrf_token
from tests.web.conftest import Platform

pytestmark = pytest.mark.database

TENANTS, CLIENTS = 5, 50

# `make campaign` and whoever doubts: REVOCATIONS=200.
REVOCATIONS = int(os.environ.get("REVOCATIONS", "40"))
REASON = {"reason": "under load"}


@dataclass
class Browser:
    """Somebody with a session, who gets another one when it is revoked."""

    user: str
    target: str
    session: str = ""
    token: str = ""
    revoked: set[str] = field(default_factory=set)  # sessions whose revocation was answered
    fresh: asyncio.Event = field(default_factory=asyncio.Event)  # its session was not revoked yet
    seen: Counter = field(default_factory=Counter)


class Nodes:
    """Two applications on one database."""

    def __init__(self, one: Platform, two: Platform, database) -> None:
        self.both, self.database = (one, two), database
        self.sessions = PostgresSessions(database)
        self.browsers: list[Browser] = []
        self.turn = itertools.count()
        self.over = False

    async def furnish(self) -> None:
        identity = self.both[0].services.identity
        tenants = [
            await identity.tenants.create(f"Tenant {n}", actor=COMMAND_LINE) for n in range(TENANTS)
        ]
        self.root = await self._user(identity, Role.SUPER_ADMIN, None)
        for n in range(CLIENTS):
            tenant = tenants[n % TENANTS]
            user = await self._user(identity, Role.ADMIN, tenant)
            target = await self._user(identity, Role.VIEWER, tenant)
            self.browsers.append(Browser(user=user, target=target))
            await self.enter(self.browsers[-1])

    async def _user(self, identity, role: Role, tenant: Tenant | None) -> str:
        """Add a user without the work of a password: it is not what is looked at here."""
        id_ = str(uuid.uuid4())
        async with self.database.begin() as connection:
            await connection.execute(
                sa.text(
                    "INSERT INTO users (id, email, name, role, tenant, password_hash)"
                    " VALUES (:id, :email, 'Somebody', :role, :tenant, 'hash')"
                ),
                {
                    "id": id_,
                    "email": f"{id_}@load.test",
                    "role": role.value,
                    "tenant": tenant and tenant.id,
                },
            )
        return id_

    async def open(self, user: str) -> tuple[str, str]:
        """Open a session, and return its id and token."""
        id_, token = str(uuid.uuid4()), (uuid.uuid4().hex + uuid.uuid4().hex)[:43]
        new = NewSession(
            id=SessionId(id_),
            user=UserId(user),
            digest=digest_of(token),
            password_hash="hash",
            lifetime=timedelta(hours=1),
            idle=timedelta(hours=1),
            ip=None,
            user_agent=None,
        )
        async with self.database.begin() as connection:
            await self.sessions.open(new)(connection)
        return id_, token

    async def enter(self, browser: Browser) -> None:
        browser.session, browser.token = await self.open(browser.user)
        browser.fresh.set()

    def client(self, token: str):
        node = self.both[next(self.turn) % 2]
        return node.client(**{"Cookie": f"indelible={token}", "X-CSRF-Token": csrf_token(token)})

    async def browse(self, browser: Browser) -> None:
        """Read and change until it is over; note what was let in after a revocation's answer."""
        for n in itertools.count():
            if self.over:
                return
            session, token = browser.session, browser.token
            late = session in browser.revoked
            async with self.client(token) as client:
                if n % 3:
                    answer = await client.get("/api/auth/session")
                else:
                    path = f"/api/users/{browser.target}"
                    answer = await client.patch(path, json={"name": f"{session} {n}"})
            browser.seen[late, answer.status_code] += 1
            if late:
                # The revoked session was tried once more, and now there is another one.
                assert answer.json()["type"] == "urn:indelible:problem:session-revoked"
                await self.enter(browser)

    async def revoke(self, token: str, numbers) -> None:
        """Revoke one browser's session after the other."""
        for n in numbers:
            browser = self.browsers[n % CLIENTS]
            await browser.fresh.wait()
            session = browser.session
            async with self.client(token) as client:
                answer = await client.post(f"/api/sessions/{session}/revoke", json=REASON)
            assert answer.status_code == 200, answer.text
            browser.revoked.add(session)
            browser.fresh.clear()


@pytest.fixture
async def nodes(database_url, database, tmp_path):
    settings = load_settings(data=tmp_path, database_pool=8, super_admin_second_factor=False)
    async with AsyncExitStack() as stack:
        both = []
        for _ in range(2):
            services = await stack.enter_async_context(open_services(settings, database_url))
            app = create_app(lambda: open_services(settings, database_url))
            app.state.services = services
            both.append(Platform(app, services, database_url))
        nodes = Nodes(*both, database)
        await nodes.furnish()
        yield nodes


async def test_nothing_after_a_revocation(nodes):
    """No request that began after a revocation was answered is let in; no change commits after."""
    revocations = REVOCATIONS
    _, token = await nodes.open(nodes.root)
    numbers = iter(range(revocations))
    browsing = [asyncio.create_task(nodes.browse(each)) for each in nodes.browsers]
    await asyncio.gather(*(nodes.revoke(token, numbers) for _ in range(4)))
    await asyncio.gather(*(each.fresh.wait() for each in nodes.browsers))
    nodes.over = True
    await asyncio.gather(*browsing)
    seen = sum((each.seen for each in nodes.browsers), Counter())
    late = {status for began_late, status in seen if began_late}
    assert late == {401}
    assert sum(n for (began_late, _), n in seen.items() if began_late) >= revocations
    print(sum(seen.values()), "requests:", dict(seen))
    await the_log_agrees(nodes, revocations)


async def the_log_agrees(nodes, revocations: int) -> None:
    """In each log, nothing that a session did stands after the session's revocation."""
    index = nodes.both[0].services.index
    revoked: dict[str, int] = {}
    done: list[tuple[str, int]] = []
    cursor = None
    while True:
        page = await index.page(Filter(), Scope.everything(), limit=200, cursor=cursor)
        for row in page.items:
            if row.action == "revoke":
                revoked[row.resource.id] = row.seq
            elif row.session is not None:
                done.append((row.session, row.seq))
        cursor = page.next
        if cursor is None:
            break
    assert len(revoked) == revocations
    changes = [(session, seq) for session, seq in done if session in revoked]
    assert len(changes) > revocations
    print(f"{revocations} revocations, {len(changes)} changes of revoked sessions, all before")
    assert [each for each in changes if each[1] > revoked[each[0]]] == []

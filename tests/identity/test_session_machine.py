"""Sign-in, expiry, revocation, disabling and assumption, in every order that Hypothesis thinks of."""

from __future__ import annotations

import asyncio
import os
from contextlib import AsyncExitStack

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from indelible.bootstrap import open_services
from indelible.config.settings import load_settings
from indelible.core.activity import Client
from indelible.identity.code_desk import CodeDesk
from indelible.identity.login import Login
from indelible.identity.model import Visit
from indelible.identity.throttling import Limits
from indelible.storage.postgres.database import Database
from indelible.storage.postgres.second_factors import PostgresSecondFactors
from tests.identity.conftest import FakeHasher
from tests.identity.factors import NoSealer
from tests.identity.session_house import House
from tests.identity.session_machine import SessionMachine
from tests.identity.stores import Stores

pytestmark = pytest.mark.database

# `make campaign` and whoever doubts: MACHINES=200.
EXAMPLES = int(os.environ.get("MACHINES", "8"))


async def _at_once(seconds: float) -> None:
    """Wait for nothing: delays are looked at elsewhere."""


async def _open(stack, url, folder, loop) -> House:
    chosen = load_settings(data=folder, database_pool=4, super_admin_second_factor=False)
    services = await stack.enter_async_context(open_services(chosen, url))
    database = Database(url, pool_size=2)
    stack.push_async_callback(database.close)
    stores = Stores(database)
    login = Login(
        users=stores.users,
        sessions=stores.sessions,
        attempts=stores.attempts,
        hasher=FakeHasher(),
        codes=CodeDesk(factors=PostgresSecondFactors(database), sealer=NoSealer()),
        recorder=services.recorder,
        limits=Limits(delay_from=10**6, refuse_from=10**6),
        pause=_at_once,
    )
    return House(loop, services, login, stores, Visit(client=Client(ip="203.0.113.7")))


def test_sessions(shared_database_url, tmp_path_factory):
    """Nobody is let in whom the model keeps out, whatever happened before; and nobody kept out."""
    loop = asyncio.new_event_loop()
    stack = AsyncExitStack()
    try:
        folder = tmp_path_factory.mktemp("machine")
        house = loop.run_until_complete(_open(stack, shared_database_url, folder, loop))
        run_state_machine_as_test(
            lambda: SessionMachine(house),
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=30,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        loop.run_until_complete(stack.aclose())
        loop.close()

"""A real appender on a real database."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from indelible.core.activity import Action, Activity, Actor, Client, Request, Resource, TenantId
from indelible.core.redaction import Redactor
from indelible.ledger.append import Appender
from indelible.signing.file_key import FileSigner
from indelible.storage.postgres.append import PostgresLedger
from indelible.storage.postgres.database import Database

BASE = "audit.test"
TENANT = TenantId("3f9c2a44-0000-4000-8000-000000000001")
OTHER = TenantId("3f9c2a44-0000-4000-8000-000000000002")

_numbers = itertools.count()


class Clock:
    """A clock that the test sets; nanoseconds."""

    def __init__(self, seconds: float = 1_760_000_000) -> None:
        self.now = int(seconds * 1e9)

    def __call__(self) -> int:
        return self.now


@pytest.fixture(scope="session")
def signer() -> FileSigner:
    """A signing key."""
    return FileSigner(Ed25519PrivateKey.generate())


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still until the test moves it."""
    return Clock()


@pytest.fixture
def new_appender(database: Database, signer: FileSigner, clock: Clock) -> Callable[[], Appender]:
    """Make an appender as another process would: it shares nothing but the database."""
    return lambda: Appender(
        PostgresLedger(database, base=BASE), signer, redactor=Redactor(), clock=clock
    )


@pytest.fixture
def appender(new_appender: Callable[[], Appender]) -> Appender:
    """An appender on a fresh database."""
    return new_appender()


def an_activity(
    name: str | None = None, *, tenant: TenantId | None = TENANT, **fields: object
) -> Activity:
    """An activity like those of a platform; *fields* win."""
    number = next(_numbers)
    usual: dict[str, object] = {
        "actor": Actor(id=f"user-{number % 7}", email=f"user{number % 7}@example.com"),
        "action": Action.UPDATE,
        "resource": Resource(type="edge", id=f"edge-{number % 11}", name=name or f"edge {number}"),
        "client": Client(ip="198.51.100.7", user_agent="curl/8"),
        "request": Request(method="PUT", route="/api/edges/{id}", path="/api/edges/1", status=200),
        "payload": {"name": name, "number": number},
        "tenant": tenant,
    }
    return Activity(**{**usual, **fields})  # type: ignore[arg-type]

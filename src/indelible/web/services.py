"""What the routes need, filled by ``bootstrap``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import cast

import msgspec
from starlette.requests import Request
from starlette.types import Scope

from indelible.identity.services import Identity
from indelible.ledger.erase import PersonEraser
from indelible.ledger.export import Exporter
from indelible.ledger.indexing import FollowingIndex
from indelible.ledger.integrity import Integrity
from indelible.ledger.ports import Recorder
from indelible.ledger.prove import Prover
from indelible.ledger.published import PublishedLogs
from indelible.ledger.retention import Purger, RetentionDesk
from indelible.ledger.root import RootStore
from indelible.ledger.search import ActivityIndex
from indelible.web.gate import Gate
from indelible.web.metrics import Metrics
from indelible.web.turns import Turns


class Health(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How the parts are that an answer needs.

    Attributes:
        lag_seconds: by how much the search index is behind the log; 0 where they are one.
    """

    status: str
    database: bool
    lag_seconds: float


HostToken = Callable[[Scope], str | None]
"""Reads the token of a host application's own session out of a request; None: it carries none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The use cases and ports behind the routes.

    Attributes:
        recorder: takes what reporters send and what the routes themselves do.
        probe: asks the database for a sign of life and returns the index's lag in seconds; raises
            ``Unavailable``.
        ready: tells whether the recorder could take an activity now.
        logs: the logs themselves, for auditors.
        following: the search index where it follows the log; None where it is the log.
        root: the log of their checkpoints.
        root_public: anybody may read it.
        gate: which proxies are believed, and over what people may sign in.
        turns: whose turn it is to read.
        host_token: finds the sessions that a host application has registered.
    """

    index: ActivityIndex
    recorder: Recorder
    identity: Identity
    exporter: Exporter
    prover: Prover
    eraser: PersonEraser
    retention: RetentionDesk
    purger: Purger
    integrity: Integrity
    metrics: Metrics
    logs: PublishedLogs
    root: RootStore
    probe: Callable[[], Awaitable[float]]
    ready: Callable[[], Awaitable[bool]]
    following: FollowingIndex | None = None
    root_public: bool = False
    gate: Gate = field(default_factory=Gate)
    turns: Turns = field(default_factory=Turns)
    host_token: HostToken | None = None


def services_of(request: Request) -> Services:
    """Return the services of the application that got *request*; a dependency."""
    return cast("Services", request.app.state.services)

"""What is counted and timed, for Prometheus. A registry of its own: a host keeps its own apart."""

from __future__ import annotations

import time
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from indelible.ledger.indexing import IndexState
from indelible.web.problems import REFUSED
from indelible.web.refusals import Refusals

MEDIA_TYPE = CONTENT_TYPE_LATEST
_FINE = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)


class Metrics:
    """The server's figures."""

    def __init__(self) -> None:
        """Start every figure at zero."""
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "indelible_http_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "indelible_http_seconds",
            "Time until the last byte of an answer.",
            ("route",),
            buckets=_FINE,
            registry=self._registry,
        )
        self._under_way = Gauge(
            "indelible_http_under_way", "Requests being answered.", registry=self._registry
        )
        self._refused = Counter(
            "indelible_requests_refused",
            "Requests answered with 429 or 503, by the kind of problem they were told.",
            ("reason", "route"),
            registry=self._registry,
        )
        self._reading = Gauge(
            "indelible_reading_under_way",
            "Reading requests that have their turn.",
            registry=self._registry,
        )
        self._reading_waiting = Gauge(
            "indelible_reading_waiting",
            "Reading requests that wait for their turn.",
            registry=self._registry,
        )
        self._recording_waiting = Gauge(
            "indelible_recording_waiting_entries",
            "Entries that wait to be committed.",
            registry=self._registry,
        )
        self._recordings_refused = Counter(
            "indelible_entries_refused",
            "Entries that the recorder did not take because too many waited.",
            registry=self._registry,
        )
        self._entries = Counter(
            "indelible_entries_appended", "Entries committed.", registry=self._registry
        )
        self._batches = Histogram(
            "indelible_commit_entries",
            "Entries that shared a commit.",
            buckets=_SIZES,
            registry=self._registry,
        )
        self._commits = Histogram(
            "indelible_commit_seconds",
            "Time a commit took, from locking the heads to durable.",
            buckets=_FINE,
            registry=self._registry,
        )

        self._root_leaves = Counter(
            "indelible_root_leaves_published",
            "Leaves that this process added to the root log.",
            registry=self._registry,
        )
        self._root_size = Gauge(
            "indelible_root_size", "Leaves of the root log.", registry=self._registry
        )
        self._witnessed = Gauge(
            "indelible_root_witnessed_size",
            "Size of the newest root checkpoint with a quorum of cosignatures.",
            registry=self._registry,
        )
        self._published_at = Gauge(
            "indelible_published_timestamp_seconds",
            "When the publisher last had nothing left to publish, in Unix seconds.",
            registry=self._registry,
        )
        self._asked = Counter(
            "indelible_witness_answers",
            "What witnesses answered: cosigns, unreachable, refuses, fork or roll_back.",
            ("witness", "state"),
            registry=self._registry,
        )
        self._accused = Gauge(
            "indelible_witness_accuses",
            "1 while a witness has seen another history of the root log than ours.",
            ("witness",),
            registry=self._registry,
        )

        self._index_lag = Gauge(
            "indelible_index_lag_seconds",
            "Age of the oldest entry that the search index does not have; 0 where it has all.",
            registry=self._registry,
        )
        self._index_behind = Gauge(
            "indelible_index_behind_entries",
            "Entries that the search index does not have yet; answers have them.",
            registry=self._registry,
        )
        self._index_usable = Gauge(
            "indelible_index_usable",
            "1 while the search index answers, 0 while the ledger does in its place.",
            registry=self._registry,
        )
        self._index_stand_ins = Gauge(
            "indelible_index_stand_ins",
            "Questions that the ledger answered in the place of the search index.",
            registry=self._registry,
        )

    def followed(self, state: IndexState, *, stand_ins: int) -> None:
        """Note how the search index stands, where it follows the log."""
        self._index_lag.set(state.lag_seconds)
        self._index_behind.set(state.behind)
        self._index_usable.set(state.usable)
        self._index_stand_ins.set(stand_ins)

    def watch(
        self,
        *,
        reading: Callable[[], int],
        reading_waiting: Callable[[], int],
        recording_waiting: Callable[[], int],
    ) -> None:
        """Ask for how much is under way whenever somebody wants to know."""
        self._reading.set_function(reading)
        self._reading_waiting.set_function(reading_waiting)
        self._recording_waiting.set_function(recording_waiting)

    def refused(self, *, reason: str, route: str) -> None:
        """Count a request that was told to come again; *reason* is the kind of its problem."""
        self._refused.labels(reason, route).inc()

    def turned_away(self, entries: int) -> None:
        """Count entries that the recorder did not take."""
        self._recordings_refused.inc(entries)

    def committed(self, *, entries: int, seconds: float) -> None:
        """Count a commit."""
        self._entries.inc(entries)
        self._batches.observe(entries)
        self._commits.observe(seconds)

    def answered(self, *, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answer; *route* is the template, so that the number of figures is bounded."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def published(self, *, leaves: int, size: int) -> None:
        """Note a turn of the publisher that went well, whether or not it added leaves."""
        self._root_leaves.inc(leaves)
        self._root_size.set(size)
        self._published_at.set_to_current_time()

    def asked(self, *, witness: str, state: str, accuses: bool) -> None:
        """Note what a witness answered."""
        self._asked.labels(witness, state).inc()
        if accuses or state == "cosigns":  # an unreachable one takes nothing back
            self._accused.labels(witness).set(accuses)

    def witnessed(self, *, size: int) -> None:
        """Note the size of the newest root checkpoint with a quorum of cosignatures."""
        self._witnessed.set(size)

    def render(self) -> bytes:
        """Return every figure in the text format."""
        return generate_latest(self._registry)

    def enter(self) -> None:
        """Note that a request began."""
        self._under_way.inc()

    def leave(self) -> None:
        """Note that a request ended."""
        self._under_way.dec()


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Measuring:
    """ASGI middleware that counts and times the requests of an application with services."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap *app*."""
        self._app = app
        self._refusals = Refusals()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and note what became of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        metrics: Metrics = scope["app"].state.services.metrics
        state = scope.setdefault("state", {})
        status = 500
        began = time.perf_counter()

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        metrics.enter()
        try:
            await self._app(scope, receive, noting)
        finally:
            metrics.leave()
            method = scope["method"]
            route = getattr(scope.get("route"), "path", "unmatched")
            metrics.answered(
                method=method if method in _METHODS else "other",
                route=route,
                status=status,
                seconds=time.perf_counter() - began,
            )
            if (reason := state.get(REFUSED)) is not None:
                metrics.refused(reason=reason, route=route)
                self._refusals.tell(reason=reason, route=route, request_id=state.get("request_id"))

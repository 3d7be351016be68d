"""Indelible as an ASGI application: to serve (``indelible.asgi:create``) or to mount in a host."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from fastapi import FastAPI
from starlette.routing import Match, Mount
from starlette.types import Scope

from indelible.bootstrap import open_database, open_services
from indelible.capture import AuditMiddleware, Principal, audited
from indelible.capture.principal import FindPrincipal
from indelible.config.settings import Settings, load_settings
from indelible.core.activity import Activity, Receipt
from indelible.core.redaction import Redactor
from indelible.errors import Unavailable
from indelible.identity.host import HostSessions
from indelible.ledger.ports import Effect
from indelible.web.app import create_app
from indelible.web.auth import principal_of
from indelible.web.bodies import Bodies
from indelible.web.services import HostToken, Services


class _Below(Mount):
    """Takes only what Indelible has, so that a host's 404 and 405 stay its own."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return what a mount does, where a route of the application below fits."""
        below = self.routes
        if any(route.matches(scope)[0] is not Match.NONE for route in below):
            return super().matches(scope)
        return Match.NONE, {}


class Indelible:
    """What a host application mounts.

    ::

        audit = Indelible()
        app = FastAPI(lifespan=audit.lifespan)
        ...                      # the host's own routes
        audit.mount(app)         # records them, and serves console and API below them

    Attributes:
        app: the application with Indelible's console and API.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        host_token: HostToken | None = None,
        principal: FindPrincipal | None = None,
    ) -> None:
        """Take settings, from the environment by default.

        Args:
            settings: how it runs.
            host_token: for a host with a login of its own, which registers its sessions with
                :attr:`sessions`: reads the token of one out of a request. Who it is follows.
            principal: for a host that registers none: makes who is behind a request of the host
                itself. The console then takes Indelible's own sign-in.

        Raises:
            Misconfigured: a setting can't be taken.
        """
        self.settings = settings or load_settings()
        self._host_token = host_token
        self._principal = principal
        self._services: Services | None = None
        self.app = create_app(self._opened, standalone=False, bodies=_bodies(self.settings))
        audited(record=False)(self.app)  # what its own routes do, they record themselves

    @property
    def services(self) -> Services:
        """What runs behind the application.

        Raises:
            Unavailable: it does not run: the host's lifespan was not entered.
        """
        if self._services is None:
            raise Unavailable("Indelible does not run: give its lifespan to the host application.")
        return self._services

    @property
    def sessions(self) -> HostSessions:
        """The sessions of a host with a login of its own.

        Raises:
            Unavailable: it does not run.
        """
        return self.services.identity.host

    @asynccontextmanager
    async def lifespan(self, host: FastAPI) -> AsyncIterator[None]:
        """Run while the host application runs."""
        async with self._opened() as services:
            host.state.services = services
            self.app.state.services = services
            yield

    def mount(self, host: FastAPI) -> None:
        """Record what *host* does, and serve console and API where none of its own routes fits.

        Call it after the last route was added. What is neither the host's nor Indelible's, the host
        refuses as it did before.
        """
        host.add_middleware(
            AuditMiddleware,
            recorder=self,
            principal=self._principal or self.principal,
            trusted_proxies=self.settings.trusted_proxies,
            redactor=Redactor(
                names=self.settings.secret_names, allowed=self.settings.allowed_names
            ),
        )
        host.router.routes.append(_Below("/", self.app))

    async def principal(self, scope: Scope) -> Principal | None:
        """Return who is behind a request to the host, by the session that it carries."""
        found = await principal_of(scope)
        if found is None:
            return None
        return Principal(
            actor=found.actor,
            tenant=found.tenant,
            session=found.session,
            assumed_by=found.assumed_by,
        )

    async def ready(self) -> bool:
        """Return whether what a route does could be recorded now."""
        return await self.services.ready()

    async def record(
        self, activities: Sequence[Activity], *, source: str = "", effect: Effect | None = None
    ) -> Sequence[Receipt]:
        """Record through the running services; see :class:`indelible.ledger.ports.Recorder`."""
        return await self.services.recorder.record(activities, source=source, effect=effect)

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[Services]:
        async with _running(self.settings) as opened:
            services = replace(opened, host_token=self._host_token)
            self._services = services
            try:
                yield services
            finally:
                self._services = None


def create() -> FastAPI:
    """Return Indelible alone, as ``indelible serve`` runs it; settings are the environment's."""
    settings = load_settings()
    _spare_the_collector()
    return create_app(lambda: _running(settings), bodies=_bodies(settings))


def _bodies(settings: Settings) -> Bodies:
    return Bodies(
        most=settings.max_body, at_once=settings.bodies_at_once, seconds=settings.body_seconds
    )


def _spare_the_collector() -> None:
    """Have the garbage collector look at less: it took a sixth of the time of an append.

    What importing made lives as long as the process, and entries go by reference count alone.
    Only where the process is ours: a host application has its own opinion.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@asynccontextmanager
async def _running(settings: Settings) -> AsyncIterator[Services]:
    """Run the services on the database that is named, or on the embedded one."""
    with open_database(settings) as url:
        async with open_services(settings, url, publish=True) as services:
            yield services

"""Records what a host application's API does: pure ASGI middleware for any framework."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import cast

from indelible.capture.courier import Courier
from indelible.capture.declare import OnUnreachable, declared
from indelible.capture.describe import ACTIONS
from indelible.capture.exchange import Exchange, Policy, Receive, Send
from indelible.capture.principal import NOBODY, FindPrincipal, Principal, Scope
from indelible.capture.refusal import Message
from indelible.capture.routing import find_endpoint
from indelible.capture.spool import Spool
from indelible.core.client_address import ClientAddress, ForwardedBy
from indelible.core.redaction import Redactor
from indelible.errors import Misconfigured
from indelible.ledger.ports import Recorder

_log = logging.getLogger("indelible.capture")

App = Callable[[Scope, Receive, Send], Awaitable[None]]


def _nobody(_: Scope) -> Principal:
    return NOBODY


class AuditMiddleware:
    """Records each request that changes something, before its response leaves.

    Of a recorded request the response is held back until the entry is durable, and then carries
    ``X-Audit-Receipt: <origin>#<seq>``. Requests that read pass through untouched unless their
    endpoint declares an action. Cookies and ``Authorization`` are never looked at.

    Args:
        app: the application around which this stands.
        recorder: takes the activities; a function that returns it where it is made later.
        principal: tells who is behind a request; asked when the handler is done.
        trusted_proxies: networks of our own proxies, see :class:`.ClientAddress`.
        forwarded_header: the header that these proxies write.
        on_unreachable: for endpoints that do not say; by default what the recorder prefers
            (``spool`` for the remote one), else ``strict``.
        spool: directory for the routes that spool; by default the recorder's own.
        redactor: for what is written to the spool and for ids, which are public. Give it the same
            names as the recorder's.
        deadline: seconds that a request waits for the recorder.
        max_body: bytes of a JSON or form body that are recorded.
        exclude: path prefixes that are not recorded here, such as Indelible's own routes, which
            record themselves.
        source: who reports; the recorder tells keys apart by it.

    Raises:
        Misconfigured: a proxy is no network, or there is no spool where one is wanted.
    """

    def __init__(
        self,
        app: App,
        *,
        recorder: Recorder | Callable[[], Recorder],
        principal: FindPrincipal = _nobody,
        trusted_proxies: Iterable[str] = (),
        forwarded_header: ForwardedBy = "x-forwarded-for",
        on_unreachable: OnUnreachable | str | None = None,
        spool: Spool | Path | str | None = None,
        redactor: Redactor | None = None,
        deadline: float = 5.0,
        max_body: int = 65_536,
        exclude: Iterable[str] = (),
        source: str = "",
    ) -> None:
        self._app = app
        prefers = getattr(recorder, "on_unreachable", OnUnreachable.STRICT)
        usual = OnUnreachable(on_unreachable or prefers)
        kept = getattr(recorder, "spool", None) if spool is None else spool
        if isinstance(kept, str | Path):
            kept = Spool(Path(kept))
        if usual is OnUnreachable.SPOOL and kept is None:
            raise Misconfigured("on_unreachable='spool' needs a directory: spool='/var/lib/...'.")
        redactor = redactor or Redactor()
        self._courier = Courier(
            _getter(recorder), source=source, spool=kept, redactor=redactor, deadline=deadline
        )
        self._policy = Policy(
            courier=self._courier,
            principal=principal,
            address=ClientAddress(trusted_proxies, header=forwarded_header),
            redactor=redactor,
            on_unreachable=usual,
            max_body=max_body,
        )
        self._exclude = tuple(exclude)

    @property
    def missed(self) -> int:
        """How many activities were let go unrecorded (``best_effort``) since the start."""
        return self._courier.missed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "lifespan":
            await self._app(scope, self._around_life(receive), send)
        elif scope["type"] != "http" or (
            self._exclude and str(scope["path"]).startswith(self._exclude)
        ):
            await self._app(scope, receive, send)
        else:
            exchange = Exchange(self._policy, scope, receive, send)
            if await self._may_run(scope):
                await exchange.run(self._app)
            else:
                await exchange.refuse()

    async def _may_run(self, scope: Scope) -> bool:
        """Tell whether the handler may run: a strict one not, if its activity can't be recorded."""
        if (
            scope["method"] not in ACTIONS
            or self._policy.on_unreachable is not OnUnreachable.STRICT
        ):
            return True
        if await self._courier.ready():
            return True
        mark = declared(find_endpoint(scope, self._app), scope["method"])
        return not mark.record or mark.on_unreachable not in (None, OnUnreachable.STRICT)

    def _around_life(self, receive: Receive) -> Receive:
        async def received() -> Message:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._courier.start()
            elif message["type"] == "lifespan.shutdown":
                # Before the application closes the recorder.
                await self._courier.close()
            return message

        return received


def _getter(recorder: Recorder | Callable[[], Recorder]) -> Callable[[], Recorder]:
    if hasattr(recorder, "record"):
        found = cast("Recorder", recorder)
        return lambda: found
    return recorder

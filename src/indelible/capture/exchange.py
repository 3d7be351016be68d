"""One request and its response, held back until what they did is durable."""

from __future__ import annotations

import asyncio
import inspect
import logging
import re
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from indelible.capture.body import Body
from indelible.capture.courier import Courier, Delivered
from indelible.capture.declare import NOT_DECLARED, Audited, OnUnreachable, declared
from indelible.capture.describe import ACTIONS, Seen, describe
from indelible.capture.draft import open_draft
from indelible.capture.principal import NOBODY, FindPrincipal, Principal, Scope
from indelible.capture.refusal import Message, Send, refuse_after, refuse_before
from indelible.capture.routing import endpoint_of, template_of
from indelible.core.client_address import ClientAddress
from indelible.core.redaction import Redactor
from indelible.errors import IndelibleError, Unknown

__all__ = ["Exchange", "Policy", "Receive", "Send"]

_log = logging.getLogger("indelible.capture")

Receive = Callable[[], Awaitable[Message]]

_MAX_HELD = 65_536
_REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/+-]{0,127}")
_CLIENT_CLOSED = 499
_UNHANDLED = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What all exchanges of one middleware share."""

    courier: Courier
    principal: FindPrincipal
    address: ClientAddress
    redactor: Redactor
    on_unreachable: OnUnreachable
    max_body: int


class Exchange:
    """Stands between server and application for one request.

    The response's start is held until the activity is recorded: with the last message of a short
    body, whose id and name can then be used, or with the first of a long or streamed one.
    """

    def __init__(self, policy: Policy, scope: Scope, receive: Receive, send: Send) -> None:
        self._policy = policy
        self._scope = scope
        self._receive = receive
        self._send = send
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        self._headers = dict(reversed(headers))
        self._draft = open_draft(scope)
        self._request_id = self._own_request_id()
        self._request_body = Body(self._header(b"content-type"), cap=policy.max_body)
        self._response_body: Body | None = None
        self._status = 0
        self._held: list[Message] = []
        self._held_bytes = 0
        self._collects = False
        self._settled = False
        self._refused = False

    async def refuse(self) -> None:
        """Answer without the application: the recorder is away."""
        await refuse_before(self._send, request_id=self._request_id)

    async def run(self, app: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
        """Let *app* serve the request."""
        try:
            await app(self._scope, self._received, self._sent)
        except asyncio.CancelledError:
            await self._record_broken(self._status or _CLIENT_CLOSED)
            raise
        except Exception:
            await self._record_broken(_UNHANDLED)
            raise
        if self._held and not self._settled:
            await self._settle()

    async def _received(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._request_body.feed(message.get("body", b""))
        return message

    async def _sent(self, message: Message) -> None:
        if self._settled:
            if not self._refused:
                await self._send(message)
            return
        if message["type"] == "http.response.start":
            await self._started(message)
            return
        self._held.append(message)
        chunk: bytes = message.get("body", b"")
        self._held_bytes += len(chunk)
        if self._response_body:
            self._response_body.feed(chunk)
        more = message.get("more_body", False) and self._collects
        if not more or self._held_bytes > _MAX_HELD:
            await self._settle()

    async def _started(self, message: Message) -> None:
        self._status = message["status"]
        headers = {name.lower(): value for name, value in message.get("headers", ())}
        message["headers"] = list(message.get("headers", ()))
        if b"x-request-id" not in headers:
            message["headers"].append((b"x-request-id", self._request_id.encode()))
        if not self._is_recorded(self._status):
            self._settled = True
            await self._send(message)
            return
        self._held.append(message)
        # Only a body that says that it is short is waited for: a stream may take for ever.
        length = headers.get(b"content-length", b"")
        self._collects = length.isdigit() and int(length) <= _MAX_HELD
        if self._collects:
            kind = headers.get(b"content-type", b"").decode("latin-1")
            self._response_body = Body(kind, cap=_MAX_HELD)

    async def _settle(self) -> None:
        """Record, then let the response go; or, where it is strict and failed, refuse."""
        self._settled = True
        try:
            delivered = await self._record(self._status)
        except IndelibleError as error:
            self._refused = True
            await refuse_after(
                self._send,
                request_id=self._request_id,
                status=self._status,
                unknown=isinstance(error, Unknown),
            )
            return
        start = self._held[0]
        if delivered.receipt:
            receipt = f"{delivered.receipt.log}#{delivered.receipt.seq}"
            start["headers"].append((b"x-audit-receipt", receipt.encode("latin-1", "replace")))
        elif delivered.spooled:
            start["headers"].append((b"x-audit-receipt", b"spooled"))
        for message in self._held:
            await self._send(message)

    async def _record_broken(self, status: int) -> None:
        """Record a request whose handler was cut off or raised; the caller learns it anyway."""
        if self._settled or not self._is_recorded(status):
            return
        self._settled = True
        try:
            await self._record(status)
        except IndelibleError:
            _log.exception("A failed request was not recorded (%s)", self._request_id)

    async def _record(self, status: int) -> Delivered:
        # A task of its own: a client that goes away takes the handler with it, not the entry.
        task = asyncio.get_running_loop().create_task(self._deliver(status))
        _under_way.add(task)
        task.add_done_callback(_under_way.discard)
        return await asyncio.shield(task)

    async def _deliver(self, status: int) -> Delivered:
        scope, mark = self._routed(), self._declared()
        how = mark.on_unreachable or self._policy.on_unreachable
        peer = scope.get("client")
        activity = describe(
            Seen(
                scope=scope,
                draft=self._draft,
                declared=mark,
                template=template_of(scope),
                principal=await self._principal(scope),
                status=status,
                request_id=self._request_id,
                address=self._policy.address.of(peer[0] if peer else None, scope["headers"]),
                user_agent=self._header(b"user-agent") or None,
                request_body=self._request_body,
                response_body=self._response_body,
            ),
            self._policy.redactor,
            key=uuid.uuid4().hex,
            occurred=datetime.now(UTC) if how is OnUnreachable.SPOOL else None,
        )
        return await self._policy.courier.deliver(activity, how)

    async def _principal(self, scope: Scope) -> Principal:
        if self._draft.given_principal:
            return self._draft.given_principal
        try:
            found = self._policy.principal(scope)
            if inspect.isawaitable(found):
                found = await found
        except Exception:  # noqa: BLE001 -- what was done is worth an entry, whoever did it
            _log.exception("The principal of a request can't be told (%s)", self._request_id)
            return NOBODY
        return found or NOBODY

    def _is_recorded(self, status: int) -> bool:
        mark, method = self._declared(), self._scope["method"]
        if self._draft.skipped or not mark.record or status == 405:
            return False
        if endpoint_of(self._routed()) is None:
            # Nobody's route; but who was turned away before routing wanted to change something.
            return method in ACTIONS and status in (401, 403)
        if method in ACTIONS:
            return True
        return method == "GET" and bool(mark.action or self._draft.given_action)

    def _declared(self) -> Audited:
        scope, method = self._routed(), self._scope["method"]
        mark = declared(endpoint_of(scope), method)
        # A mounted application may be declared as a whole.
        return declared(scope.get("app"), method) if mark is NOT_DECLARED else mark

    def _routed(self) -> Scope:
        """Return the scope that the router wrote to, should something between have copied it."""
        if "endpoint" in self._scope or self._draft.scope is None:
            return self._scope
        return self._draft.scope

    def _own_request_id(self) -> str:
        """Return the caller's request id where it is sane, and no secret: it becomes public."""
        sent = self._header(b"x-request-id")
        if _REQUEST_ID.fullmatch(sent) and self._policy.redactor.text(sent) == sent:
            return sent
        return str(uuid.uuid4())

    def _header(self, name: bytes) -> str:
        return self._headers.get(name, b"").decode("latin-1")


_under_way: set[asyncio.Task[Any]] = set()
"""Recordings whose request may be gone: the loop itself keeps only weak references to tasks."""

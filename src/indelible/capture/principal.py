"""Who is behind a request, as the host application knows it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from indelible.core.activity import Actor, ActorType, TenantId

Scope = MutableMapping[str, Any]
"""An ASGI connection scope."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Whose rights a request uses.

    Attributes:
        actor: the user or service.
        tenant: whose log the activity belongs to; None is the platform log.
        session: public id of the session, never its token.
        assumed_by: the Super Admin behind an assumed session.
    """

    actor: Actor
    tenant: TenantId | None = None
    session: str | None = None
    assumed_by: Actor | None = None


FindPrincipal = Callable[[Scope], Principal | Awaitable[Principal | None] | None]
"""Tells who is behind a request. It is asked when the handler is done, so that what the handler's
own authentication left in the scope can be used; None is nobody known."""

NOBODY = Principal(actor=Actor(id="anonymous", type=ActorType.ANONYMOUS))
"""The principal of a request that nobody is known behind, such as one refused with 401."""

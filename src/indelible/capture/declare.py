"""What a route says about its own recording."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from indelible.core.activity import Action

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])

_MARK = "__indelible_audited__"


class OnUnreachable(StrEnum):
    """What happens to a request whose activity can't be recorded.

    ``strict`` answers 503, ``spool`` writes it to a local file first and sends it later,
    ``best_effort`` lets the request pass, counts it, and records the gap when that is possible.
    """

    STRICT = "strict"
    SPOOL = "spool"
    BEST_EFFORT = "best_effort"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """What :func:`audited` was told; None leaves it to the defaults."""

    action: Action | None = None
    resource_type: str | None = None
    resource_id: str | None = None
    on_unreachable: OnUnreachable | None = None
    record: bool = True


NOT_DECLARED = Audited()


def audited(
    *,
    action: Action | None = None,
    resource_type: str | None = None,
    resource_id: str | None = None,
    on_unreachable: OnUnreachable | str | None = None,
    record: bool = True,
) -> Callable[[Endpoint], Endpoint]:
    """Declare how the requests of an endpoint are recorded.

    The endpoint itself is returned, so the decorator works with any framework; it stands below the
    one that makes the route. A whole application that is mounted can be declared too:
    ``audited(record=False)(app)``.

    Args:
        action: instead of what the method means (POST create, PUT and PATCH update, DELETE
            delete). A GET is recorded only where an action is declared for it.
        resource_type: instead of the one derived from the path.
        resource_id: name of the path parameter that holds the resource's id, or of a field of the
            JSON response or request.
        on_unreachable: instead of the middleware's.
        record: False leaves the endpoint out of the log.
    """
    mark = Audited(
        action=action,
        resource_type=resource_type,
        resource_id=resource_id,
        on_unreachable=None if on_unreachable is None else OnUnreachable(on_unreachable),
        record=record,
    )

    def declare(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _MARK, mark)
        return endpoint

    return declare


def declared(endpoint: object, method: str) -> Audited:
    """Return what was declared for *endpoint*: a function, or a class with a method per verb."""
    while endpoint is not None:
        own = getattr(endpoint, method.lower(), None)
        mark = getattr(own, _MARK, None) or getattr(endpoint, _MARK, None)
        if isinstance(mark, Audited):
            return mark
        endpoint = getattr(endpoint, "func", None)  # functools.partial
    return NOT_DECLARED

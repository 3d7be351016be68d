"""Reads from a scope, after routing, which endpoint answered and by which template."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from indelible.capture.principal import Scope

_PARAMETER = re.compile(r"\{([^}:]+)(?::([^}]*))?\}")


def endpoint_of(scope: Scope) -> object | None:
    """Return the endpoint that the request was routed to; None where no route fits.

    A mounted application is no endpoint: where only that was reached, none of its routes fitted.
    """
    endpoint = scope.get("endpoint")
    return None if endpoint is None or hasattr(endpoint, "routes") else endpoint


def template_of(scope: Scope) -> str | None:
    """Return the template of the whole path (``/api/edges/{edge_id}``), or None.

    A route knows only its own part: what mounts and included routers put in front of it is taken
    from the path, with the parameters that stand there named.
    """
    if endpoint_of(scope) is None:
        return None
    parameters: Mapping[str, Any] = scope.get("path_params") or {}
    path = _segments(scope.get("path", ""))
    own = getattr(scope.get("route"), "path", None)
    if not isinstance(own, str):
        return _join(_named(path, parameters))
    template, named, slashed = _parsed(own)
    # A parameter that takes slashes fills more segments than its place in the template.
    further = sum(str(parameters.get(name, "")).count("/") for name in slashed)
    before = path[: max(len(path) - len(template) - further, 0)]
    outer = {name: value for name, value in parameters.items() if name not in named}
    return _join([*_named(before, outer), *template])


@lru_cache(maxsize=4_096)
def _parsed(own: str) -> tuple[tuple[str, ...], frozenset[str], tuple[str, ...]]:
    """Return a route's plain segments, its parameters, and those of them that take slashes."""
    found = _PARAMETER.findall(own)
    return (
        tuple(_PARAMETER.sub(r"{\1}", segment) for segment in _segments(own)),
        frozenset(name for name, _ in found),
        tuple(name for name, kind in found if kind == "path"),
    )


def find_endpoint(scope: Scope, app: object) -> object | None:
    """Return the endpoint that the request is about to be routed to, as far as can be told.

    Costs a second routing, so it is asked only where the answer decides whether to go on at all.

    Args:
        scope: of the request.
        app: the application, where the scope does not say.
    """
    app = scope.get("app", app)
    return _find(getattr(app, "routes", ()), dict(scope))


def _find(routes: Iterable[Any], scope: dict[str, Any]) -> object | None:
    for route in routes:
        matches = getattr(route, "matches", None)
        if matches is None:
            continue
        match, child = matches(scope)
        if getattr(match, "name", "") != "FULL":
            continue
        endpoint = child.get("endpoint")
        inner = getattr(route, "routes", None) or getattr(endpoint, "routes", None)
        if inner:
            return _find(inner, {**scope, **child})
        return endpoint if endpoint is not None else getattr(route, "endpoint", None)
    return None


def _segments(path: str) -> list[str]:
    return path.strip("/").split("/") if path.strip("/") else []


def _join(segments: Iterable[str]) -> str:
    return "/" + "/".join(segments)


def _named(segments: list[str], parameters: Mapping[str, Any]) -> list[str]:
    if not parameters:
        return segments
    names = {str(value): name for name, value in parameters.items()}
    return [f"{{{names[segment]}}}" if segment in names else segment for segment in segments]

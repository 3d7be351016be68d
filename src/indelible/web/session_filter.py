"""The filter of the sessions as a query string, for every route that takes one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from indelible.identity.session_search import SessionFilter, SessionStatus
from indelible.web.parameters import Parameter, choice, identifier, search, values_of

_NO_ZONE = ZoneInfo("UTC")

STATUS = choice("status", "Only sessions of which this has become.", SessionStatus)

FILTER: tuple[Parameter, ...] = (
    search(
        "Free text: a part of the user's e-mail address or name, of the client's address or its "
        "user agent. Upper and lower case are the same."
    ),
    identifier(
        "tenant",
        "Only sessions of this tenant's users. One that the caller can't see has none.",
        of="a tenant",
    ),
    STATUS,
    identifier("user", "Only sessions of the user with this id.", of="a user"),
)


def filter_of(parameters: Mapping[str, str]) -> SessionFilter:
    """Return the filter that *parameters* describe.

    Raises:
        Invalid: a parameter can't be read.
    """
    return SessionFilter(**values_of(parameters, FILTER, _NO_ZONE))


def page_of(parameters: Mapping[str, str], how: tuple[Parameter, ...]) -> dict[str, Any]:
    """Return what *parameters* say of the page, read as *how* describes."""
    return values_of(parameters, how, _NO_ZONE)


def in_words(where: SessionFilter) -> dict[str, str]:
    """Return what *where* asks for, parameter by parameter, as the URL would say it."""
    said = {each.name: getattr(where, each.name) for each in FILTER}
    return {name: str(value) for name, value in said.items() if value is not None}

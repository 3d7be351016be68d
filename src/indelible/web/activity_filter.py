"""The filter of the activity log as a query string, for every route that takes one.

One table says how each parameter is documented and read, so that the page, the histogram, the
export and the OpenAPI document can't differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from indelible.core.activity import Action, Status, TenantId
from indelible.errors import Invalid
from indelible.ledger.search import Filter
from indelible.web import instants
from indelible.web.query_string import number

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A query parameter.

    Attributes:
        read: turns its text into its value, given the platform's time zone.
        schema: JSON Schema of its text.
    """

    name: str
    description: str
    schema: Mapping[str, Any]
    read: Callable[[str, ZoneInfo], Any]

    def document(self) -> dict[str, Any]:
        """Return it as an OpenAPI parameter object."""
        return {
            "name": self.name,
            "in": "query",
            "required": False,
            "description": self.description,
            "schema": dict(self.schema),
        }


def _text(name: str, description: str, most: int) -> Parameter:
    def read(text: str, _: ZoneInfo) -> str:
        if len(text) > most:
            raise Invalid(f"Longer than {most} characters.", field=name)
        return text

    schema = {"type": "string", "maxLength": most}
    return Parameter(name=name, description=description, schema=schema, read=read)


def _choice(name: str, description: str, kind: type[Choice]) -> Parameter:
    def read(text: str, _: ZoneInfo) -> Choice:
        try:
            return kind(text)
        except ValueError as error:
            listed = ", ".join(kind)
            raise Invalid(f"Must be one of: {listed}.", field=name) from error

    schema = {"type": "string", "enum": list(kind)}
    return Parameter(name=name, description=description, schema=schema, read=read)


def _instant(name: str, description: str, parse: Callable[..., datetime]) -> Parameter:
    def read(text: str, zone: ZoneInfo) -> datetime:
        return parse(text, zone, field=name)

    schema = {"type": "string", "examples": ["2026-11-23", "2026-11-23T14:05:00Z"]}
    return Parameter(name=name, description=description, schema=schema, read=read)


def _tenant(text: str, _: ZoneInfo) -> TenantId:
    try:
        return TenantId(str(UUID(text)))
    except ValueError as error:
        raise Invalid("Must be the id of a tenant (a UUID).", field="tenant") from error


def _search(text: str, zone: ZoneInfo) -> str | None:
    return _SEARCH_TEXT.read(text, zone).strip() or None


def whole_number(name: str, description: str, *, least: int, most: int, default: int) -> Parameter:
    """Describe a parameter that is a whole number within bounds."""
    schema = {"type": "integer", "minimum": least, "maximum": most, "default": default}
    return Parameter(
        name=name,
        description=description,
        schema=schema,
        read=lambda text, _: number(text, field=name, least=least, most=most),
    )


_SEARCH_TEXT = _text(
    "search",
    "Free text: a part of the action, of the resource's name or of the e-mail address of the user "
    "(or of the Super Admin who acted as them). Upper and lower case are the same.",
    200,
)

FILTER: tuple[Parameter, ...] = (
    Parameter(
        name="search",
        description=_SEARCH_TEXT.description,
        schema=_SEARCH_TEXT.schema,
        read=_search,
    ),
    Parameter(
        name="tenant",
        description="Only the log of this tenant. One that the caller can't see has no entries.",
        schema={"type": "string", "format": "uuid"},
        read=_tenant,
    ),
    _text("resource_type", "Only this type of resource.", 100),
    _choice("action", "Only this action.", Action),
    _choice("status", "Only this outcome.", Status),
    _instant(
        "from",
        "Recorded at or after this instant, or from the beginning of this day in the platform's "
        "time zone.",
        instants.beginning,
    ),
    _instant(
        "to",
        "Recorded before this instant, or until the end of this day in the platform's time zone.",
        instants.end,
    ),
    _text("user", "Id of the user, or of the Super Admin who acted as them.", 200),
    _text("session", "Id of the session.", 200),
    _text("resource", "Id of the resource.", 500),
    _text("address", "Client address, exactly.", 100),
)


def values_of(
    parameters: Mapping[str, str], known: tuple[Parameter, ...], zone: ZoneInfo
) -> dict[str, Any]:
    """Read the *parameters* that are among the *known*.

    Raises:
        Invalid: one can't be read; says which and why.
    """
    return {
        each.name: each.read(parameters[each.name], zone)
        for each in known
        if each.name in parameters
    }


def filter_of(parameters: Mapping[str, str], zone: ZoneInfo) -> Filter:
    """Return the filter that *parameters* describe; days are those of *zone*.

    Raises:
        Invalid: a parameter can't be read, or ``from`` is after ``to``.
    """
    values = values_of(parameters, FILTER, zone)
    earliest, latest = values.pop("from", None), values.pop("to", None)
    if earliest is not None and latest is not None and earliest > latest:
        raise Invalid("Must not be after `to`.", field="from")
    return Filter(**values, from_=earliest, to=latest)


def in_words(where: Filter) -> dict[str, str]:
    """Return what *where* asks for, parameter by parameter, as the URL would say it."""
    said = {
        name: getattr(where, "from_" if name == "from" else name)
        for name in (each.name for each in FILTER)
    }
    return {
        name: value.isoformat().replace("+00:00", "Z")
        if isinstance(value, datetime)
        else str(value)
        for name, value in said.items()
        if value is not None
    }

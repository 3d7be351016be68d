"""Query parameters: how each is documented and read, in one place.

Tables of these serve the routes that filter, so that a page, its export and the OpenAPI document
can't differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from indelible.errors import Invalid
from indelible.web.query_string import number

MAX_SEARCH = 200

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


def text(name: str, description: str, most: int) -> Parameter:
    """Describe a parameter that is text of at most *most* characters."""

    def read(text: str, _: ZoneInfo) -> str:
        if len(text) > most:
            raise Invalid(f"Longer than {most} characters.", field=name)
        return text

    schema = {"type": "string", "maxLength": most}
    return Parameter(name=name, description=description, schema=schema, read=read)


def choice(name: str, description: str, kind: type[Choice]) -> Parameter:
    """Describe a parameter that is one of the values of *kind*."""

    def read(text: str, _: ZoneInfo) -> Choice:
        try:
            return kind(text)
        except ValueError as error:
            listed = ", ".join(kind)
            raise Invalid(f"Must be one of: {listed}.", field=name) from error

    schema = {"type": "string", "enum": list(kind)}
    return Parameter(name=name, description=description, schema=schema, read=read)


def yes_or_no(name: str, description: str) -> Parameter:
    """Describe a parameter that is ``true`` or ``false``."""

    def read(text: str, _: ZoneInfo) -> bool:
        if text not in {"true", "false"}:
            raise Invalid("Must be true or false.", field=name)
        return text == "true"

    return Parameter(name=name, description=description, schema={"type": "boolean"}, read=read)


def instant(name: str, description: str, parse: Callable[..., datetime]) -> Parameter:
    """Describe a parameter that is an instant or a date; *parse* is of :mod:`.instants`."""

    def read(text: str, zone: ZoneInfo) -> datetime:
        return parse(text, zone, field=name)

    schema = {"type": "string", "examples": ["2026-11-23", "2026-11-23T14:05:00Z"]}
    return Parameter(name=name, description=description, schema=schema, read=read)


def identifier(name: str, description: str, *, of: str) -> Parameter:
    """Describe a parameter that is the UUID of a thing; *of* is the thing with its article."""

    def read(text: str, _: ZoneInfo) -> str:
        try:
            return str(UUID(text))
        except ValueError as error:
            raise Invalid(f"Must be the id of {of} (a UUID).", field=name) from error

    schema = {"type": "string", "format": "uuid"}
    return Parameter(name=name, description=description, schema=schema, read=read)


def search(description: str) -> Parameter:
    """Describe the free text that is searched for; blanks around it do not count."""
    plain = text("search", description, MAX_SEARCH)

    def read(said: str, zone: ZoneInfo) -> str | None:
        return plain.read(said, zone).strip() or None

    return Parameter(name="search", description=description, schema=plain.schema, read=read)


def whole_number(name: str, description: str, *, least: int, most: int, default: int) -> Parameter:
    """Describe a parameter that is a whole number within bounds."""
    schema = {"type": "integer", "minimum": least, "maximum": most, "default": default}
    return Parameter(
        name=name,
        description=description,
        schema=schema,
        read=lambda text, _: number(text, field=name, least=least, most=most),
    )


def flag(name: str, description: str) -> Parameter:
    """Describe a parameter that is ``true`` or ``false``; left out, it is false."""

    def read(text: str, _: ZoneInfo) -> bool:
        if text not in ("true", "false"):
            raise Invalid("Must be true or false.", field=name)
        return text == "true"

    schema = {"type": "boolean", "default": False}
    return Parameter(name=name, description=description, schema=schema, read=read)


def paging(*, most: int, default: int) -> tuple[Parameter, Parameter]:
    """Describe what chooses a page: how many rows, and from where on."""
    return (
        whole_number("limit", "Rows on a page.", least=1, most=most, default=default),
        Parameter(
            name="cursor",
            description="`next` or `previous` of another page; without it, the first page.",
            schema={"type": "string", "maxLength": 100},
            read=lambda text, _: text,
        ),
    )


def takes_query(parameters: tuple[Parameter, ...]) -> dict[str, Any]:
    """Describe a query string of *parameters*, for ``openapi_extra``."""
    return {"parameters": [each.document() for each in parameters]}


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

"""The filter of the activity log as a query string, for every route that takes one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from indelible.core.activity import Action, Status
from indelible.errors import Invalid
from indelible.ledger.search import Filter
from indelible.web import instants
from indelible.web.parameters import (
    Parameter,
    choice,
    identifier,
    instant,
    search,
    text,
    values_of,
    yes_or_no,
)

FILTER: tuple[Parameter, ...] = (
    search(
        "Free text: a part of the action, of the resource's name or of the e-mail address of the "
        "user (or of the Super Admin who acted as them). Upper and lower case are the same."
    ),
    identifier(
        "tenant",
        "Only the log of this tenant. One that the caller can't see has no entries.",
        of="a tenant",
    ),
    text("resource_type", "Only this type of resource.", 100),
    choice("action", "Only this action.", Action),
    choice("status", "Only this outcome.", Status),
    instant(
        "from",
        "Recorded at or after this instant, or from the beginning of this day in the platform's "
        "time zone.",
        instants.beginning,
    ),
    instant(
        "to",
        "Recorded before this instant, or until the end of this day in the platform's time zone.",
        instants.end,
    ),
    text("user", "Id of the user, or of the Super Admin who acted as them.", 200),
    text("session", "Id of the session.", 200),
    text("resource", "Id of the resource.", 500),
    text("address", "Client address, exactly.", 100),
    yes_or_no(
        "assumed",
        "`true`: only entries of Super Admins who acted as somebody else. `false`: only others.",
    ),
)


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
    return {name: _spelled(value) for name, value in said.items() if value is not None}


def _spelled(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return str(value).lower() if isinstance(value, bool) else str(value)

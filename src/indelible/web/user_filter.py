"""The filter of the users as a query string."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from indelible.identity.access import Role
from indelible.identity.user_search import UserFilter, UserStatus
from indelible.web.parameters import Parameter, choice, identifier, search, values_of

_NO_ZONE = ZoneInfo("UTC")

FILTER: tuple[Parameter, ...] = (
    search("Free text: a part of the e-mail address or the name, in any case."),
    identifier(
        "tenant",
        "Only users of this tenant. One that the caller can't see has none.",
        of="a tenant",
    ),
    choice("role", "Only users with this role.", Role),
    choice("status", "Only users of whom this is true.", UserStatus),
)


def filter_of(parameters: Mapping[str, str]) -> UserFilter:
    """Return the filter that *parameters* describe.

    Raises:
        Invalid: a parameter can't be read.
    """
    return UserFilter(**values_of(parameters, FILTER, _NO_ZONE))

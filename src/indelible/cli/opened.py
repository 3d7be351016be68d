"""Runs one use case against the installation that the environment describes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from indelible.identity.services import Identity
    from indelible.web.services import Services

Answer = TypeVar("Answer")


def with_identity(use: Callable[[Identity], Awaitable[Answer]]) -> Answer:
    """Return what *use* returns; see :func:`with_services`."""
    return with_services(lambda services: use(services.identity))


def with_services(use: Callable[[Services], Awaitable[Answer]]) -> Answer:
    """Return what *use* returns; the database is started for it where nobody else has.

    Raises:
        Misconfigured: a setting, the key file or the database does not fit.
        Unavailable: the database can't be reached.
    """
    from indelible.bootstrap import open_database, open_services  # noqa: PLC0415  # not in base
    from indelible.config.settings import load_settings  # noqa: PLC0415  # not in base

    settings = load_settings()

    async def run(url: str) -> Answer:
        async with open_services(settings, url) as services:
            return await use(services)

    with open_database(settings) as url:
        return asyncio.run(run(url))

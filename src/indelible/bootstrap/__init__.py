"""Joins the parts: the only place that knows both a port and its adapter.

Each part is imported by the first who asks for it: a process that only looks at entries starts
without the console's web server.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from indelible.bootstrap.checking import keep_check, open_archive
    from indelible.bootstrap.database import open_database
    from indelible.bootstrap.identity import identity_of
    from indelible.bootstrap.indexing import open_follower
    from indelible.bootstrap.joining import join_archive
    from indelible.bootstrap.services import open_services
    from indelible.bootstrap.upkeep import record_restore, rotate_key, verifier_keys

__all__ = [
    "identity_of",
    "join_archive",
    "keep_check",
    "open_archive",
    "open_database",
    "open_follower",
    "open_services",
    "record_restore",
    "rotate_key",
    "verifier_keys",
]

_PLACES = {
    "identity_of": "identity",
    "join_archive": "joining",
    "keep_check": "checking",
    "open_archive": "checking",
    "open_database": "database",
    "open_follower": "indexing",
    "open_services": "services",
    "record_restore": "upkeep",
    "rotate_key": "upkeep",
    "verifier_keys": "upkeep",
}


def __getattr__(name: str) -> Any:  # PEP 562
    if name not in _PLACES:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)

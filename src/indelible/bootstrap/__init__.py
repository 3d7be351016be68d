"""Joins the parts: the only place that knows both a port and its adapter."""

from indelible.bootstrap.checking import join_archive, keep_check, open_archive
from indelible.bootstrap.database import open_database
from indelible.bootstrap.identity import identity_of
from indelible.bootstrap.indexing import open_follower
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

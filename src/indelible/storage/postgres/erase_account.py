"""What identity keeps of a person: taken away with what the logs disclosed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from indelible.identity.ports import Ending
from indelible.identity.throttling import network_of, own_bucket, shared_buckets
from indelible.ledger.person_words import PersonWords
from indelible.storage.postgres import session_ends

_NOTHING = "NULL"

# Table, the column that has the person's id, column -> what it becomes. The account stays as an
# empty shell: sessions refer to it, and its id stands in entries.
_CLEARED: Sequence[tuple[str, str, Mapping[str, str]]] = (
    (
        "users",
        "id",
        {
            "email": "'erased-' || id || '@erased.invalid'",
            "name": "'Erased'",
            "password_hash": _NOTHING,
            "disabled": "true",
            "external_id": _NOTHING,
            "totp_secret": _NOTHING,
            "totp_enrolled_at": _NOTHING,
            "totp_step": _NOTHING,
        },
    ),
    ("sessions", "user_id", {"client_ip": _NOTHING, "user_agent": _NOTHING}),
    (
        "sessions",
        "revoked_by",
        {"revoked_by_email": _NOTHING, "revoked_by_name": _NOTHING},
    ),
    (
        "sessions",
        "assumed_by",
        {
            "assumed_by_email": _NOTHING,
            "assumed_by_name": _NOTHING,
            "client_ip": _NOTHING,
            "user_agent": _NOTHING,
        },
    ),
)
_REASONS = ("revoked_reason", "assumed_reason")
_DELETED = ("recovery_codes", "account_links")

_ADDRESSES = sa.text(
    "SELECT DISTINCT host(client_ip) FROM sessions "
    "WHERE user_id::text = ANY(:ids) AND client_ip IS NOT NULL"
)
_UNCOUNT = sa.text("DELETE FROM sign_in_attempts WHERE bucket = ANY(:buckets)")


async def erase_account(
    connection: AsyncConnection, ids: Sequence[str], emails: Sequence[str], words: PersonWords
) -> None:
    """Empty the accounts with *ids*, and take away what sessions and counters say of them."""
    named = {"ids": list(ids)}
    # Counters of failed sign-ins are hashes of what is guessed easily.
    networks = [network_of(ip) for ip in (await connection.scalars(_ADDRESSES, named)).all()]
    buckets = [
        bucket
        for email in emails
        for network in [None, *networks]
        for bucket in (own_bucket(email, network), *shared_buckets(email, network))
    ]
    await connection.execute(_UNCOUNT, {"buckets": buckets})
    for table, key, columns in _CLEARED:
        cleared = ", ".join(f"{name} = {to}" for name, to in columns.items())
        statement = f"UPDATE {table} SET {cleared} WHERE {key}::text = ANY(:ids)"  # noqa: S608  # ours
        await connection.execute(sa.text(statement), named)
    # Theirs are over with the account; what a Super Admin had assumed is somebody else's session.
    await session_ends.end_of(connection, ids, Ending.DISABLED)
    for column in _REASONS:
        await _erase_reasons(connection, column, words)
    for table in _DELETED:
        statement = f"DELETE FROM {table} WHERE user_id::text = ANY(:ids)"  # noqa: S608  # ours
        await connection.execute(sa.text(statement), named)


async def _erase_reasons(connection: AsyncConnection, column: str, words: PersonWords) -> None:
    query = f"SELECT id, {column} FROM sessions WHERE {column} IS NOT NULL"  # noqa: S608  # ours
    naming: list[Any] = [
        id_ for id_, reason in await connection.execute(sa.text(query)) if words.name(reason)
    ]
    statement = f"UPDATE sessions SET {column} = '[erased]' WHERE id = ANY(:naming)"  # noqa: S608  # ours
    await connection.execute(sa.text(statement), {"naming": naming})

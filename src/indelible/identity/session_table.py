"""The sessions as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from indelible.core.instant import format_time, microseconds
from indelible.export.cells import line
from indelible.identity.session_search import SessionRecord

HEADINGS = (
    "Session",
    "Tenant",
    "Tenant name",
    "User",
    "User name",
    "User id",
    "Role",
    "IP address",
    "User agent",
    "Created",
    "Last activity",
    "Expires",
    "Idle expires",
    "Status",
    "Ended",
    "Revoked by",
    "Revoked by id",
    "Reason",
    "Assumed by",
    "Assumed by id",
    "Assumed because",
)


def lines(chunks: Iterable[Sequence[SessionRecord]]) -> Iterator[bytes]:
    """Yield the table: the headings, then a piece of text for each chunk of sessions."""
    yield line(HEADINGS).encode()
    for chunk in chunks:
        yield "".join(line(_cells(record)) for record in chunk).encode()


def _cells(record: SessionRecord) -> Iterator[str]:
    user, tenant, revocation = record.user, record.user.tenant, record.revocation
    yield record.id
    yield from (tenant.id, tenant.name) if tenant else ("", "")
    yield from (user.email, user.name, user.id, user.role.value)
    yield from (record.client.ip or "", record.client.user_agent or "")
    yield from map(_time, (record.created_at, record.last_active_at))
    yield from map(_time, (record.expires_at, record.idle_expires_at))
    yield record.status.value
    yield _time(record.ended_at) if record.ended_at else ""
    if revocation is None:
        yield from ("", "", "")
    else:
        by = revocation.by
        yield from (by.email or "", by.id, revocation.reason)
    assumption = record.assumption
    if assumption is None:
        yield from ("", "", "")
    else:
        yield from (assumption.by.email or "", assumption.by.id, assumption.reason)


def _time(time: datetime) -> str:
    return format_time(microseconds(time))

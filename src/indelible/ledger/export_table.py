"""The activity log as a table: RFC 4180, UTF-8 without a byte order mark, safe in spreadsheets.

No byte order mark: programs would take it for a part of the first heading. Excel opens the file
with Data, From Text/CSV.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import msgspec

from indelible.core.activity import Json
from indelible.ledger.search import Entry

HEADINGS = (
    "Time",
    "Tenant",
    "User",
    "User name",
    "Assumed by",
    "Action",
    "Resource type",
    "Resource id",
    "Resource name",
    "Status",
    "IP address",
    "User agent",
    "Method",
    "Route",
    "Path",
    "Response status",
    "Session",
    "Request id",
    "Occurred",
    "Log",
    "Seq",
    "Entry id",
    "Details",
    "Changes",
    "Erased",
)

# What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection"), full-width forms
# included, also behind blanks and characters that can't be seen.
_FORMULA = re.compile(
    r"[\t\r\n]|[\s\x00-\x1f\u200b-\u200f\u2060\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]"
)
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/{[(")

_encode = msgspec.json.Encoder().encode


def safe(cell: str) -> str:
    """Return *cell*, behind an apostrophe where a spreadsheet would run it.

    The apostrophe makes it text. Nothing is taken away: without it, the cell is as it was.
    """
    if not cell or cell[0] in _PLAIN or _FORMULA.match(cell) is None:
        return cell
    return f"'{cell}"


def lines(chunks: Iterable[Sequence[Entry]]) -> Iterator[bytes]:
    """Yield the table: the headings, then a piece of text for each chunk of entries."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    yield _taken(buffer)
    for chunk in chunks:
        writer.writerows(map(_row, chunk))
        yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def _row(entry: Entry) -> tuple[str | int, ...]:
    actor, assumed_by, resource = entry.actor, entry.assumed_by, entry.resource
    client, request = entry.client, entry.request
    return (
        _instant(entry.time),
        entry.tenant or "",
        safe(actor.email or actor.id),
        safe(actor.name or ""),
        safe(assumed_by.email or assumed_by.id) if assumed_by else "",
        entry.action.value,
        resource.type,
        safe(resource.id),
        safe(resource.name or ""),
        entry.status.value,
        safe(client.ip or "") if client else "",
        safe(client.user_agent or "") if client else "",
        safe(request.method or "") if request else "",
        safe(request.route or "") if request else "",
        safe(request.path or "") if request else "",
        (request.status or "") if request else "",
        safe(entry.session or ""),
        safe(request.id or "") if request else "",
        _instant(entry.occurred) if entry.occurred else "",
        entry.log,
        entry.seq,
        entry.id,
        _json(entry.payload),
        _json(entry.changes),
        " ".join(entry.erased),
    )


def _json(value: Json) -> str:
    return "" if value is None else safe(_encode(value).decode())


def _instant(time: datetime) -> str:
    # What datetime prints, in the one spelling that entries use: always six decimals.
    return f"{time.isoformat(timespec='microseconds')[:26]}Z"

"""The activity log as a table: RFC 4180, UTF-8 without a byte order mark, safe in spreadsheets.

No byte order mark: programs would take it for a part of the first heading. Excel opens the file
with Data, From Text/CSV.

A million rows are written by hand rather than by the ``csv`` module: most cells repeat from row to
row, and what repeats is spelled once.

Every cell follows from the entry and its disclosures alone, so that a verifier writes the same
table offline and compares. Another spelling of any cell is a new version of the archive's format.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Protocol

import msgspec

from indelible.export.cells import cell

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

UNREADABLE = b"\xff"
"""Neither JSON nor UTF-8: stands for a text that was changed behind our back."""

_REMEMBERED = 8_000


class Exported(Protocol):
    """An entry and the texts of its disclosures; None where there is none, or it was erased."""

    @property
    def tenant(self) -> str | None:
        """Whose log it stands in; None is the platform's."""

    @property
    def public(self) -> bytes:
        """The exact public part."""

    @property
    def person(self) -> bytes | None:
        """Text of the disclosure as it was hashed."""

    @property
    def client(self) -> bytes | None:
        """The same."""

    @property
    def resource(self) -> bytes | None:
        """The same."""

    @property
    def details(self) -> bytes | None:
        """The same; :data:`UNREADABLE` where what is kept of it is no text any more."""


class _Read(msgspec.Struct, frozen=True, kw_only=True, rename="camel", gc=False):
    """Takes what is known and leaves the rest: a table is no check."""


class _Who(_Read, frozen=True, kw_only=True, gc=False):
    id: str


class _What(_Read, frozen=True, kw_only=True, gc=False):
    id: str
    type: str


class _Request(_Read, frozen=True, kw_only=True, gc=False):
    id: str = ""
    method: str = ""
    route: str = ""
    status: int | str = ""


class _Public(_Read, frozen=True, kw_only=True, gc=False):
    action: str
    actor: _Who
    assumed_by: _Who | None = None
    id: str
    log: str
    occurred: str = ""
    request: _Request = _Request()
    resource: _What
    sd: msgspec.Raw
    seq: int
    session: str = ""
    status: str
    time: str


class _Name(_Read, frozen=True, kw_only=True, gc=False):
    email: str = ""
    name: str = ""


class _Person(_Name, frozen=True, kw_only=True, gc=False):
    assumed_by: _Name = _Name()


class _Client(_Read, frozen=True, kw_only=True, gc=False):
    ip: str = ""
    user_agent: str = ""


class _Details(_Read, frozen=True, kw_only=True, gc=False):
    path: str = ""
    payload: msgspec.Raw = msgspec.Raw(b"")
    changes: msgspec.Raw = msgspec.Raw(b"")


_public = msgspec.json.Decoder(_Public).decode
_person = msgspec.json.Decoder(tuple[str, str, _Person]).decode
_client = msgspec.json.Decoder(tuple[str, str, _Client]).decode
_resource = msgspec.json.Decoder(tuple[str, str, _Name]).decode
_details = msgspec.json.Decoder(tuple[str, str, _Details]).decode
_NO_DETAILS = _Details()


_digests = msgspec.json.Decoder(dict[str, str]).decode
_FLAWS = (msgspec.MsgspecError, UnicodeDecodeError)
_ADVICE = "What is stored of this entry was changed and can't be read. Run: indelible check"


HEADING_LINE = (",".join(HEADINGS) + "\r\n").encode()


def table(entries: Iterable[Exported]) -> bytes:
    """Return all of a table."""
    return HEADING_LINE + "".join(map(renderer(), entries)).encode()


def renderer() -> Callable[[Exported], str]:
    """Return what renders an entry as a line, its end included; it remembers what repeats."""
    # Texts of disclosures are shared by many entries, and so are their hashes.
    remembering = lru_cache(_REMEMBERED)
    people = remembering(_people_cells)
    clients = remembering(_client_cells)
    names = remembering(_name_cell)
    repeated = remembering(cell)
    place = HEADINGS.index("Details")
    unreadable = (
        ",{tenant}" + "," * (place - 1) + _ADVICE + "," * (len(HEADINGS) - place - 1) + "\r\n"
    )

    def row(stored: Exported) -> str:
        try:
            return readable(stored)
        except _FLAWS:
            # Somebody changed it behind our back: the rest of the table is still wanted.
            return unreadable.format(tenant=repeated(stored.tenant or ""))

    def readable(stored: Exported) -> str:
        public = _public(stored.public)
        by, request, resource = public.assumed_by, public.request, public.resource
        person, client, name, text = stored.person, stored.client, stored.resource, stored.details
        details = _NO_DETAILS if text is None else _details(text)[2]
        whole = text is not None and name is not None and client is not None and person is not None
        return (
            f"{public.time},{repeated(stored.tenant or '')},"
            f"{people(person, public.actor.id, by.id if by else '')},"
            f"{public.action},{repeated(resource.type)},{repeated(resource.id)},"
            f"{names(name)},{public.status},{clients(client)},"
            f"{repeated(request.method)},{repeated(request.route)},{cell(details.path)},"
            f"{request.status},{repeated(public.session)},{cell(request.id)},{public.occurred},"
            f"{repeated(public.log)},{public.seq},{public.id},"
            f"{_json_cell(details.payload)},{_json_cell(details.changes)},"
            f"{'' if whole else _erased(stored, public)}\r\n"
        )

    return row


def _people_cells(text: bytes | None, actor: str, assumed_by: str) -> str:
    said = _person(text)[2] if text else _Person()
    user = cell(said.email or actor)
    return f"{user},{cell(said.name)},{cell(said.assumed_by.email or assumed_by)}"


def _client_cells(text: bytes | None) -> str:
    said = _client(text)[2] if text else _Client()
    return f"{cell(said.ip)},{cell(said.user_agent)}"


def _name_cell(text: bytes | None) -> str:
    return cell(_resource(text)[2].name) if text else ""


def _json_cell(value: msgspec.Raw) -> str:
    text = str(value, "utf-8")
    if text.startswith('{"'):  # begins no formula, and has to be quoted
        return '"' + text.replace('"', '""') + '"'
    return cell(text) if text != "null" else ""


def _erased(stored: Exported, public: _Public) -> str:
    there = (
        ("person", stored.person),
        ("client", stored.client),
        ("resource", stored.resource),
        ("details", stored.details),
    )
    digests = _digests(public.sd)
    return " ".join(name for name, text in there if text is None and name in digests)

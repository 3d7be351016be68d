"""The activity log as a table: RFC 4180, UTF-8 without a byte order mark, safe in spreadsheets.

No byte order mark: programs would take it for a part of the first heading. Excel opens the file
with Data, From Text/CSV.

A million rows are written by hand rather than by the ``csv`` module: most cells repeat from row to
row, and what repeats is spelled once.

Every cell follows from the entry and its disclosures alone, so that a verifier writes the same
table offline and compares. Another spelling of any cell is a new version of the archive's format.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from indelible.export.cells import cell, cells
from indelible.export.remembered import Remembered

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
_ERASABLE = ("person", "client", "resource", "details")
_ADVICE = "What is stored of this entry was changed and can't be read. Run: indelible check"


HEADING_LINE = (",".join(HEADINGS) + "\r\n").encode()


def table(entries: Sequence[Exported]) -> bytes:
    """Return all of a table."""
    return HEADING_LINE + renderer()(entries).encode()


def renderer() -> Callable[[Sequence[Exported]], str]:
    """Return what renders entries as lines, their ends included; it remembers what repeats.

    Columns of cells are looked at together, which is cheaper than one by one: some hundred entries
    are a good number, one is as right.
    """
    # Texts of disclosures are shared by many entries, and so are their hashes.
    people = Remembered(_people_cells)
    clients = Remembered(_client_cells)
    repeated = Remembered(cell)
    place = HEADINGS.index("Details")
    unreadable = (
        ",{tenant}" + "," * (place - 1) + _ADVICE + "," * (len(HEADINGS) - place - 1) + "\r\n"
    )

    def lines(entries: Sequence[Exported]) -> str:
        try:
            return readable(entries)
        except _FLAWS:
            # Somebody changed one behind our back: the rest of the table is still wanted.
            if len(entries) > 1:
                return "".join([lines([stored]) for stored in entries])
            return unreadable.format(tenant=repeated[entries[0].tenant or ""])

    def readable(entries: Sequence[Exported]) -> str:
        publics = [_public(stored.public) for stored in entries]
        requests = [public.request for public in publics]
        details = [
            _NO_DETAILS if stored.details is None else _details(stored.details)[2]
            for stored in entries
        ]
        people_cells = [
            people[stored.person, public.actor.id, by.id if (by := public.assumed_by) else ""]
            for stored, public in zip(entries, publics, strict=True)
        ]
        columns = zip(
            entries,
            publics,
            requests,
            people_cells,
            cells([public.resource.id for public in publics]),
            cells([_name(stored.resource) for stored in entries]),
            cells([said.path for said in details]),
            cells([public.session for public in publics]),
            cells([request.id for request in requests]),
            _json_cells([said.payload for said in details]),
            _json_cells([said.changes for said in details]),
            strict=True,
        )
        return "".join(
            [
                f"{public.time},{repeated[stored.tenant or '']},{person},"
                f"{public.action},{repeated[public.resource.type]},{resource},"
                f"{name},{public.status},{clients[stored.client]},"
                f"{repeated[request.method]},{repeated[request.route]},{path},"
                f"{request.status},{session},{request_id},{public.occurred},"
                f"{repeated[public.log]},{public.seq},{public.id},{payload},{changes},"
                f"{_erased(stored, public)}\r\n"
                for (
                    stored,
                    public,
                    request,
                    person,
                    resource,
                    name,
                    path,
                    session,
                    request_id,
                    payload,
                    changes,
                ) in columns
            ]
        )

    return lines


def _people_cells(said: tuple[bytes | None, str, str]) -> str:
    text, actor, assumed_by = said
    person = _person(text)[2] if text else _Person()
    user = cell(person.email or actor)
    return f"{user},{cell(person.name)},{cell(person.assumed_by.email or assumed_by)}"


def _client_cells(text: bytes | None) -> str:
    said = _client(text)[2] if text else _Client()
    return f"{cell(said.ip)},{cell(said.user_agent)}"


def _name(text: bytes | None) -> str:
    return _resource(text)[2].name if text else ""


def _json_cells(values: Sequence[msgspec.Raw]) -> list[str]:
    """Return JSON texts as cells, all of them spelled in one run."""
    together = b"\n".join(values)
    texts = together.decode().replace('"', '""').split("\n")
    if len(texts) != len(values):  # there are ends of lines in one
        return [_json_cell(str(value, "utf-8")) for value in values]
    return [
        # It begins no formula, and has to be quoted.
        (f'"{text}"' if text[:3] == '{""' else _json_cell(text.replace('""', '"'))) if text else ""
        for text in texts
    ]


def _json_cell(text: str) -> str:
    if text.startswith('{"'):
        return '"' + text.replace('"', '""') + '"'
    return cell(text) if text != "null" else ""


def _erased(stored: Exported, public: _Public) -> str:
    there = stored.person, stored.client, stored.resource, stored.details
    if None not in there:
        return ""
    digests, texts = _digests(public.sd), zip(_ERASABLE, there, strict=True)
    return " ".join(name for name, text in texts if text is None and name in digests)

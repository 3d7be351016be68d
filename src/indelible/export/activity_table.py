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
from typing import Protocol, cast

import msgspec

from indelible.errors import Tampered
from indelible.export.cells import cell, cells
from indelible.export.remembered import Remembered
from indelible.export.said import FLAWS, Lenient, Person, Said

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
    def person(self) -> Person | None:
        """Who acted."""

    @property
    def client(self) -> Said | None:
        """From where."""

    @property
    def resource(self) -> Said | None:
        """The name of what was acted on."""

    @property
    def details(self) -> bytes | None:
        """Text as it was hashed; :data:`UNREADABLE` where what is kept of it is none any more."""


class _Who(Lenient, frozen=True, kw_only=True, gc=False):
    id: str


class _What(Lenient, frozen=True, kw_only=True, gc=False):
    id: str
    type: str


class _Request(Lenient, frozen=True, kw_only=True, gc=False):
    id: str = ""
    method: str = ""
    route: str = ""
    status: int | str = ""


class _Public(Lenient, frozen=True, kw_only=True, gc=False):
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


class _Details(Lenient, frozen=True, kw_only=True, gc=False):
    changes: msgspec.Raw = msgspec.Raw(b"")
    path: str = ""
    payload: msgspec.Raw = msgspec.Raw(b"")


_public = msgspec.json.Decoder(_Public).decode
_details = msgspec.json.Decoder(tuple[str, str, _Details]).decode
_NO_DETAILS = _Details()


_digests = msgspec.json.Decoder(dict[str, str]).decode
_NOBODY = Person("", ",,")
_FLAWS = (*FLAWS, Tampered)
_ERASABLE = ("person", "client", "resource", "details")
_CHANGED = "a disclosure was changed and can't be read"
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
        people = [stored.person for stored in entries]
        whence = [stored.client for stored in entries]
        names = [stored.resource for stored in entries]
        texts = [stored.details for stored in entries]
        whole = None not in people and None not in whence and None not in names
        publics = [_public(stored.public) for stored in entries]
        requests = [public.request for public in publics]
        resources = [public.resource for public in publics]
        details = [_NO_DETAILS if text is None else _details(text)[2] for text in texts]
        columns = zip(
            [public.time for public in publics],
            [repeated[stored.tenant or ""] for stored in entries],
            [_who(said or _NOBODY, public) for said, public in zip(people, publics, strict=True)],
            [public.action for public in publics],
            [repeated[resource.type] for resource in resources],
            cells([resource.id for resource in resources]),
            _shown(names, ""),
            [public.status for public in publics],
            _shown(whence, ","),
            [repeated[request.method] for request in requests],
            [repeated[request.route] for request in requests],
            cells([said.path for said in details]),
            [str(request.status) for request in requests],
            cells([public.session for public in publics]),
            cells([request.id for request in requests]),
            [public.occurred for public in publics],
            [repeated[public.log] for public in publics],
            [str(public.seq) for public in publics],
            [public.id for public in publics],
            _json_cells([said.payload for said in details]),
            _json_cells([said.changes for said in details]),
            [""] * len(entries)
            if whole and None not in texts
            else list(map(_erased, entries, publics)),
            strict=True,
        )
        return "\r\n".join([*map(",".join, columns), ""])

    return lines


def _who(said: Person, public: _Public) -> str:
    """Return the cells of who acted, with what the entry knows where the disclosure says nothing.

    Raises:
        Tampered: the disclosure can't be read.
    """
    if said.cells is None:
        raise Tampered(_CHANGED)
    if said.user and (said.assumed_by or public.assumed_by is None):
        return said.cells
    user = said.user or cell(public.actor.id)
    by = said.assumed_by or (cell(public.assumed_by.id) if public.assumed_by else "")
    return f"{user},{said.name},{by}"


def _shown(said: Sequence[Said | None], nothing: str) -> list[str]:
    """Return the cells of disclosures.

    Raises:
        Tampered: one of them can't be read.
    """
    found = [nothing if each is None else each.cells for each in said]
    if None in found:
        raise Tampered(_CHANGED)
    return cast("list[str]", found)


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

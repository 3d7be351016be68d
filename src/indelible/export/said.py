"""Disclosures that many entries share, spelled once for every file that they stand in."""

from __future__ import annotations

import msgspec

from indelible.export.cells import cell

FLAWS = (msgspec.MsgspecError, UnicodeDecodeError)
"""What reading a text may raise that was changed behind our back."""


class Said(msgspec.Struct, frozen=True, gc=False):
    """A disclosure.

    Attributes:
        text: as it was hashed; unset where nothing is left of it that could be shown.
        cells: what the table shows of it; None where it can't be read any more.
    """

    text: str | msgspec.UnsetType
    cells: str | None


class Person(Said, frozen=True, gc=False):
    """A disclosure about who acted: cells for themselves, since an entry may know some of them."""

    user: str = ""
    name: str = ""
    assumed_by: str = ""


class Lenient(msgspec.Struct, frozen=True, kw_only=True, rename="camel", gc=False):
    """Takes what is known and leaves the rest: a table is no check."""


class _Name(Lenient, frozen=True, kw_only=True, gc=False):
    email: str = ""
    name: str = ""


class _Person(_Name, frozen=True, kw_only=True, gc=False):
    assumed_by: _Name = _Name()


class _Client(Lenient, frozen=True, kw_only=True, gc=False):
    ip: str = ""
    user_agent: str = ""


_person = msgspec.json.Decoder(tuple[str, str, _Person]).decode
_client = msgspec.json.Decoder(tuple[str, str, _Client]).decode
_resource = msgspec.json.Decoder(tuple[str, str, _Name]).decode


def person(text: bytes) -> Person:
    """Return what *text* says of who acted."""
    try:
        said = _person(text)[2] if text else _Person()
    except FLAWS:
        return Person(_spelled(text), None)
    user, name = cell(said.email), cell(said.name)
    by = cell(said.assumed_by.email)
    return Person(_spelled(text), f"{user},{name},{by}", user, name, by)


def client(text: bytes) -> Said:
    """Return what *text* says of from where somebody acted."""
    try:
        said = _client(text)[2] if text else _Client()
    except FLAWS:
        return Said(_spelled(text), None)
    return Said(_spelled(text), f"{cell(said.ip)},{cell(said.user_agent)}")


def resource(text: bytes) -> Said:
    """Return what *text* says of what was acted on."""
    try:
        return Said(_spelled(text), cell(_resource(text)[2].name) if text else "")
    except FLAWS:
        return Said(_spelled(text), None)


def _spelled(text: bytes) -> str | msgspec.UnsetType:
    try:
        return text.decode()
    except UnicodeDecodeError:
        return msgspec.UNSET

"""The files that evidence travels in, each in one spelling: one entry's, and an archive's.

    <log>-<seq>.evidence.json    an entry, its disclosures, its place in its log, and that log's in
                                 the root log
    evidence.json                the same for every log of an exported archive, one proof for all
                                 of its entries (see :mod:`indelible.core.multiproof`)
    entries.jsonl                the archive's entries, one a line
    left_out.jsonl               public parts of what its filter left out, one a line

Everything that is read here is a claim. Byte strings are base64.
"""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, TypeVar

import msgspec

from indelible.errors import MalformedProof

ENTRY_FORMAT: Literal["indelible-evidence@v1"] = "indelible-evidence@v1"
EXPORT_FORMAT: Literal["indelible-export@v1"] = "indelible-export@v1"

ENTRIES = "entries.jsonl"
LEFT_OUT = "left_out.jsonl"
EVIDENCE = "evidence.json"

HINT_SIZE = 4

Completeness = Literal["selection", "range", "filtered"]
"""What an archive claims to be: some entries; all of a stretch of each log; all of a stretch that
pass the filter, with the public parts of those that do not."""


class _Claim(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a file, its members in this order."""


class RootEvidence(_Claim, frozen=True, kw_only=True):
    """Where the root log has the checkpoint of a log.

    Attributes:
        proof: proof file that places the signed checkpoint, whole, in the root log.
        timestamps: RFC 3161 tokens over the text of the root checkpoint.
    """

    proof: str
    timestamps: tuple[bytes, ...] = msgspec.field(default_factory=tuple)


class EntryEvidence(_Claim, frozen=True, kw_only=True):
    """An entry with all that proves it.

    Attributes:
        disclosures: texts by name, those that still exist.
        erased: names of those that the entry commits to and that no longer exist.
        proof: proof file that places the entry in its log.
        root: None as long as the log's checkpoint is not in the root log.
        keys: verifier keys of the log and of the root log.
        rotations: statements that lead from one key of the operator's to the next.
        witnesses: verifier keys of the witnesses that the operator relies on.
    """

    format: Literal["indelible-evidence@v1"]
    entry: bytes
    disclosures: dict[str, str]
    erased: tuple[str, ...]
    proof: str
    root: RootEvidence | None
    keys: tuple[str, ...]
    rotations: tuple[str, ...]
    witnesses: tuple[str, ...]


class LogEvidence(_Claim, frozen=True, kw_only=True):
    """What proves the entries of one log in an archive.

    Attributes:
        count: how many of the archive's entries are the log's.
        first: for a stretch: its first seq; *end* is the seq after its last. Equal where it is
            empty; both None for a selection.
        purged: how many entries of the log went with their retention period: its first ones.
        before: public part of the entry in front of the stretch, where there is one.
        after: public part of the entry behind it, where the checkpoint covers one.
        hints: the first 4 bytes of the leaf hash of each exported entry, newest first. They prove
            nothing, and tell which of many entries was changed.
        hashes: the multiproof of all entries of the log that the archive names, 32 bytes a hash.
    """

    origin: str
    checkpoint: str
    root: RootEvidence | None
    keys: tuple[str, ...]
    count: int
    first: int | None
    end: int | None
    purged: int
    before: bytes | None
    after: bytes | None
    hints: bytes
    hashes: bytes


class ExportEvidence(_Claim, frozen=True, kw_only=True):
    """What proves an archive.

    Attributes:
        made: when, RFC 3339; nobody vouches for it.
        filter: what was asked for, by the names of the query's parameters.
        count: number of rows.
    """

    format: Literal["indelible-export@v1"]
    made: str
    filter: dict[str, str]
    count: int
    completeness: Completeness
    rotations: tuple[str, ...]
    witnesses: tuple[str, ...]
    logs: tuple[LogEvidence, ...]


class ExportedEntry(_Claim, frozen=True, kw_only=True):
    """A line of ``entries.jsonl``."""

    entry: bytes
    disclosures: dict[str, str]


class LeftOutEntry(_Claim, frozen=True, kw_only=True):
    """A line of ``left_out.jsonl``."""

    entry: bytes


Claim = TypeVar("Claim", EntryEvidence, ExportEvidence, ExportedEntry, LeftOutEntry)

_encode = msgspec.json.Encoder().encode
_B64_BLOCK = 3 * 16_384


def spell(claim: EntryEvidence | ExportEvidence | ExportedEntry | LeftOutEntry) -> bytes:
    """Return the one spelling of *claim*."""
    return _encode(claim)


def reader(kind: type[Claim]) -> Callable[[bytes], Claim]:
    """Return what reads claims of *kind*; it raises MalformedProof for any other spelling."""
    decode = msgspec.json.Decoder(kind).decode

    def read(data: bytes) -> Claim:
        try:
            claim = decode(data)
            spelling = _encode(claim)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise MalformedProof(f"not evidence as we write it: {error}") from error
        # A decoder forgives blanks, escapes, order and repeated names: compare spellings.
        if spelling != data:
            raise MalformedProof("evidence in another than its one spelling")
        return claim

    return read


def spell_export(
    head: ExportEvidence, logs: Iterable[tuple[LogEvidence, Iterator[bytes]]]
) -> Iterator[bytes]:
    """Yield what :func:`spell` would return, without ever holding all of it.

    Args:
        head: the evidence, without its logs.
        logs: each log's, without its hashes, and the hashes in pieces of any length.
    """
    yield _encode(head).removesuffix(b"]}")
    mark = b""
    for log, hashes in logs:
        yield mark + _encode(log).removesuffix(b'"}')
        yield from _base64(hashes)
        yield b'"}'
        mark = b","
    yield b"]}"


def _base64(pieces: Iterator[bytes]) -> Iterator[bytes]:
    held = bytearray()
    for piece in pieces:
        held += piece
        whole = len(held) - len(held) % 3 if len(held) >= _B64_BLOCK else 0
        if whole:
            yield b2a_base64(held[:whole], newline=False)
            del held[:whole]
    yield b2a_base64(held, newline=False)

"""Signed notes: a text and lines that sign it, as the C2SP specification signed-note has them.

    <text, ends in a newline>
    <blank line>
    — <key name> <base64 of key id and signature>

Two kinds of signature are made and checked: Ed25519 over the text, and the timestamped cosignature
of C2SP tlog-cosignature. Lines of unknown keys are carried along and prove nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from indelible.core.base64 import decode_base64, encode_base64
from indelible.core.key import KEY_ID_SIZE, KeyType, VerifierKey, is_key_name
from indelible.errors import Invalid, MalformedProof, Tampered

MAX_SIGNATURES = 100
"""More lines than this are refused before any is looked at."""

_UNFIT = re.compile("[\x00-\x09\x0b-\x1f\ud800-\udfff]")
_DASH = "— "
_TIME_SIZE = 8
_MAX_TIME = (1 << 63) - 1

Sign = Callable[[bytes], bytes]
"""Returns the 64-byte Ed25519 signature over a message."""


class Signature(NamedTuple):
    """One signature line; ``blob`` is what stands behind the key id."""

    name: str
    key_id: bytes
    blob: bytes

    def to_line(self) -> str:
        """Return the line, its newline included."""
        return f"{_DASH}{self.name} {encode_base64(self.key_id + self.blob)}\n"


class Verified(NamedTuple):
    """A signature that holds; ``time`` is the cosigner's, in Unix seconds, or None."""

    key: VerifierKey
    time: int | None


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it was read: nothing is proved before :meth:`verify`.

    Attributes:
        text: what is signed, its final newline included.
        signatures: one or more.
    """

    text: str
    signatures: tuple[Signature, ...]

    def to_text(self) -> str:
        """Return the whole note."""
        return f"{self.text}\n" + "".join(each.to_line() for each in self.signatures)

    def verify(self, keys: Iterable[VerifierKey]) -> tuple[Verified, ...]:
        """Return every signature by one of *keys*, all of which hold.

        Raises:
            Invalid: two of *keys* have one name and one id.
            Tampered: a signature by a known key does not hold, or there is none by any.
        """
        known: dict[tuple[str, bytes], VerifierKey] = {}
        for key in keys:
            if known.setdefault((key.name, key.key_id), key) != key:
                raise Invalid(f"two keys of {key.name} have one id")
        verified: dict[tuple[str, bytes], Verified] = {}
        for each in self.signatures:
            signer = known.get(each[:2])
            # A second line by one key adds nothing, but a bad one still spoils the note.
            if signer is not None:
                time = _verify(signer, each.blob, self.text)
                verified.setdefault(each[:2], Verified(signer, time))
        if not verified:
            raise Tampered("the note is signed by no known key")
        return tuple(verified.values())


def parse_note(data: str) -> Note:
    """Split a note into its text and its signatures, which are not checked yet.

    Raises:
        MalformedProof: it is spelled in any other way than :meth:`Note.to_text` does.
    """
    if not _is_plain(data):
        raise MalformedProof("a note holds control characters")
    text, blank, lines = data.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise MalformedProof("a note has no signatures behind a blank line")
    if lines.count("\n") > MAX_SIGNATURES:
        raise MalformedProof(f"a note has more than {MAX_SIGNATURES} signatures")
    signatures = tuple(_parse_line(line) for line in lines[:-1].split("\n"))
    note = Note(f"{text}\n", signatures)
    if not text or note.to_text() != data:
        raise MalformedProof("a note in another than its one spelling")
    return note


def signed(text: str, key: VerifierKey, sign: Sign) -> Signature:
    """Return the signature of *key* over a note's *text*.

    Args:
        text: ends in a newline, has no blank line at its end.
        key: the public side of what signs, of type Ed25519.
        sign: signs with its private side.

    Raises:
        Invalid: *text* can't be a note's, or *key* is a cosigner's.
    """
    _require_text(text)
    if key.type is not KeyType.ED25519:
        raise Invalid(f"{key.name} signs with a cosigner's key")
    return Signature(key.name, key.key_id, sign(text.encode()))


def cosigned(text: str, key: VerifierKey, time: int, sign: Sign) -> Signature:
    """Return the cosignature of *key* over a note's *text* at *time*, in Unix seconds.

    Raises:
        Invalid: *text* can't be a note's, *key* is not a cosigner's, or *time* is no time.
    """
    _require_text(text)
    if key.type is not KeyType.COSIGNATURE:
        raise Invalid(f"{key.name} cosigns with a key for signatures")
    if not 0 <= time <= _MAX_TIME:
        raise Invalid(f"nothing is cosigned at {time}")
    blob = time.to_bytes(_TIME_SIZE, "big") + sign(_cosigned_message(text, time))
    return Signature(key.name, key.key_id, blob)


def _is_plain(text: str) -> bool:
    """Tell whether *text* is without control characters but newlines, and can be UTF-8."""
    return _UNFIT.search(text) is None


def _require_text(text: str) -> None:
    if text == "\n" or not text.endswith("\n") or not _is_plain(text):
        raise Invalid("the text of a note ends in a newline and has no control characters")


def _verify(key: VerifierKey, blob: bytes, text: str) -> int | None:
    if key.type is KeyType.ED25519:
        key.verify(blob, text.encode())
        return None
    time = int.from_bytes(blob[:_TIME_SIZE], "big")
    if time > _MAX_TIME:
        raise Tampered(f"{key.name} cosigned at no possible time")
    key.verify(blob[_TIME_SIZE:], _cosigned_message(text, time))
    return time


def _cosigned_message(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def _parse_line(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    data = decode_base64(encoded)
    if not line.startswith(_DASH) or not is_key_name(name) or len(data) <= KEY_ID_SIZE:
        raise MalformedProof("a note has a malformed signature line")
    return Signature(name, data[:KEY_ID_SIZE], data[KEY_ID_SIZE:])

"""Key rotation: the statement in which a log's key signs in its successor.

It is a signed note (see :mod:`indelible.core.note`) whose text can't be taken for a checkpoint:

    <base>/keys
    key-rotation/v1
    old <base64 of the public key that signed so far>
    new <base64 of the public key that signs from now on>
    time <Unix seconds>

Both keys sign it, under the name in the first line. The old one's signature leads whoever pinned it
to the new one; the new one's leads back, so that nobody can slip a past under a key.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from indelible.core.base64 import decode_base64, encode_base64
from indelible.core.key import KEY_SIZE, VerifierKey
from indelible.core.note import Note, Sign, parse_note, signed
from indelible.errors import Invalid, MalformedProof, Tampered

_KIND = "key-rotation/v1"
_TEXT = re.compile(
    r"([^\n]+)/keys\nkey-rotation/v1\nold ([^\n]+)\nnew ([^\n]+)\ntime (0|[1-9][0-9]{0,17})\n",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """One key followed by another.

    Attributes:
        base: what the origins of all the logs start with.
        old: the 32 bytes of the public key that signed so far; likewise *new*.
        time: Unix seconds, as the operator's clock had it.

    Raises:
        Invalid: one of them can't be what it is said to be.
    """

    base: str
    old: bytes
    new: bytes
    time: int

    def __post_init__(self) -> None:
        sizes = {len(self.old), len(self.new)}
        if sizes != {KEY_SIZE} or self.old == self.new or not 0 <= self.time < 10**18:
            raise Invalid("a key is followed by another one, at some time")

    @property
    def keys(self) -> tuple[VerifierKey, VerifierKey]:
        """The old key and the new one, under the name that they sign this with."""
        name = f"{self.base}/keys"
        return VerifierKey(name, self.old), VerifierKey(name, self.new)

    def to_text(self) -> str:
        """Return the text that is signed."""
        old, new = encode_base64(self.old), encode_base64(self.new)
        return f"{self.base}/keys\n{_KIND}\nold {old}\nnew {new}\ntime {self.time}\n"

    def sign(self, old: Sign, new: Sign) -> str:
        """Return the statement, signed by both keys."""
        text = self.to_text()
        by_old, by_new = self.keys
        return Note(text, (signed(text, by_old, old), signed(text, by_new, new))).to_text()


def open_rotation(note: str) -> Rotation:
    """Return what a statement says, if both of its keys signed it. It is not known yet whose.

    Raises:
        MalformedProof: it is no such statement.
        Tampered: one of the signatures is missing or does not hold.
    """
    parsed = parse_note(note)
    match = _TEXT.fullmatch(parsed.text)
    if match is None:
        raise MalformedProof("not a statement of a key's rotation")
    base, old, new, time = match.groups()
    try:
        rotation = Rotation(
            base=base, old=decode_base64(old), new=decode_base64(new), time=int(time)
        )
        keys = rotation.keys
    except Invalid as error:
        raise MalformedProof(f"not a statement of a key's rotation: {error}") from error
    if len(parsed.verify(keys)) != len(keys):
        raise Tampered("a key's rotation is signed by one of its two keys only")
    return rotation


def follow(base: str, trusted: Collection[bytes], statements: Iterable[str]) -> tuple[bytes, ...]:
    """Return *trusted*, and the public keys that *statements* lead to from there, in order.

    Statements that lead nowhere from a trusted key count for nothing.

    Raises:
        MalformedProof: one of the statements is none.
        Tampered: a signature does not hold.
    """
    known = dict.fromkeys(trusted)
    left = [rotation for rotation in map(open_rotation, statements) if rotation.base == base]
    while reached := [each for each in left if each.old in known or each.new in known]:
        for rotation in reached:
            known |= dict.fromkeys((rotation.old, rotation.new))
        left = [each for each in left if each not in reached]
    return tuple(known)

"""Checkpoints: a log's size and root hash, signed (C2SP tlog-checkpoint, without extension lines).

<origin>
<size, decimal>
<root hash, base64>
"""

from __future__ import annotations

from dataclasses import dataclass

from indelible.core.base64 import decode_hash, encode_base64
from indelible.core.key import VerifierKey, is_key_name
from indelible.core.merkle import EMPTY_ROOT, HASH_SIZE, Hash
from indelible.core.note import Note, Sign, parse_note, signed
from indelible.errors import Invalid, MalformedProof, Tampered

MAX_SIZE = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log looked like at one size.

    Attributes:
        origin: the log's name, a URL prefix without scheme and final slash.
        size: number of entries.
        root: root hash of the tree over them.

    Raises:
        Invalid: no log has such an origin, size or root.
    """

    origin: str
    size: int
    root: Hash

    def __post_init__(self) -> None:
        if not is_key_name(self.origin) or not 0 <= self.size <= MAX_SIZE:
            raise Invalid(f"no log is named {self.origin!r} or has {self.size} entries")
        if len(self.root) != HASH_SIZE or (self.size == 0 and self.root != EMPTY_ROOT):
            raise Invalid(f"no log of {self.size} entries has this root")

    def to_text(self) -> str:
        """Return the text that is signed."""
        return f"{self.origin}\n{self.size}\n{encode_base64(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read what :meth:`to_text` wrote.

        Raises:
            MalformedProof: it is spelled in any other way.
        """
        lines = text.split("\n")
        if len(lines) != 4 or len(lines[1]) > 19:
            raise MalformedProof("a checkpoint is not three lines")
        try:
            checkpoint = cls(lines[0], int(lines[1]), decode_hash(lines[2]))
        except (Invalid, ValueError) as error:
            raise MalformedProof(f"not a checkpoint: {error}") from error
        # int() takes "4_2", " 42" and Arabic digits, so compare spellings.
        if checkpoint.to_text() != text:
            raise MalformedProof("a checkpoint in another than its one spelling")
        return checkpoint


def sign_checkpoint(checkpoint: Checkpoint, key: VerifierKey, sign: Sign) -> str:
    """Return the signed checkpoint.

    Raises:
        Invalid: *key* is named after another log.
    """
    if key.name != checkpoint.origin:
        raise Invalid(f"the key of {key.name} does not sign for {checkpoint.origin}")
    text = checkpoint.to_text()
    return Note(text, (signed(text, key, sign),)).to_text()


def open_checkpoint(note: str, key: VerifierKey) -> Checkpoint:
    """Return what the log of *key* signed.

    Cosignatures are not looked at: see :meth:`indelible.core.note.Note.verify`.

    Raises:
        MalformedProof: it is not a signed checkpoint.
        Tampered: the signature does not hold, or the checkpoint is another log's.
    """
    parsed = parse_note(note)
    parsed.verify([key])
    checkpoint = Checkpoint.parse(parsed.text)
    if checkpoint.origin != key.name:
        raise Tampered(f"{key.name} signed a checkpoint of {checkpoint.origin}")
    return checkpoint

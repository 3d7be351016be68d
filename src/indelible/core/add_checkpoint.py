"""What a witness is asked (C2SP tlog-witness, add-checkpoint).

old <size that the witness is believed to have cosigned last>
<base64 hash>            one a line: the proof that the new tree begins with the old one
<blank line>
<signed checkpoint>
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from indelible.core.base64 import decode_hash, encode_base64
from indelible.core.merkle import Hash
from indelible.core.note import parse_note
from indelible.errors import MalformedProof

MAX_REQUEST = 64 * 1024
"""Bytes: more than any request can have that is taken."""

SIZE_TYPE = "text/x.tlog.size"
"""Content type of an answer that says what was cosigned last."""

_MOST_HASHES = 63
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")
_SIZE = re.compile(r"(0|[1-9][0-9]{0,18})\n")


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A request for a cosignature: nothing in it is checked but its spelling.

    Attributes:
        old: size of the tree that the proof starts from, 0 for none.
        proof: consistency proof from there to the checkpoint.
        checkpoint: the whole signed note.
    """

    old: int
    proof: tuple[Hash, ...]
    checkpoint: str

    def to_text(self) -> str:
        """Return the body of the request."""
        hashes = "".join(f"{encode_base64(each)}\n" for each in self.proof)
        return f"old {self.old}\n{hashes}\n{self.checkpoint}"

    @classmethod
    def parse(cls, text: str) -> AddCheckpoint:
        """Read what :meth:`to_text` wrote.

        Raises:
            MalformedProof: it is spelled in any other way.
        """
        head, blank, checkpoint = text.partition("\n\n")
        first, *lines = head.split("\n")
        match = _OLD.fullmatch(first)
        if not blank or match is None or len(lines) > _MOST_HASHES:
            raise MalformedProof("not a request to add a checkpoint")
        parse_note(checkpoint)
        return cls(int(match[1]), tuple(decode_hash(line) for line in lines), checkpoint)


def parse_size(text: str) -> int:
    """Read the answer that says what was cosigned last: a decimal and a newline.

    Raises:
        MalformedProof: it is spelled in any other way.
    """
    match = _SIZE.fullmatch(text)
    if match is None:
        raise MalformedProof("not the size of a tree")
    return int(match[1])

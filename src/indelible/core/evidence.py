"""Evidence: files that prove, offline, that an entry is in its log (C2SP tlog-proof).

    c2sp.org/tlog-proof@v1
    index <decimal>
    <base64 hash>            one a line, the leaf's sibling first
    <blank line>
    <signed checkpoint, as it was signed>

One such file places an entry in its log. Another one places that log's signed checkpoint in the
root log, whose checkpoints witnesses cosign.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from indelible.core.base64 import decode_hash, encode_base64
from indelible.core.checkpoint import Checkpoint, open_checkpoint
from indelible.core.entry import PublicPart, decode
from indelible.core.key import VerifierKey
from indelible.core.merkle import Hash, leaf_hash
from indelible.core.note import Verified, parse_note
from indelible.core.proof import check_inclusion
from indelible.errors import MalformedProof, Tampered

_HEADER = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")
_MOST_HASHES = 63


@dataclass(frozen=True, slots=True)
class ProofFile:
    """A claim that something is entry ``index`` of a log: nothing is proved before a check.

    Attributes:
        index: place in the log, from 0.
        hashes: the inclusion proof.
        checkpoint: a signed checkpoint of the log, with all its signature lines.
    """

    index: int
    hashes: tuple[Hash, ...]
    checkpoint: str

    def to_text(self) -> str:
        """Return the file."""
        hashes = "".join(f"{encode_base64(each)}\n" for each in self.hashes)
        return f"{_HEADER}\nindex {self.index}\n{hashes}\n{self.checkpoint}"

    @classmethod
    def parse(cls, text: str) -> ProofFile:
        """Read what :meth:`to_text` wrote. A line of extra data is refused: ours have none.

        Raises:
            MalformedProof: it is spelled in any other way.
        """
        head, blank, checkpoint = text.partition("\n\n")
        header, *lines = head.split("\n")
        match = _INDEX.fullmatch(lines[0]) if lines else None
        if not blank or header != _HEADER or match is None or len(lines) > _MOST_HASHES + 1:
            raise MalformedProof("not a proof file")
        parse_note(checkpoint)
        return cls(int(match[1]), tuple(decode_hash(line) for line in lines[1:]), checkpoint)

    def check(self, data: bytes, key: VerifierKey) -> Checkpoint:
        """Accept only if *data* is entry ``index`` of the log of *key*; return its checkpoint.

        Raises:
            MalformedProof: checkpoint or proof are not spelled or sized as they must be.
            Tampered: a signature or a hash does not hold.
        """
        checkpoint = open_checkpoint(self.checkpoint, key)
        check_inclusion(self.index, checkpoint.size, leaf_hash(data), self.hashes, checkpoint.root)
        return checkpoint


def check_entry(data: bytes, file: ProofFile, key: VerifierKey) -> PublicPart:
    """Return what the entry with the bytes *data* says, if it is in the log of *key*.

    Raises:
        MalformedProof: entry or file are not spelled as they must be.
        Tampered: the entry is not in the log, or names another log or place.
    """
    checkpoint = file.check(data, key)
    part = decode(data)
    if (part.log, part.seq) != (checkpoint.origin, file.index):
        raise Tampered(f"an entry of {part.log}#{part.seq} stands at {key.name}#{file.index}")
    return part


def check_root(
    file: ProofFile, root_file: ProofFile, key: VerifierKey, witnesses: Iterable[VerifierKey] = ()
) -> Sequence[Verified]:
    """Accept only if the checkpoint in *file* is an entry of the root log of *key*.

    Returns:
        The cosignatures by *witnesses*, which all hold. How many are enough is for the caller.

    Raises:
        MalformedProof: one of the files is not spelled as it must be.
        Tampered: the root log does not have the checkpoint, or a known signature does not hold.
    """
    root_file.check(file.checkpoint.encode(), key)
    verified = parse_note(root_file.checkpoint).verify([key, *witnesses])
    return [each for each in verified if each.key != key]

"""Who vouches for a log's checkpoint: its own key, the root log, witnesses, time-stamps."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from indelible.core.checkpoint import Checkpoint
from indelible.core.evidence import ProofFile
from indelible.core.evidence_file import RootEvidence
from indelible.core.key import KeyType, VerifierKey
from indelible.core.merkle import leaf_hash
from indelible.core.note import Verified, parse_note
from indelible.core.proof import check_inclusion
from indelible.errors import Invalid, MalformedProof, Tampered, Unproven
from indelible.verify.report import Cosigner, Stamped
from indelible.verify.timestamps import check_timestamps
from indelible.verify.trust import Trust, base_of, parse_keys

_MOST_STAMPS = 100


class Brought(NamedTuple):
    """What a file brings along about keys: hints, and statements that are signed themselves."""

    keys: Sequence[str] = ()
    rotations: Sequence[str] = ()
    witnesses: Sequence[str] = ()


class Rooted(NamedTuple):
    """Where the root log has a checkpoint, and who cosigned that."""

    place: int
    size: int
    cosigners: tuple[Cosigner, ...]
    stamps: tuple[Stamped, ...]


class Vouched(NamedTuple):
    """A checkpoint whose signatures hold; *pinned* if by keys that the caller vouches for."""

    checkpoint: Checkpoint
    keys: tuple[VerifierKey, ...]
    pinned: bool
    rooted: Rooted | None


def open_signed(note: str, trust: Trust, brought: Brought) -> Vouched:
    """Return the checkpoint in *note*, and the believed keys that signed it.

    Raises:
        MalformedProof: it is not a signed checkpoint.
        Tampered: no believed key signed it, or a signature does not hold.
    """
    parsed = parse_note(note)
    checkpoint = Checkpoint.parse(parsed.text)
    keys = trust.keys_of(checkpoint.origin, brought.keys, brought.rotations)
    lines = {(line.name, line.key_id) for line in parsed.signatures}
    if not any((key.name, key.key_id) in lines for key in keys):
        whose = "that you pinned" if trust.keys else "that the file names"
        raise Tampered(f"the checkpoint of {checkpoint.origin} is signed by no key {whose}")
    signing = tuple(each.key for each in _verified(note, keys))
    return Vouched(checkpoint, signing, bool(trust.keys), None)


def vouch(note: str, root: RootEvidence | None, trust: Trust, brought: Brought) -> Vouched:
    """Return the checkpoint in *note* and all who vouch for it.

    Raises:
        MalformedProof: something is not spelled as it must be.
        Tampered: a signature or a hash does not hold, or fewer vouch than the caller asks for.
    """
    vouched = open_signed(note, trust, brought)
    if root is None:
        if trust.quorum or trust.authorities:
            raise Tampered("the checkpoint is not in the root log yet, so nobody else vouches")
        return vouched
    file = ProofFile.parse(root.proof)
    above = open_signed(file.checkpoint, trust, brought)
    origin, size, root_hash = above.checkpoint.origin, above.checkpoint.size, above.checkpoint.root
    if origin != f"{base_of(vouched.checkpoint.origin)}/root":
        raise Tampered(f"{origin} is not the root log of {vouched.checkpoint.origin}")
    check_inclusion(file.index, size, leaf_hash(note.encode()), file.hashes, root_hash)
    if len(root.timestamps) > _MOST_STAMPS:
        raise MalformedProof("the file brings too many time-stamps")
    text = parse_note(file.checkpoint).text
    stamps = check_timestamps(text.encode(), root.timestamps, trust.authorities)
    cosigners = _cosigners(file.checkpoint, trust, brought)
    counted = {each.key.public_key for each in _verified(file.checkpoint, trust.witnesses)}
    if len(counted) < trust.quorum:
        raise Tampered(f"{len(counted)} of your witnesses cosigned; you ask for {trust.quorum}")
    return vouched._replace(rooted=Rooted(file.index, size, cosigners, stamps))


def _cosigners(note: str, trust: Trust, brought: Brought) -> tuple[Cosigner, ...]:
    """Return who cosigned: the caller's witnesses, then those that only the file names."""
    found = [
        Cosigner(each.key.name, each.time or 0, pinned=True)
        for each in _verified(note, trust.witnesses)
    ]
    others = [key for key in parse_keys(brought.witnesses) if key.type is KeyType.COSIGNATURE]
    for key in others:
        # What only the file says about itself is shown and never counted.
        with suppress(Unproven):
            found += [
                Cosigner(each.key.name, each.time or 0, pinned=False)
                for each in _verified(note, [key])
                if key not in trust.witnesses
            ]
    return tuple(found)


def _verified(note: str, keys: Sequence[VerifierKey]) -> Sequence[Verified]:
    """Return the signatures by those of *keys* that the note names; there may be none."""
    parsed = parse_note(note)
    lines = {(line.name, line.key_id) for line in parsed.signatures}
    signing = [key for key in dict.fromkeys(keys) if (key.name, key.key_id) in lines]
    try:
        return parsed.verify(signing) if signing else ()
    except Invalid as error:
        raise MalformedProof(str(error)) from error

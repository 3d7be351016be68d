"""What a witness cosigns: a pure decision, as C2SP tlog-witness spells it out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import IntEnum

from indelible.core.add_checkpoint import AddCheckpoint
from indelible.core.checkpoint import Checkpoint
from indelible.core.key import VerifierKey
from indelible.core.merkle import EMPTY_ROOT
from indelible.core.note import Note, parse_note
from indelible.core.proof import check_consistency
from indelible.errors import MalformedProof, Tampered, Unproven


class Reason(IntEnum):
    """Why a checkpoint is not cosigned, and the HTTP status that says so."""

    MALFORMED = 400
    NOT_SIGNED = 403
    UNKNOWN_LOG = 404
    CONFLICT = 409
    INCONSISTENT = 422


@dataclass(frozen=True, slots=True)
class Refusal:
    """A checkpoint that is not cosigned.

    Attributes:
        seen: size that was cosigned last, where the asker is to learn it.
        accuses: whether the log's own signature shows that it has two histories.
    """

    reason: Reason
    words: str
    seen: int | None = None
    accuses: bool = False


@dataclass(frozen=True, slots=True)
class Accepted:
    """A checkpoint that may be cosigned, with the note that carries it."""

    checkpoint: Checkpoint
    note: Note


def decide(
    body: bytes,
    keys: Mapping[str, Collection[VerifierKey]],
    latest: Mapping[str, Checkpoint],
) -> Accepted | Refusal:
    """Return whether the checkpoint in the request *body* may be cosigned.

    Args:
        body: see :class:`indelible.core.add_checkpoint.AddCheckpoint`.
        keys: the keys that each log is known to sign with, by origin.
        latest: the checkpoint of each log that was cosigned last, by origin.
    """
    try:
        request = AddCheckpoint.parse(body.decode())
        note = parse_note(request.checkpoint)
        checkpoint = Checkpoint.parse(note.text)
    except (UnicodeDecodeError, MalformedProof) as error:
        return Refusal(Reason.MALFORMED, f"The request can't be read: {error}.")
    trusted = keys.get(checkpoint.origin)
    if not trusted:
        return Refusal(Reason.UNKNOWN_LOG, "This witness does not know the log.")
    try:
        note.verify(trusted)
    except Tampered as error:
        return Refusal(Reason.NOT_SIGNED, f"No key of the log signed it: {error}.")
    if request.old > checkpoint.size:
        return Refusal(Reason.MALFORMED, "The old size is above that of the checkpoint.")
    last = latest.get(checkpoint.origin) or Checkpoint(checkpoint.origin, 0, EMPTY_ROOT)
    if request.old != last.size:
        return Refusal(
            Reason.CONFLICT,
            f"The last checkpoint that was cosigned has size {last.size}, not {request.old}.",
            seen=last.size,
            accuses=checkpoint.size == last.size and checkpoint.root != last.root,
        )
    return _compare(request, last, Accepted(checkpoint, note))


def _compare(request: AddCheckpoint, last: Checkpoint, new: Accepted) -> Accepted | Refusal:
    if new.checkpoint.size == last.size and new.checkpoint.root != last.root:
        return Refusal(
            Reason.CONFLICT,
            f"Another tree of size {last.size} was cosigned: the log has two histories.",
            seen=last.size,
            accuses=True,
        )
    try:
        if last.size == 0:
            # Every tree begins with the empty one, so there is nothing that a proof could say.
            if request.proof:
                raise MalformedProof("there is a proof from an empty tree")
        else:
            check_consistency(
                last.size, new.checkpoint.size, last.root, new.checkpoint.root, request.proof
            )
    except Unproven as error:
        return Refusal(
            Reason.INCONSISTENT,
            f"It is not proved to extend the tree of {last.size} that was cosigned: {error}.",
        )
    return new

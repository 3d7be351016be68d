"""The entries of a root log: signed checkpoints of logs, each of which only grows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from indelible.core.checkpoint import Checkpoint, open_checkpoint
from indelible.core.key import VerifierKey
from indelible.core.note import parse_note
from indelible.errors import MalformedProof, Tampered
from indelible.monitor.alarms import AlarmKind

ROOT = "/root"
"""How the origin of a root log ends."""


class RootLeaves:
    """Follows the logs in a root log.

    Attributes:
        logs: size and root hash of the newest checkpoint of each log.
    """

    def __init__(self, logs: Mapping[str, tuple[int, bytes]], keys: Sequence[VerifierKey]) -> None:
        """Take what was seen before, and the keys of the root log: they sign every log."""
        self.logs = dict(logs)
        self._keys = keys  # grows when keys are followed

    def take(self, data: bytes) -> tuple[AlarmKind, str] | None:
        """Take the next entry; return what is wrong with the log that it is about, if anything is.

        Raises:
            MalformedProof: it is no signed checkpoint.
            Tampered: no key of the root log signed it.
        """
        try:
            note = data.decode()
        except UnicodeDecodeError as error:
            raise MalformedProof("an entry of the root log is not a checkpoint") from error
        origin = note.partition("\n")[0]
        base = self._keys[0].name.removesuffix(ROOT)
        if not origin.startswith(f"{base}/logs/"):
            raise MalformedProof(f"a checkpoint of {origin!r} in the root log of {base}")
        found = opened(note, [VerifierKey(origin, key.public_key) for key in self._keys])
        size, root = self.logs.get(origin, (0, b""))
        if found.size < size:
            return AlarmKind.ROLL_BACK, f"{origin} went back from {size} entries to {found.size}"
        if found.size == size and found.root != root:
            return AlarmKind.FORK, f"{origin} has two trees of {size} entries"
        self.logs[origin] = found.size, found.root
        return None


def opened(note: str, keys: Sequence[VerifierKey]) -> Checkpoint:
    """Return the checkpoint that one of *keys* signed.

    Raises:
        MalformedProof: it is no signed checkpoint.
        Tampered: none of them did.
    """
    by = {line.key_id for line in parse_note(note).signatures}
    for key in keys:
        if key.key_id in by:
            return open_checkpoint(note, key)
    raise Tampered(f"the checkpoint is not signed by {keys[0].name} with a key that is known")

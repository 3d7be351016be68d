"""The newest published checkpoint, in a file beside the database and never in it.

A database that is restored from a backup does not bring it along, so it tells that something came
after.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from indelible.core.checkpoint import Checkpoint
from indelible.core.note import parse_note
from indelible.errors import MalformedProof, Misconfigured, Unavailable
from indelible.ledger.guard import Seen
from indelible.ledger.root import RootCheckpoint

NAME = "published.checkpoint"


class PublishedHeadFile:
    """A file with a signed checkpoint of the root log."""

    def __init__(self, folder: Path) -> None:
        """Take the data folder."""
        self._path = folder / NAME

    def keep(self, checkpoint: RootCheckpoint) -> None:
        """Keep the newest published checkpoint, durably and all at once.

        Raises:
            Unavailable: the folder can't be written to.
        """
        try:
            self._write(checkpoint.note)
        except OSError as error:
            raise Unavailable(f"{self._path} can't be written: {error}") from error

    def _write(self, note: str) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # A name of its own: nodes in containers may share the folder, and their process ids too.
        draft = self._path.with_name(f"{NAME}.{secrets.token_hex(8)}.draft")
        try:
            with draft.open("w", encoding="utf-8") as file:
                file.write(note)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._path)
        finally:
            draft.unlink(missing_ok=True)

    def read(self) -> Seen | None:
        """Return what was published last; None where nothing ever was.

        Raises:
            Misconfigured: the file is damaged.
        """
        try:
            found = Checkpoint.parse(parse_note(self._path.read_text(encoding="utf-8")).text)
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError, MalformedProof) as error:
            raise Misconfigured(
                f"{self._path} can't be read ({error}). It holds the last published checkpoint; if "
                "you know why it is damaged, delete it."
            ) from error
        return Seen(found.origin, found.size, found.root, f"This machine ({self._path})")

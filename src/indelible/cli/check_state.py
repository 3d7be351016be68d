"""The file that an interrupted check goes on from."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from indelible.ledger.check_state import Progressed, read, spell


class StateFile:
    """Keeps how far a check is; see :class:`indelible.ledger.check_state.StateKeeper`."""

    def __init__(self, path: Path) -> None:
        """Take the file; it need not exist."""
        self._path = path

    def load(self) -> Progressed | None:
        """Return what an interrupted check left; what can't be read is nothing."""
        try:
            return read(self._path.read_bytes())
        except OSError:
            return None

    def save(self, progressed: Progressed) -> None:
        """Replace the file as a whole: a check that is killed leaves the last one."""
        draft = self._path.with_name(f"{self._path.name}.draft")
        draft.write_bytes(spell(progressed))
        draft.replace(self._path)

    def clear(self) -> None:
        """Remove the file."""
        with suppress(FileNotFoundError):
            self._path.unlink()

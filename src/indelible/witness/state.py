"""What a witness has seen, in a small file that one process writes.

The file is replaced whole: written beside, made durable, renamed, and the rename made durable. It
is born with the key: a witness that forgot what it saw would cosign a history that was rolled back,
so a state file that is missing is never made anew.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import msgspec

from indelible.core.checkpoint import Checkpoint
from indelible.core.key import VerifierKey
from indelible.core.note import Note, parse_note
from indelible.errors import Misconfigured, Unproven

_FORMAT = "indelible-witness@v1"


class _Document(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file: of each log, by origin, the last checkpoint with the witness's cosignature."""

    format: str
    witness: str
    logs: dict[str, str]


class State:
    """The last checkpoint of each log, kept at *path* for the witness with *key*.

    Raises:
        Misconfigured: the file is missing, damaged, another witness's, or in use.
    """

    def __init__(self, path: Path, key: VerifierKey) -> None:
        """Read the file and keep others from writing it, until :meth:`close`."""
        self._path = path
        self._key = key
        if not path.exists():
            raise Misconfigured(
                f"There is no state file at {path}. If it was lost, restore it, or retire this "
                "witness and its key: it no longer knows what it cosigned. A new witness gets its "
                "state file with its key, from `indelible witness key`."
            )
        self._lock = _locked(path)
        try:
            self._notes = dict(_read(path, key))
            self.latest: dict[str, Checkpoint] = {
                origin: Checkpoint.parse(parse_note(note).text)
                for origin, note in self._notes.items()
            }
        except BaseException:
            self.close()
            raise

    def note(self, origin: str) -> str | None:
        """Return the last checkpoint of a log, as it was cosigned."""
        return self._notes.get(origin)

    def time(self, origin: str) -> int:
        """Return when a log's last checkpoint was cosigned, in Unix seconds; 0 for never."""
        note = self._notes.get(origin)
        if note is None:
            return 0
        return parse_note(note).verify([self._key])[0].time or 0

    def keep(self, checkpoint: Checkpoint, note: Note) -> None:
        """Replace what is kept of the log; on return that is durable.

        Raises:
            OSError: it may or may not be: the cosignature in *note* must not leave the house.
        """
        notes = self._notes | {checkpoint.origin: note.to_text()}
        _write(self._path, self._key, notes)
        self._notes = notes
        self.latest[checkpoint.origin] = checkpoint

    def close(self) -> None:
        """Let others have the file."""
        self._lock.close()


def make_state(path: Path, key: VerifierKey) -> None:
    """Make the state file of a witness that has seen nothing.

    Raises:
        Misconfigured: there is a file at *path*, or it can't be written.
    """
    if path.exists():
        raise Misconfigured(f"There is a file at {path} already: a state is never written over.")
    try:
        _write(path, key, {})
    except OSError as error:
        raise Misconfigured(f"The state file can't be written: {error}") from error


def _read(path: Path, key: VerifierKey) -> Mapping[str, str]:
    try:
        document = msgspec.json.decode(path.read_bytes(), type=_Document)
        if document.format != _FORMAT:
            raise Misconfigured(f"{path} is no state file of this version: {document.format}")
        if document.witness != key.to_text():
            raise Misconfigured(f"{path} is the state file of another witness: {document.witness}")
        for origin, note in document.logs.items():
            parsed = parse_note(note)
            parsed.verify([key])
            if Checkpoint.parse(parsed.text).origin != origin:
                raise Misconfigured(f"{path} is damaged: a checkpoint stands under {origin}")
    except (OSError, msgspec.DecodeError, Unproven) as error:
        raise Misconfigured(
            f"The state file {path} can't be read, and a witness that does not know what it "
            f"cosigned must not go on: {error}"
        ) from error
    return document.logs


def _write(path: Path, key: VerifierKey, notes: Mapping[str, str]) -> None:
    document = _Document(format=_FORMAT, witness=key.to_text(), logs=dict(notes))
    data = msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"
    draft = path.with_name(f"{path.name}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(descriptor)
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # without this the rename can be forgotten by a power cut
    finally:
        os.close(folder)


def _locked(path: Path) -> IO[bytes]:
    """Lock a file beside *path*; the one at *path* is another one after each write."""
    file = path.with_name(f"{path.name}.lock").open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise Misconfigured(f"Another process runs the witness with the state {path}.") from None
    return file

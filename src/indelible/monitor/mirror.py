"""What a monitor keeps: the entries as it saw them, and where it stands, in a folder of its own.

state.json               the keys it trusts, the last checkpoint that held, the tree up to it
tile/entries/...         every entry, in bundles, as the log serves them
tile/0/...               instead of a bundle whose entries were purged: their hashes
alarms/...               the proof of what was found, to show to others
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import msgspec

from indelible.core.merkle import CompactRange, Hash, leaf_hash
from indelible.core.tile import (
    TILE_WIDTH,
    Bundle,
    Tile,
    bundles_for,
    decode_bundle,
    encode_bundle,
    split_tile,
)
from indelible.errors import MalformedProof, Misconfigured, Unavailable


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Where a monitor stands.

    Attributes:
        keys: verifier keys of the log; the first one was pinned, rotations led to the others.
        size: entries that were mirrored and held; *hashes* is the tree over them.
        checkpoint: the last signed checkpoint that held, empty before the first.
        time: of the last entry, as it spells it.
        purged: entries of which only the hash was still served.
        logs: for a root log: size and root hash of the newest checkpoint of each log in it.
    """

    keys: tuple[str, ...]
    size: int = 0
    hashes: bytes = b""
    checkpoint: str = ""
    time: str = ""
    purged: int = 0
    logs: dict[str, tuple[int, bytes]] = msgspec.field(default_factory=dict)
    version: Literal[1] = 1

    @property
    def tree(self) -> CompactRange:
        """The tree over the mirrored entries."""
        return CompactRange.from_bytes(self.size, self.hashes)


class Mirror:
    """The folder of one monitor."""

    def __init__(self, folder: Path) -> None:
        """Take the folder; it is made when something is kept."""
        self._folder = folder

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other monitors out of the folder.

        Raises:
            Unavailable: one is in there.
        """
        import fcntl  # noqa: PLC0415  # not on Windows, where other commands run

        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self._folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise Unavailable(f"Another monitor works in {self._folder}.") from error
            yield

    def load(self) -> State | None:
        """Return where the last round ended; None before the first.

        Raises:
            Misconfigured: what is kept there can't be read.
        """
        try:
            state = msgspec.json.decode((self._folder / "state.json").read_bytes(), type=State)
            state.tree.root()  # whatever does not fit together does not become a tree
        except FileNotFoundError:
            return None
        except (OSError, msgspec.MsgspecError, MalformedProof) as error:
            raise Misconfigured(
                f"The monitor's state in {self._folder} can't be read ({error}). Restore it, or "
                "start anew in another folder: the log is then mirrored from its first entry."
            ) from error
        return state

    def save(self, state: State) -> None:
        """Keep where a round ended, durably, and all at once."""
        self._write("state.json", msgspec.json.format(msgspec.json.encode(state)))

    def keep(self, bundle: Bundle, entries: Sequence[bytes]) -> None:
        """Keep the entries of a bundle."""
        self._write(bundle.path(), encode_bundle(entries))

    def keep_hashes(self, tile: Tile, hashes: Sequence[Hash]) -> None:
        """Keep the hashes of entries that were purged."""
        self._write(tile.path(), b"".join(hashes))

    def leaves(self, bundle: Bundle) -> list[Hash]:
        """Return the leaf hashes of what was kept of a bundle.

        Raises:
            Misconfigured: the mirror was damaged.
        """
        tile = Tile(0, bundle.index, bundle.width)
        try:
            for width in range(bundle.width, TILE_WIDTH + 1):
                wider = self._folder / Bundle(bundle.index, width).path()
                if wider.is_file():
                    entries = decode_bundle(wider.read_bytes(), width)
                    return [leaf_hash(data) for data in entries[: bundle.width]]
                hashes = Tile(0, bundle.index, width)
                if (self._folder / hashes.path()).is_file():
                    kept = (self._folder / hashes.path()).read_bytes()
                    return split_tile(hashes, kept)[: bundle.width]
        except (OSError, MalformedProof) as error:
            raise Misconfigured(f"The mirror in {self._folder} is damaged: {error}") from error
        raise Misconfigured(f"The mirror in {self._folder} is damaged: {tile.path()} is missing.")

    def drop(self, index: int, width: int) -> None:
        """Forget the partial bundle of *width* at *index*, which another one has outgrown."""
        if 0 < width < TILE_WIDTH:
            for path in (Bundle(index, width).path(), Tile(0, index, width).path()):
                (self._folder / path).unlink(missing_ok=True)

    def tree_at(self, size: int) -> CompactRange:
        """Return the tree over the first *size* entries that were mirrored."""
        tree = CompactRange.empty()
        for bundle in bundles_for(size):
            tree = tree.extend(self.leaves(bundle))
        return tree

    def accuse(self, name: str, text: str) -> Path:
        """Keep the proof of an alarm and return where; the same one is kept once."""
        path = f"alarms/{name}"
        if not (self._folder / path).exists():
            self._write(path, text.encode())
        return self._folder / path

    def _write(self, path: str, data: bytes) -> None:
        target = self._folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f"{target.name}.draft")
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())  # never a state over entries that a crash may forget
        draft.replace(target)

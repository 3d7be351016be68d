"""A witness's key in a file, in the spelling of C2SP signed-note; its owner's alone to read."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from indelible.core.key import KEY_SIZE, KeyType, SignerKey
from indelible.errors import Misconfigured
from indelible.witness.state import make_state


def make_witness(name: str, *, key: Path, state: Path) -> SignerKey:
    """Make a witness: its key at *key* and its empty state at *state*; on return both are durable.

    Raises:
        Invalid: *name* can't be a key's.
        Misconfigured: one of the files is there already, or can't be written.
    """
    made = SignerKey.from_seed(name, secrets.token_bytes(KEY_SIZE), KeyType.COSIGNATURE)
    for path in (key, state):
        if path.exists():
            raise Misconfigured(f"There is a file at {path} already; nothing was made.")
    # The state first: a key without it starts nothing, and a state without its key is rubbish.
    make_state(state, made.verifier)
    try:
        descriptor = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(f"{made.to_text()}\n")
            file.flush()
            os.fsync(descriptor)
    except OSError as error:
        raise Misconfigured(f"The key can't be written: {error}") from error
    return made


def load_key(path: Path) -> SignerKey:
    """Read the key at *path*.

    Raises:
        Misconfigured: it is absent, others may read it, or it is no cosigning key.
        Invalid: it is no key.
    """
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"The witness's key can't be read: {error}") from None
    if mode & 0o077:
        raise Misconfigured(
            f"Others than its owner may use the key {path} (mode {mode:o}): chmod 600 it, and "
            "think about who may have read it."
        )
    key = SignerKey.parse(text.removesuffix("\n"))
    if key.verifier.type is not KeyType.COSIGNATURE:
        raise Misconfigured(f"The key at {path} signs, and does not cosign.")
    return key

"""Files that hold a key: complete or absent, durable, and readable by their owner alone."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def make_file(path: Path, data: bytes) -> None:
    """Make *path* with *data* in it; where another process was first, leave its file.

    On return the file is durable: nothing must depend on a key that a crash forgets.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(descriptor)
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass  # somebody else was first: one key, theirs
    finally:
        draft.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)

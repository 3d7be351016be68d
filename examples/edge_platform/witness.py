"""A witness beside the platform, to see one at work: ``python -m edge_platform.witness``.

A real one is somebody else's, on another machine: what one operator runs vouches for nothing.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from edge_platform import lifeline
from indelible.cli.witness import serve
from indelible.config.settings import Settings
from indelible.core.key import VerifierKey
from indelible.signing.file_key import load_signer
from indelible.witness.key import load_key, make_witness

NAME = "witness.edge-platform.example"


def trust(settings: Settings, address: str) -> dict[str, str]:
    """Return the variables by which platform and witness know each other.

    Makes the witness where there is none yet, in the data folder; the log has its key by then.

    Args:
        settings: of the platform.
        address: host and port at which the witness will listen.
    """
    key, state = _files(settings.data)
    cosigner = load_key(key) if key.exists() else make_witness(NAME, key=key, state=state)
    log = VerifierKey(f"{settings.origin}/root", load_signer(settings.signing_key).public_key)
    return {
        "EDGE_WITNESS": address,
        "EDGE_WITNESS_LOG": log.to_text(),
        "INDELIBLE_WITNESSES": json.dumps([f"{cosigner.verifier.to_text()} http://{address}"]),
    }


def main() -> None:
    """Cosign until told to stop."""
    lifeline.hold()
    key, state = _files(Path(os.environ.get("DATA", "./var")))
    log = [os.environ["EDGE_WITNESS_LOG"]]
    serve(state=state, key=key, log=log, listen=os.environ["EDGE_WITNESS"])


def _files(data: Path) -> tuple[Path, Path]:
    return data / "witness.key", data / "witness.state"


if __name__ == "__main__":
    main()

"""Writes the OpenAPI document: ``python -m indelible.web.openapi docs/reference/openapi.json``."""

from __future__ import annotations

import json
import sys
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from indelible.errors import Unavailable
from indelible.web.app import create_app
from indelible.web.services import Services


def document() -> str:
    """Return the document, spelled the same every time."""
    return json.dumps(create_app(_nothing).openapi(), indent=2, ensure_ascii=False) + "\n"


def _nothing() -> AbstractAsyncContextManager[Services]:
    raise Unavailable("This application describes itself and serves nobody.")


def main() -> None:
    """Write the document to the file that is named, or print it."""
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(document(), encoding="utf-8")
    else:
        sys.stdout.write(document())


if __name__ == "__main__":
    main()

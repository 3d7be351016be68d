"""A process that uses the embedded server: ``python holder.py [--remove] DATA``.

Says where the server is, holds it until its standard input ends, and leaves.
"""

from __future__ import annotations

import sys
from pathlib import Path

from indelible.errors import IndelibleError
from indelible.storage.postgres.embedded import EmbeddedServer


def main() -> None:
    *options, data = sys.argv[1:]
    server = EmbeddedServer(Path(data))
    try:
        if options == ["--remove"]:
            server.remove()
            return
        with server:
            print(server.url, flush=True)
            sys.stdin.read()
    except IndelibleError as error:
        print(f"{type(error).__name__}: {error}", flush=True)


if __name__ == "__main__":
    main()

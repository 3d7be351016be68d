"""Serves the platform: ``python -m edge_platform.server``, on 127.0.0.1:PORT."""

from __future__ import annotations

import os

import uvicorn

from edge_platform import lifeline
from edge_platform.app import create_app
from edge_platform.device import Devices


def main() -> None:
    """Serve until told to stop."""
    lifeline.hold()
    host, _, port = os.environ.get("EDGE_DEVICES", "127.0.0.1:8081").rpartition(":")
    uvicorn.run(
        create_app(os.environ["EDGE_DATABASE_URL"], Devices(host, int(port))),
        host="127.0.0.1",
        port=int(os.environ.get("PORT", "8080")),
        log_level="warning",
        access_log=False,
        # Who the client is, Indelible decides by its own list of trusted proxies.
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=3,
    )


if __name__ == "__main__":
    main()

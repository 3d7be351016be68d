"""Serves the platform: ``python -m own_login.server``, on 127.0.0.1:PORT."""

from __future__ import annotations

import os

import uvicorn

from own_login.app import create_app


def main() -> None:
    """Serve until told to stop."""
    uvicorn.run(
        create_app(),
        host="127.0.0.1",
        port=int(os.environ.get("PORT", "8080")),
        # Who the client is, Indelible decides by its own list of trusted proxies.
        proxy_headers=False,
    )


if __name__ == "__main__":
    main()

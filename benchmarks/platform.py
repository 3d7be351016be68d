"""The example platform with recording or without: ``RECORDED=0 python -m benchmarks.platform``."""

from __future__ import annotations

import os

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from edge_platform.app import create_app
from edge_platform.device import Devices
from indelible.capture.draft import open_draft


class Unrecorded:
    """Gives handlers the draft that they describe their doing to, and throws it away."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        open_draft(scope)
        await self._app(scope, receive, send)


def main() -> None:
    """Serve on PORT until told to stop."""
    app = create_app(os.environ["EDGE_DATABASE_URL"], Devices("127.0.0.1", 9))
    if os.environ["RECORDED"] == "0":
        app.user_middleware.clear()
        app.add_middleware(Unrecorded)
    port = int(os.environ["PORT"])
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()

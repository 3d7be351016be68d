"""``indelible serve``: the service with its API and console."""

from __future__ import annotations

import signal
from typing import Annotated

import typer


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", envvar="PORT")] = 8080,
    workers: Annotated[int, typer.Option(min=1, help="Processes that answer requests.")] = 1,
) -> None:
    """Serve the HTTP API and the console until interrupted."""
    import uvicorn  # noqa: PLC0415  # not in the base install

    from indelible.bootstrap import open_database  # noqa: PLC0415
    from indelible.config.settings import load_settings  # noqa: PLC0415

    settings = load_settings()
    # uvicorn ends, then sends itself again what ended it: it has to reach the end of this block.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # Open as long as the processes that uvicorn starts: they find it running, and migrated.
    with open_database(settings):
        typer.echo(f"Indelible listens on http://{host}:{port}/admin/audit-log")
        uvicorn.run(
            "indelible.asgi:create",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            http="indelible.web.request_head:BoundedHeads",
            timeout_graceful_shutdown=10,
        )

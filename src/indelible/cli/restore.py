"""``indelible restore``: owning up to a database that was restored from a backup."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from indelible.identity.model import COMMAND_LINE

app = typer.Typer(help="A database that was restored from a backup.", no_args_is_help=True)


@app.callback()
def restore() -> None:
    """A database that was restored from a backup."""


@app.command()
def record(
    reason: Annotated[str, typer.Option(help="What happened; it stands in the platform log.")],
) -> None:
    """Record that the database was restored, so that recording goes on.

    What was published and is missing now stays missing: monitors and witnesses will say so.
    """
    from indelible.bootstrap import open_database, record_restore  # noqa: PLC0415  # not in base
    from indelible.config.settings import load_settings  # noqa: PLC0415  # not in base

    if not reason.strip():
        raise typer.BadParameter("Say what happened.")
    settings = load_settings()
    with open_database(settings) as url:
        found = asyncio.run(record_restore(settings, url, COMMAND_LINE, reason.strip()))
    if not found:
        typer.echo("Nothing contradicts this database: there is no restore to record.")
        return
    for each in found:
        typer.echo(f"  {each}")
    typer.echo("Recorded. Restart the service; tell the witnesses and whoever monitors the logs.")

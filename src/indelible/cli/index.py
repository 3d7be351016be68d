"""``indelible index``: what the log is searched by."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from collections.abc import Callable

app = typer.Typer(help="What the log is searched by.", no_args_is_help=True)


@app.callback()
def commands() -> None:
    """What the log is searched by: segments in PostgreSQL, or ClickHouse where one is named."""


@app.command()
def rebuild() -> None:
    """Drop what the log is searched by and make it anew from the entries.

    That is the index in ClickHouse where one is named, else the segments in PostgreSQL. The service
    can run meanwhile: its answers are right and slower until all is there again.
    """
    from indelible.bootstrap import open_database  # noqa: PLC0415  # not in base
    from indelible.config.settings import load_settings  # noqa: PLC0415

    bar = Progress(
        TextColumn("Indexing"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("entries"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with open_database(load_settings()) as url, bar:
        task = bar.add_task("index", total=None)
        entries = asyncio.run(
            _rebuild(url, lambda done, total: bar.update(task, completed=done, total=total))
        )
    typer.echo(f"{entries:,} entries are indexed.")


@app.command()
def tables(
    cluster: Annotated[
        str | None, typer.Option(help="Name of a ClickHouse cluster; none is a single server.")
    ] = None,
) -> None:
    """Print the statements that make the tables, for who makes them by hand."""
    from indelible.index.clickhouse.tables import Tables  # noqa: PLC0415

    for statement in Tables(cluster).create():
        typer.echo(f"{statement};\n")


async def _rebuild(url: str, tell: Callable[[int, int], None]) -> int:
    """Return how many entries the new index has; *tell* how many of how many meanwhile."""
    from indelible.bootstrap import open_follower  # noqa: PLC0415  # not in base
    from indelible.config.settings import load_settings  # noqa: PLC0415
    from indelible.core.scope import Scope  # noqa: PLC0415

    async with open_follower(load_settings(), url) as (index, follower):
        await follower.reset()
        while True:
            indexed = await follower.advance()
            state = await index.state(Scope.everything())
            tell(state.indexed, state.indexed + state.behind)
            if indexed == 0 or state.behind == 0:
                return state.indexed
            if indexed is None:  # the service is at it
                await asyncio.sleep(0.2)

"""``indelible import``: what other systems recorded, into a tenant's log."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from indelible.capture.cloudtrail import SOURCE, LeftOut, to_activity
from indelible.capture.events_file import EventFiles, Malformed
from indelible.capture.importing import Importer, Tally
from indelible.errors import Invalid

if TYPE_CHECKING:
    from indelible.core.activity import TenantId

app = typer.Typer(help="Record what other systems recorded.", no_args_is_help=True)

_SHOWN = 20
_EVERY = 100  # events between two looks at the progress bar
_INTERRUPTED = 130  # 128 and the number of SIGINT, as shells have it


@app.callback()
def imports() -> None:
    """Record what other systems recorded."""


@app.command()
def cloudtrail(
    file: Annotated[
        str,
        typer.Argument(
            help='File of events, one a line or {"Records": [...]}, gzipped or not; a folder of '
            "such files; or - for standard input."
        ),
    ],
    tenant: Annotated[str, typer.Option(help="Id or name of the tenant whose log they go to.")],
    include_reads: Annotated[
        bool,
        typer.Option(
            help="Also take events that only read, as far as they are an action: sessions that "
            "start, and contents that leave (export)."
        ),
    ] = False,
    batch: Annotated[int, typer.Option(min=1, max=1000, help="Events recorded together.")] = 500,
) -> None:
    """Record the events of AWS CloudTrail in a tenant's log; again, and nothing is added.

    Exit status: 0 all was read, 1 some lines could not be recorded, 130 interrupted.
    """
    files = EventFiles(file)
    started = time.perf_counter()
    tally = Tally()
    try:
        whole = _import(files, tally, tenant=tenant, include_reads=include_reads, batch=batch)
    finally:
        if tally.read:
            _print(tally, time.perf_counter() - started)
    if not whole:
        typer.echo("Interrupted. What was recorded stands; run it again to go on.", err=True)
        raise typer.Exit(_INTERRUPTED)
    if tally.refused:
        raise typer.Exit(1)


def _import(
    files: EventFiles, tally: Tally, *, tenant: str, include_reads: bool, batch: int
) -> bool:
    """Import and count; tell whether it came to its end."""
    from indelible.bootstrap import open_database, open_services  # noqa: PLC0415  # not in base
    from indelible.config.settings import load_settings  # noqa: PLC0415
    from indelible.core.scope import Scope  # noqa: PLC0415
    from indelible.ledger.search import Filter  # noqa: PLC0415

    settings = load_settings()

    async def run(url: str) -> bool:
        async with open_services(settings, url) as services:
            log = (await services.identity.tenants.find(tenant)).id
            size = await services.index.count(Filter(), Scope.only(log))
            importer = Importer(services.recorder, tally, source=SOURCE, size=size, batch=batch)
            return await _feed(files, tally, importer, log=log, include_reads=include_reads)

    with open_database(settings) as url:
        return asyncio.run(run(url))


async def _feed(
    files: EventFiles, tally: Tally, importer: Importer, *, log: TenantId, include_reads: bool
) -> bool:
    with _bar() as bar:
        task = bar.add_task("import", total=files.total, recorded=0)
        try:
            for found in files:
                tally.read += 1
                if isinstance(found, Malformed):
                    tally.refuse(found.place, found.why)
                    continue
                try:
                    activity = to_activity(found.value, tenant=log, include_reads=include_reads)
                except Invalid as error:
                    tally.refuse(found.place, str(error))
                    continue
                if not isinstance(activity, LeftOut):
                    await importer.add(found.place, activity)
                elif activity.read:
                    tally.reads += 1
                else:
                    tally.unmapped[activity.event] += 1
                if tally.read % _EVERY == 0:
                    _show(bar, task, files, tally)
                    await asyncio.sleep(0)  # where nothing is recorded, let Ctrl-C in
            await importer.finish()
            _show(bar, task, files, tally)
        except asyncio.CancelledError:
            # Ctrl-C: batches that are on their way are committed, and counted, before we leave.
            await importer.settle()
            return False
    return True


def _bar() -> Progress:
    return Progress(
        TextColumn("Importing"),
        BarColumn(),
        DownloadColumn(),
        TextColumn("{task.fields[recorded]:,} recorded"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )


def _show(bar: Progress, task: TaskID, files: EventFiles, tally: Tally) -> None:
    bar.update(task, completed=files.position, recorded=tally.recorded)


def _print(tally: Tally, seconds: float) -> None:
    for label, number in (
        ("read", tally.read),
        ("recorded", tally.recorded),
        ("already there", tally.repeated),
        ("already there, and different", tally.changed),
        ("reads left out", tally.reads),
        ("not mapped", tally.unmapped.total()),
        ("not recorded", tally.refused),
    ):
        if number or label in ("read", "recorded", "already there"):
            typer.echo(f"{number:>12,}  {label}")
    rate, recorded = tally.read / seconds, tally.recorded / seconds
    typer.echo(f"{seconds:>12,.1f}  s: {rate:,.0f} events/s, {recorded:,.0f} recorded/s")
    if tally.unmapped:
        typer.echo("\nNot mapped, for they are none of the eight actions:")
        for name, number in tally.unmapped.most_common(_SHOWN):
            typer.echo(f"{number:>12,}  {name}")
        _more(len(tally.unmapped) - _SHOWN, "names")
    if tally.refused:
        typer.secho("\nNot recorded:", fg=typer.colors.RED, err=True)
        for refusal in tally.refusals[:_SHOWN]:
            typer.secho(f"  {refusal.place}: {refusal.why}", fg=typer.colors.RED, err=True)
        _more(tally.refused - _SHOWN, "of them")


def _more(number: int, what: str) -> None:
    if number > 0:
        typer.echo(f"              ... and {number:,} more {what}")

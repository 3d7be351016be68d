"""``indelible check``: every log recomputed from its entries."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indelible.ledger.check import Report

_SHOWN = 100  # findings on a terminal; --json has all


def check(
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the result as one JSON object.")
    ] = False,
) -> None:
    """Recompute every log from its entries; exit with 0 if all holds and 1 if anything does not.

    Compares tiles, checkpoints, signatures, heads, and what is stored to be searched and read.
    Locks nothing: it can run beside the service.
    """
    started = time.perf_counter()
    report, anchored = _run()
    seconds = time.perf_counter() - started
    if as_json:
        typer.echo(msgspec.json.encode(_as_json(report, anchored, seconds)))
    else:
        _print(report, anchored, seconds)
    if not report.holds:
        raise typer.Exit(1)


def _run() -> tuple[Report, bool]:
    """Return what a check finds, and whether it knew the signing key from its file."""
    from indelible.bootstrap import open_archive, open_database  # noqa: PLC0415  # not in base
    from indelible.config.settings import load_settings  # noqa: PLC0415
    from indelible.ledger.check import check as check_logs  # noqa: PLC0415

    settings = load_settings()

    async def run(url: str) -> tuple[Report, bool]:
        async with open_archive(settings, url) as (archive, key):
            with _progress() as progress:
                return await check_logs(archive, key, progress=progress), key is not None

    with open_database(settings) as url:
        return asyncio.run(run(url))


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    bar = Progress(
        TextColumn("Checking"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("entries"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task("check", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _print(report: Report, anchored: bool, seconds: float) -> None:
    rate = report.entries / seconds if seconds else 0
    typer.echo(
        f"{_count(report.logs, 'log')}, {_count(report.entries, 'entry', 'entries')}, "
        f"{_count(report.checkpoints, 'signed checkpoint')}, {_count(report.tiles, 'tile')} "
        f"in {seconds:,.1f} s ({rate:,.0f} entries/s)"
    )
    if not anchored:
        typer.echo(
            "The key file is not on this machine: the database was believed about who signs."
        )
    if report.holds:
        typer.secho("Everything holds.", fg=typer.colors.GREEN)
        return
    for finding in report.findings[:_SHOWN]:
        typer.secho(f"  {finding}", fg=typer.colors.RED)
    more = len(report.findings) - _SHOWN + report.suppressed
    if more > 0:
        typer.echo(f"  ... and {more:,} more; --json lists them.")
    found = len(report.findings) + report.suppressed
    typer.secho(f"{_count(found, 'finding')}: the logs do not hold.", fg=typer.colors.RED)


def _as_json(report: Report, anchored: bool, seconds: float) -> dict[str, Any]:
    return {
        "holds": report.holds,
        "keyFromFile": anchored,
        "logs": report.logs,
        "entries": report.entries,
        "checkpoints": report.checkpoints,
        "tiles": report.tiles,
        "seconds": round(seconds, 3),
        "findings": [
            {"log": f.log, "first": f.first, "last": f.last, "oneOf": f.one_of, "what": f.what}
            for f in report.findings
        ],
        "suppressed": report.suppressed,
    }


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"

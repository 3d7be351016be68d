"""``indelible check``: every log recomputed from its entries."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from indelible.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indelible.ledger.archive import Archive
    from indelible.ledger.check import Report
    from indelible.ledger.integrity import PastCheck

_WORTH_STARTING = 100_000  # entries; below, starting processes takes longer than it saves
_INTERRUPTED = 130  # as a shell says it: 128 and the number of the signal
_SHOWN = 100  # findings on a terminal; --json has all


def check(
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the result as one JSON object.")
    ] = False,
    processes: Annotated[
        int, typer.Option(min=0, help="How many look at the entries; 0: as fits the machine.")
    ] = 0,
    state: Annotated[
        Path | None,
        typer.Option(help="File to keep the progress in: a check that is interrupted goes on."),
    ] = None,
) -> None:
    """Recompute every log from its entries; exit with 0 if all holds and 1 if anything does not.

    Compares tiles, checkpoints, signatures, heads, what was published in the root log, and what is
    stored to be searched and read. What was erased or purged has to have an entry that says so.
    Locks nothing: it can run beside the service. The console shows the result.
    """
    started = time.perf_counter()
    try:
        report, anchored, earlier = _run(processes, state)
    except KeyboardInterrupt:
        how = "the same command goes on" if state is not None else "with --state it would go on"
        typer.echo(f"Interrupted; {how} from where this was.", err=True)
        raise typer.Exit(_INTERRUPTED) from None
    seconds = time.perf_counter() - started
    if as_json:
        typer.echo(msgspec.json.encode(_as_json(report, anchored, seconds)))
    else:
        _print(report, anchored, seconds, earlier)
    if not report.holds:
        raise typer.Exit(1)


def _run(processes: int, state: Path | None) -> tuple[Report, bool, int]:
    """Return what a check finds, whether it knew the signing key from its file, and what it skips.

    That is the number of entries that were looked at before it was interrupted.
    """
    from indelible.bootstrap import (  # noqa: PLC0415  # not in base
        join_archive,
        keep_check,
        open_archive,
        open_database,
    )
    from indelible.cli.check_state import StateFile  # noqa: PLC0415
    from indelible.config.settings import load_settings  # noqa: PLC0415
    from indelible.ledger.check import check as check_logs  # noqa: PLC0415
    from indelible.worker.checking import Processes, collect_rarely  # noqa: PLC0415

    settings = load_settings()
    started = datetime.now(UTC)

    async def run(url: str) -> tuple[Report, bool, int]:
        async with open_archive(settings, url) as (archive, trusted):
            count = processes or await _fitting(archive)
            earlier: list[int] = []
            with _progress(earlier) as progress:
                report = await check_logs(
                    archive,
                    trusted,
                    witnesses=[key for key, _ in settings.witness_keys],
                    progress=progress,
                    crew=Processes(join_archive, count) if count > 1 else None,
                    state=StateFile(state) if state is not None else None,
                )
        try:
            await keep_check(url, _past(report, started))
        except Unavailable as error:
            typer.echo(f"The result could not be kept for the console: {error}", err=True)
        return report, bool(trusted), earlier[0]

    collect_rarely()
    with open_database(settings) as url:
        return asyncio.run(run(url))


def _past(report: Report, started: datetime) -> PastCheck:
    from indelible.ledger.integrity import PastCheck  # noqa: PLC0415  # not in base

    return PastCheck(
        started_at=started,
        ended_at=datetime.now(UTC),
        logs=report.logs,
        entries=report.entries,
        found=len(report.findings) + report.suppressed,
        findings=[str(finding) for finding in report.findings[:_SHOWN]],
    )


async def _fitting(archive: Archive) -> int:
    """Return how many processes are worth starting for what there is."""
    async with archive.snapshot() as snapshot:
        entries = sum(log.size or 0 for log in await snapshot.logs())
    return 1 if entries < _WORTH_STARTING else os.cpu_count() or 1


@contextmanager
def _progress(earlier: list[int]) -> Iterator[Callable[[int, int], None]]:
    """Show how far it is; the first thing told, what was done before, goes to *earlier*."""
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

        def show(done: int, total: int) -> None:
            if not earlier:
                earlier.append(done)
                if done:
                    typer.echo(f"Going on behind {_entries(done)} of {total:,}.", err=True)
            bar.update(task, completed=done, total=total)

        yield show


def _print(report: Report, anchored: bool, seconds: float, earlier: int) -> None:
    rate = (report.entries - earlier) / seconds if seconds else 0
    typer.echo(
        f"{_count(report.logs, 'log')}, {_entries(report.entries)}, "
        f"{_count(report.checkpoints, 'signed checkpoint')}, {_count(report.tiles, 'tile')} "
        f"in {seconds:,.1f} s ({rate:,.0f} entries/s)"
    )
    if report.root_leaves:
        typer.echo(
            f"{_count(report.root_leaves, 'published checkpoint')} in the root log, "
            f"{_count(report.cosignatures, 'cosignature')} by known witnesses"
        )
    if report.purged:
        typer.echo(f"{_entries(report.purged)} purged, as their log says")
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
        "purged": report.purged,
        "published": report.root_leaves,
        "cosignatures": report.cosignatures,
        "seconds": round(seconds, 3),
        "findings": [
            {"log": f.log, "first": f.first, "last": f.last, "oneOf": f.one_of, "what": f.what}
            for f in report.findings
        ],
        "suppressed": report.suppressed,
    }


def _entries(number: int) -> str:
    return _count(number, "entry", "entries")


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"

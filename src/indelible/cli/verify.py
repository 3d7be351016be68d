"""``indelible verify``: an export or a piece of evidence, checked offline."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from indelible.core.instant import format_time
from indelible.core.key import VerifierKey
from indelible.errors import Invalid
from indelible.verify.file import verify_file
from indelible.verify.report import Finding, LogReport, Report
from indelible.verify.trust import Trust

_LONGEST = 600
_MOST_ENTRY = 65_535
_UNPINNED = 3
_LOGS_TOLD = 10  # each by itself; a platform has thousands
_END_OF_TIME = 253_402_300_800  # the year 10000


def verify(
    file: Annotated[
        Path,
        typer.Argument(
            help="An exported ZIP archive, an .evidence.json file, or a proof file.",
            exists=True,
            dir_okay=False,
        ),
    ],
    key: Annotated[
        list[str] | None,
        typer.Option(help="Verifier key of the operator, got another way. May be repeated."),
    ] = None,
    witness: Annotated[
        list[str] | None,
        typer.Option(help="Verifier key of a witness that you rely on. May be repeated."),
    ] = None,
    quorum: Annotated[
        int | None,
        typer.Option(min=0, help="How many of them must have cosigned; all of them by default."),
    ] = None,
    tsa_cert: Annotated[
        list[Path] | None,
        typer.Option(
            help="PEM certificate of a time-stamp authority that must have stamped it. "
            "May be repeated.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    entry: Annotated[
        Path | None,
        typer.Option(
            help="For a proof file: the exact bytes of the entry that it proves.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the result as one JSON object.")
    ] = False,
) -> None:
    """Check offline what Indelible gave out, and say what it proves and by whose word.

    Exit status: 0, all of it holds by keys that you named; 1, something does not hold, or fewer
    vouch than you ask for; 2, a wrong call; 3, nothing contradicts it, but its keys are its own.
    """
    try:
        trust = _trust(key or [], witness or [], quorum, tsa_cert or [])
        about = None if entry is None else _read(entry, _MOST_ENTRY)
        with _progress() as progress:
            report = verify_file(file, trust, entry=about, progress=progress)
    except Invalid as error:
        raise typer.BadParameter(printable(str(error))) from error
    except OSError as error:
        raise typer.BadParameter(f"It can't be read: {error.strerror}") from error
    if as_json:
        typer.echo(json.dumps(as_object(report)))  # ASCII: nothing in it can drive a terminal
    else:
        _print(report)
    if not report.holds:
        raise typer.Exit(1)
    if not report.pinned:
        raise typer.Exit(_UNPINNED)


def _trust(keys: list[str], witnesses: list[str], quorum: int | None, certs: list[Path]) -> Trust:
    return Trust(
        keys=tuple(_verifier("--key", each) for each in keys),
        witnesses=tuple(_verifier("--witness", each) for each in witnesses),
        quorum=len(set(witnesses)) if quorum is None else quorum,
        authorities=tuple(each.read_bytes() for each in certs),
    )


def _verifier(option: str, text: str) -> VerifierKey:
    try:
        return VerifierKey.parse(text.strip())
    except Invalid as error:
        raise Invalid(
            f"{option} {text!r} is no verifier key. One looks like "
            "audit.example.com/root+b3ca3c25+ASmsuuFB...; copy all of it."
        ) from error


def _read(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise Invalid(f"{path.name} is larger than any entry.")
    return data


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("Verifying"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("rows"),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task("verify", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def printable(text: str) -> str:
    """Return *text* with what could drive a terminal, or turn its order around, spelled out."""
    cut = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in cut)


def _print(report: Report) -> None:
    if not report.holds:
        typer.secho("This does not hold.", fg=typer.colors.RED, bold=True)
        for finding in report.findings:
            typer.secho(f"  {printable(_sentence(finding))}", fg=typer.colors.RED)
        more = report.found - len(report.findings)
        if more:
            typer.echo(f"  ... and {more:,} more.")
        return
    if report.pinned:
        typer.secho("All of it holds.", fg=typer.colors.GREEN, bold=True)
    else:
        whose = "by the word of its own keys alone" if report.logs else "and it proves nothing"
        typer.secho(f"Nothing contradicts it, {whose}.", fg=typer.colors.YELLOW, bold=True)
    _list("Proved", _of_few_logs(report))
    _list("By the word of", [*_operators(report.logs), *_others(report.logs)])
    _list("Not proved", report.unproved)


def _list(title: str, lines: Sequence[str]) -> None:
    if lines:
        typer.echo(f"\n{title}:")
    for line in dict.fromkeys(lines):
        typer.echo(f"  - {printable(line)}")


def _of_few_logs(report: Report) -> Sequence[str]:
    """Return what is proved; of many logs, what is said of the first and how many more."""
    rest = {log.origin for log in report.logs[_LOGS_TOLD:]}
    if len(rest) < 2:
        return report.proved
    told = [each for each in report.proved if rest.isdisjoint(each.replace(":", " ").split())]
    return [*told, f"The same of {len(rest):,} more logs. --json lists every one."]


def _operators(logs: Sequence[LogReport]) -> Iterator[str]:
    """Say who signed. One key signs all logs of an operator, under a name for each."""
    signed: dict[tuple[str, bool], list[str]] = {}
    for log in logs:
        for each in log.keys:
            # Name, a hash of both, key: in the key there may be another +.
            signed.setdefault((each.split("+", 2)[2], log.pinned), []).append(each)
    for (key, pinned), names in signed.items():
        whose = "pinned by you" if pinned else "named by the file itself"
        what = names[0] if len(names) == 1 else f"the key {key} in {len(names):,} logs"
        yield f"the operator, who signs with {what} ({whose})"


def _others(logs: Sequence[LogReport]) -> Iterator[str]:
    for log in logs:
        for cosigner in log.cosigners:
            whose = "pinned by you" if cosigner.pinned else "named by the file itself, not counted"
            yield f"the witness {cosigner.name}, who saw it at {_instant(cosigner.time)} ({whose})"
        for stamp in log.stamps:
            yield f"the time-stamp authority {stamp.authority}: it existed at {stamp.time}"


def _instant(seconds: int) -> str:
    """Return Unix seconds as people read them, where the calendar goes as far."""
    if seconds >= _END_OF_TIME:
        return f"Unix time {seconds}"
    return format_time(seconds * 1_000_000).replace(".000000", "")


def _sentence(finding: Finding) -> str:
    where = [] if finding.member is None else [finding.member]
    if finding.row is not None:
        where.append(f"row {finding.row}")
    if finding.entry is not None:
        where.append(finding.entry)
    return f"{', '.join(where)}: {finding.what}" if where else finding.what


def as_object(report: Report) -> dict[str, Any]:
    """Return *report* as JSON has it."""
    return {
        "holds": report.holds,
        "pinned": report.pinned,
        "kind": report.kind,
        "rows": report.rows,
        "completeness": report.completeness,
        "filter": report.filter,
        "logs": [
            {
                "origin": log.origin,
                "proved": log.proved,
                "first": log.first,
                "end": log.end,
                "purged": log.purged,
                "size": log.size,
                "rootHash": log.root_hash,
                "keys": list(log.keys),
                "pinned": log.pinned,
                "root": None
                if log.root_index is None
                else {"index": log.root_index, "size": log.root_size},
                "cosigners": [each._asdict() for each in log.cosigners],
                "timestamps": [each._asdict() for each in log.stamps],
            }
            for log in report.logs
        ],
        "findings": [each._asdict() for each in report.findings],
        "found": report.found,
        "proved": list(report.proved),
        "notProved": list(report.unproved),
    }

"""``indelible monitor``: watches a published log from outside. The base install is enough."""

from __future__ import annotations

import hashlib
import os
import shlex
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from indelible.core.key import VerifierKey
from indelible.errors import Misconfigured, NotFound, NotSignedIn, Unavailable
from indelible.monitor.alarms import Alarm
from indelible.monitor.mirror import Mirror, State
from indelible.monitor.source import HttpLog
from indelible.monitor.watch import Round, watch

_UNREACHABLE = 3


def monitor(
    url: Annotated[str, typer.Argument(metavar="URL", help="Where the log is published.")],
    key: Annotated[
        str | None,
        typer.Option(help="The log's verifier key; needed the first time, pinned from then on."),
    ] = None,
    state: Annotated[Path, typer.Option(help="Folder of the mirror, one for each log.")] = Path(
        "monitor"
    ),
    every: Annotated[float, typer.Option(min=1, help="Seconds between looks at the log.")] = 60,
    once: Annotated[bool, typer.Option("--once", help="Look once and end.")] = False,
    run: Annotated[
        str | None,
        typer.Option(help="Command to run at a new alarm; it reads the alarm from its input."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print each round as one JSON object a line.")
    ] = False,
) -> None:
    """Mirror a log and raise an alarm on a fork, a rewrite, a gap or a roll-back.

    A log that is not public is shown to the API key in INDELIBLE_API_KEY. With --once the exit
    status is 0 if all holds, 1 at an alarm and 3 if the log can't be reached.
    """
    secret = os.environ.get("INDELIBLE_API_KEY")
    mirror = Mirror(state)
    with mirror.locked(), HttpLog(url, authorization=secret and f"Bearer {secret}") as source:
        stand = _start(mirror, key)
        raised: str | None = None
        while True:
            try:
                stand, alarm = _look(source, mirror, stand, as_json=as_json)
            except (Unavailable, NotSignedIn, NotFound) as error:
                # It goes on: a monitor that ends when its view is taken away is of no use.
                _say(f"{error.diagnostics()} Nothing is known of the log while that is so.")
                if once:
                    raise typer.Exit(_UNREACHABLE) from None
                time.sleep(every)
                continue
            said = str(alarm) if alarm else None
            if alarm and run and said != raised:
                # Told once: a pager that rings every minute is switched off.
                subprocess.run(shlex.split(run), input=f"{url}\n{alarm}\n".encode(), check=False)
            raised = said
            if once:
                raise typer.Exit(1 if alarm else 0)
            time.sleep(every)


def _start(mirror: Mirror, key: str | None) -> State:
    state = mirror.load()
    if state is None and key is None:
        raise Misconfigured(
            "Name the log's verifier key with --key. Ask its operator (`indelible keys verifiers`) "
            "or take it from an evidence file, and compare the two."
        )
    if state is None:
        return State(keys=(VerifierKey.parse(key or "").to_text(),))
    if key is not None and key not in state.keys:
        raise Misconfigured(
            "This folder mirrors a log under another key. A key that follows it by rotation needs "
            "no --key; another log needs another folder (--state)."
        )
    return state


def _look(
    source: HttpLog, mirror: Mirror, state: State, *, as_json: bool
) -> tuple[State, Alarm | None]:
    found = watch(source, mirror, state)
    kept = None if found.alarm is None else _keep(mirror, source.url, found.alarm)
    if as_json:
        typer.echo(msgspec.json.encode(_as_json(found, kept)))
    elif found.alarm is None:
        purged = f", of which {found.state.purged:,} by hash alone" if found.state.purged else ""
        _say(f"{found.state.size:,} entries hold{purged}, {found.new:,} of them new.", good=True)
    else:
        _say(f"ALARM, {found.alarm}.\nThe proof is in {kept}: keep it, and show it to others.")
    return found.state, found.alarm


def _keep(mirror: Mirror, url: str, alarm: Alarm) -> Path:
    text = "\n".join((f"{url}\n{alarm}\n", *alarm.notes))
    name = hashlib.sha256(text.encode()).hexdigest()[:12]
    return mirror.accuse(f"{alarm.kind}-{name}.txt", text)


def _as_json(found: Round, kept: Path | None) -> dict[str, object]:
    alarm = found.alarm
    return {
        "holds": alarm is None,
        "size": found.state.size,
        "new": found.new,
        "purged": found.state.purged,
        "checkpoint": found.state.checkpoint,
        "alarm": alarm
        and {"kind": alarm.kind, "seq": alarm.seq, "what": alarm.what, "proof": str(kept)},
    }


def _say(text: str, *, good: bool = False) -> None:
    at = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}Z"
    typer.secho(f"{at} {text}", err=not good, fg=None if good else typer.colors.RED)

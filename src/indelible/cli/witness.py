"""``indelible witness``: a witness, to run on a machine that is not the log's."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Annotated

import typer

from indelible.core.key import KeyType, VerifierKey

app = typer.Typer(
    help="A witness, which cosigns only checkpoints that extend what it has seen.",
    no_args_is_help=True,
)


@app.command()
def key(
    name: Annotated[
        str, typer.Argument(help="Name of the witness: a URL without scheme, `w1.example.org`.")
    ],
    key: Annotated[Path, typer.Option(help="File to make for the key, mode 600.")],
    state: Annotated[Path, typer.Option(help="File to make for what the witness has seen.")],
) -> None:
    """Make a new witness: its key and its state file. Prints the key that others trust it by."""
    from indelible.witness.key import make_witness  # noqa: PLC0415

    typer.echo(make_witness(name, key=key, state=state).verifier.to_text())


@app.command("log-key")
def log_key() -> None:
    """Print the key of this installation's root log, which its witnesses need: `serve --log`."""
    from indelible.config.settings import load_settings  # noqa: PLC0415  # not in the base install
    from indelible.signing.file_key import load_signer  # noqa: PLC0415

    settings = load_settings()
    signer = load_signer(settings.signing_key)
    typer.echo(VerifierKey(f"{settings.origin}/root", signer.public_key).to_text())


@app.command()
def serve(
    state: Annotated[Path, typer.Option(help="File of what the witness has seen.")],
    key: Annotated[Path, typer.Option(help="File of the witness's key.")],
    log: Annotated[list[str], typer.Option(help="Key of a log to cosign for; again for another.")],
    listen: Annotated[str, typer.Option(help="Address and port.")] = "127.0.0.1:8081",
) -> None:
    """Cosign checkpoints over HTTP (C2SP tlog-witness) until interrupted."""
    import uvicorn  # noqa: PLC0415  # not in the base install

    from indelible.witness.app import WitnessApp  # noqa: PLC0415
    from indelible.witness.key import load_key  # noqa: PLC0415
    from indelible.witness.service import WitnessService  # noqa: PLC0415
    from indelible.witness.state import State  # noqa: PLC0415

    logs = [VerifierKey.parse(each) for each in log]
    if any(each.type is not KeyType.ED25519 for each in logs):
        raise typer.BadParameter("A log's key signs; this one cosigns.", param_hint="--log")
    host, colon, port = listen.rpartition(":")
    if not colon or not port.isdecimal():
        raise typer.BadParameter("Give address and port: 127.0.0.1:8081.", param_hint="--listen")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    own = load_key(key)
    kept = State(state, own.verifier)
    try:
        typer.echo(f"{own.verifier.to_text()} listens on http://{listen}")
        uvicorn.run(
            WitnessApp(WitnessService(own, logs, kept, time.time)),
            host=host.strip("[]"),
            port=int(port),
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=10,
        )
    finally:
        kept.close()

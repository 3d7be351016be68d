"""``indelible keys``: API keys of services that record, and the key that signs the logs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from indelible.cli.opened import with_identity
from indelible.identity.model import COMMAND_LINE

if TYPE_CHECKING:
    from indelible.identity.keys import IssuedKey
    from indelible.identity.services import Identity

app = typer.Typer(
    help="API keys of services that record, and the key that signs the logs.",
    no_args_is_help=True,
)


@app.command()
def create(
    tenant: Annotated[
        str | None, typer.Option(help="Id or name of the tenant whose log the key records into.")
    ] = None,
    platform: Annotated[
        bool, typer.Option("--platform", help="A key whose items may name any tenant.")
    ] = False,
    name: Annotated[str, typer.Option(help="What the key is for.")] = "API key",
) -> None:
    """Issue a key and print it, this once; it can't be shown again."""
    if platform == (tenant is not None):
        raise typer.BadParameter("Name a tenant with --tenant, or use --platform.")

    async def issue(identity: Identity) -> IssuedKey:
        owner = None if tenant is None else await identity.tenants.find(tenant)
        return await identity.keys.create(tenant=owner, name=name, actor=COMMAND_LINE)

    # Alone on standard output, for scripts.
    typer.echo(with_identity(issue).text)
    typer.echo("Keep it: it is shown this once.", err=True)


@app.command("list")
def show() -> None:
    """Print every key: id, state, whose log it records into, and name."""
    for key in with_identity(lambda identity: identity.keys.all()):
        state = "in use" if key.revoked_at is None else f"revoked {key.revoked_at:%Y-%m-%d %H:%M}"
        typer.echo(f"{key.id}  {state:24}  {key.tenant or 'platform':36}  {key.name}")


@app.command()
def revoke(id_: Annotated[str, typer.Argument(metavar="ID", help="Id of the key.")]) -> None:
    """Make a key useless, from the next request on."""
    key = with_identity(lambda identity: identity.keys.revoke(id_, actor=COMMAND_LINE))
    typer.echo(f"Key {key.id} ({key.name}) is revoked.")


@app.command()
def verifiers() -> None:
    """Print the verifier keys of the logs: what auditors and monitors write down."""
    from indelible.bootstrap import open_database, verifier_keys  # noqa: PLC0415  # not in base
    from indelible.config.settings import load_settings  # noqa: PLC0415  # not in base

    settings = load_settings()
    with open_database(settings) as url:
        for key in asyncio.run(verifier_keys(settings, url)):
            typer.echo(key.to_text())


@app.command()
def rotate() -> None:
    """Have a new key sign the logs; the old one signs it in. Then restart the service."""
    from indelible.bootstrap import open_database, rotate_key  # noqa: PLC0415  # not in base
    from indelible.config.settings import load_settings  # noqa: PLC0415  # not in base

    settings = load_settings()
    with open_database(settings) as url:
        key, retired = asyncio.run(rotate_key(settings, url, COMMAND_LINE))
    typer.echo(f"The key {key.hex()} signs from now on: {settings.signing_key}")
    typer.echo(f"The one before is kept at {retired}: nothing needs it any more.")
    typer.echo("Bring the new file to every node, restart the service there, and back it up.")

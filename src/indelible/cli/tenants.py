"""``indelible tenants``: the customers of the platform, each with a log of its own."""

from __future__ import annotations

from typing import Annotated

import typer

from indelible.cli.opened import with_identity
from indelible.identity.model import COMMAND_LINE

app = typer.Typer(help="Tenants, each with a log of its own.", no_args_is_help=True)


@app.command()
def create(name: Annotated[str, typer.Argument(help="Name of the tenant.")]) -> None:
    """Add a tenant and print its id."""
    tenant = with_identity(lambda identity: identity.tenants.create(name, actor=COMMAND_LINE))
    typer.echo(tenant.id)


@app.command("list")
def show() -> None:
    """Print every tenant: id, state and name."""
    for tenant in with_identity(lambda identity: identity.tenants.all()):
        state = "disabled" if tenant.disabled else "active"
        typer.echo(f"{tenant.id}  {state:8}  {tenant.name}")

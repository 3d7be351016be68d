"""``indelible admin``: the first Super Admin comes from here; there is no default account."""

from __future__ import annotations

import secrets
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from indelible.cli.opened import with_identity
from indelible.identity.access import Role
from indelible.identity.model import COMMAND_LINE

if TYPE_CHECKING:
    from indelible.identity.model import User
    from indelible.identity.services import Identity

app = typer.Typer(help="Super Admins of the platform.", no_args_is_help=True)


@app.callback()
def admin() -> None:
    """Super Admins of the platform."""


@app.command()
def create(
    email: Annotated[str, typer.Option(help="E-mail address to sign in with.")],
    name: Annotated[str, typer.Option(help="Name to show beside it.")],
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
    generate: Annotated[
        bool, typer.Option("--generate", help="Make up a password and print it, this once.")
    ] = False,
) -> None:
    """Add a Super Admin, who signs in with an e-mail address and a password."""
    if password_stdin and generate:
        raise typer.BadParameter("--password-stdin and --generate exclude each other.")
    password = _password(from_stdin=password_stdin, generated=generate)

    async def create_user(identity: Identity) -> User:
        return await identity.users.create(
            email=email,
            name=name,
            role=Role.SUPER_ADMIN,
            tenant=None,
            password=password,
            actor=COMMAND_LINE,
        )

    user = with_identity(create_user)
    typer.echo(f"Super Admin {user.email} can sign in.")
    if generate:
        typer.echo(f"Password (shown this once): {password}")


def _password(*, from_stdin: bool, generated: bool) -> str:
    if generated:
        return secrets.token_urlsafe(18)
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise typer.BadParameter(
            "There is nobody to ask for a password here: use --password-stdin or --generate."
        )
    asked: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return asked

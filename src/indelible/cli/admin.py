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
    from indelible.identity.recover import Recovered
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
    """Add a Super Admin, who signs in with an e-mail address and a password.

    Where Super Admins have to have a second factor, the first sign-in leads to setting it up.
    """
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


@app.command()
def recover(
    email: Annotated[str, typer.Option(help="E-mail address of the account.")],
) -> None:
    """Let somebody in again who lost password or second factor.

    Takes the second factor away, and prints the address of a page where a new password is set: good
    once, and not for long. For the last Super Admin; others are helped in the console.
    """

    async def let_in(identity: Identity) -> Recovered:
        return await identity.recovery.recover(email, actor=COMMAND_LINE)

    recovered = with_identity(let_in)
    until = recovered.expires_at.strftime("%Y-%m-%d %H:%M UTC")
    typer.echo(f"{recovered.user.email} has no second factor now.")
    typer.echo(f"Open this at the console's address, until {until} (shown this once):")
    typer.echo(recovered.url)


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

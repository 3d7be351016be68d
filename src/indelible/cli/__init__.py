"""The command line.

The base install has it too, for ``indelible verify``; what needs more says which extra to install.
"""

from __future__ import annotations

import sys

import typer

from indelible.errors import IndelibleError

_SERVER_PACKAGES = ("sqlalchemy", "psycopg", "fastapi", "uvicorn", "pydantic_settings", "alembic")

app = typer.Typer(
    name="indelible",
    help="A tamper-evident audit log for multi-tenant platforms.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def main() -> None:
    """Run the command line: exit status 0 is success, 1 a refusal in words, 2 a wrong call."""
    try:
        _register()
        app()
    except IndelibleError as error:
        typer.secho(f"Error: {error.diagnostics()}", err=True, fg=typer.colors.RED)
        sys.exit(1)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _SERVER_PACKAGES:
            raise
        typer.secho(
            f"Error: this command needs {error.name}: install indelible[server,embedded].",
            err=True,
            fg=typer.colors.RED,
        )
        sys.exit(1)


def _register() -> None:
    # Imported here: a module of commands may not be imported by the base install's API.
    from indelible.cli import (  # noqa: PLC0415
        admin,
        check,
        erase,
        imports,
        index,
        keys,
        monitor,
        restore,
        serve,
        tenants,
        verify,
        witness,
    )

    app.command("serve")(serve.serve)
    app.command("check")(check.check)
    app.command("verify")(verify.verify)
    app.command("monitor")(monitor.monitor)
    app.add_typer(imports.app, name="import")
    app.add_typer(erase.app, name="erase")
    app.add_typer(index.app, name="index")
    app.add_typer(erase.retention, name="retention")
    app.add_typer(admin.app, name="admin")
    app.add_typer(tenants.app, name="tenants")
    app.add_typer(keys.app, name="keys")
    app.add_typer(restore.app, name="restore")
    app.add_typer(witness.app, name="witness")

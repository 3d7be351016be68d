"""The command line for tests: a process of its own, or one command of it."""

from __future__ import annotations

from collections.abc import Callable

import typer

from indelible.cli import main


def command_app(command: Callable[..., None]) -> typer.Typer:
    """An app of one command that ``CliRunner`` can call."""
    app = typer.Typer()
    app.command()(command)
    return app


if __name__ == "__main__":
    main()

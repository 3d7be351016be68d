"""The page of the command line."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any, get_args

import typer
from typer.models import ArgumentInfo, CommandInfo, OptionInfo, TyperInfo

from docs.pages.markdown import code, page, prose, table
from indelible import cli

_INTRODUCTION = """\
`indelible COMMAND --help` says the same. Where a command needs the log, it uses the installation
that the [settings](settings.md) in its environment describe."""

Command = tuple[str, Callable[..., Any]]


def render() -> str:
    """Return the page."""
    commands = _commands(_application(), "indelible")
    blocks = [block for command in commands for block in _say(command)]
    return page("Command line", _INTRODUCTION, prose(cli.main.__doc__), *blocks)


def _application() -> typer.Typer:
    if not cli.app.registered_commands:
        cli._register()
    return cli.app


def _commands(app: typer.Typer, path: str) -> Iterator[Command]:
    """Yield every command below *app*, alphabetically."""
    below: dict[str, CommandInfo | TyperInfo] = {}
    for command in app.registered_commands:
        callback = command.callback
        below[command.name or (callback.__name__.replace("_", "-") if callback else "")] = command
    for group in app.registered_groups:
        below[str(group.name)] = group
    for name, each in sorted(below.items()):
        if isinstance(each, TyperInfo):
            if each.typer_instance is not None:
                yield from _commands(each.typer_instance, f"{path} {name}")
        elif each.callback is not None and not each.hidden:
            yield f"{path} {name}", each.callback


def _say(command: Command) -> Iterator[str]:
    path, callback = command
    options, arguments = [], []
    for parameter in inspect.signature(callback, eval_str=True).parameters.values():
        kind, *rest = get_args(parameter.annotation) or (parameter.annotation,)
        info = next((each for each in rest if isinstance(each, OptionInfo | ArgumentInfo)), None)
        if isinstance(info, ArgumentInfo):
            arguments.append((_metavar(parameter, info), info.help or ""))
        elif info is not None and not info.hidden:
            options.append(
                [code(_spelling(parameter, info, kind)), _default(parameter, info), info.help or ""]
            )
    call = " ".join([path, *(["[OPTIONS]"] if options else []), *(name for name, _ in arguments)])
    yield f"## {path}"
    yield f"```console\n{call}\n```"
    yield prose(callback.__doc__)
    if arguments:
        yield table(["argument", "what"], [[code(name), text] for name, text in arguments])
    if options:
        yield table(["option", "default", "what"], options)


def _metavar(parameter: inspect.Parameter, info: ArgumentInfo) -> str:
    name = str(info.metavar or parameter.name.strip("_").upper())
    return name if parameter.default is inspect.Parameter.empty else f"[{name}]"


def _spelling(parameter: inspect.Parameter, info: OptionInfo, kind: Any) -> str:
    # Within Annotated, Typer takes the first name for the default and sorts that out later.
    declared = [
        each
        for each in (info.default, *(info.param_decls or ()))
        if isinstance(each, str) and each.startswith("-")
    ]
    names = declared or [f"--{parameter.name.replace('_', '-')}"]
    if kind is bool:
        if not declared:
            names = [f"{names[0]}/--no-{names[0][2:]}"]
        return ", ".join(names)
    value = info.metavar or parameter.name.strip("_").upper()
    return f"{', '.join(names)} {value}"


def _default(parameter: inspect.Parameter, info: OptionInfo) -> str:
    default = parameter.default
    if default is inspect.Parameter.empty:
        return "required"
    text = "" if default is None or default is False else code(default)
    if info.envvar:
        text = f"{code('$' + str(info.envvar))}, else {text}" if text else code(f"${info.envvar}")
    return text

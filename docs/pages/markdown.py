"""Markdown, as the pages write it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Sequence

GENERATED = "<!-- Made by `make docs` from the code: change it there, not here. -->"

_ROLE = re.compile(r":\w+:`~?(?:[\w.]+\.)?(\w+)`")
_ATTRIBUTE = re.compile(r" *([a-z][a-z_]*): (.+)")
_WORD = re.compile(r"_([a-z])")
_LITERAL = re.compile(r"``([^`]+)``")


def page(title: str, *blocks: str) -> str:
    """Return a page: title, note, blocks with an empty line between them."""
    return "\n\n".join([f"# {title}", GENERATED, *blocks]) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; a bar in a cell is escaped, a line end becomes a blank."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def attributes(docstring: str | None) -> dict[str, str]:
    """Return what the docstring says of each attribute, by its name in camel case."""
    _, _, section = inspect.cleandoc(docstring or "").partition("Attributes:\n")
    found: dict[str, str] = {}
    name = ""
    for line in section.splitlines():
        if said := _ATTRIBUTE.match(line):
            name = _WORD.sub(lambda word: word[1].upper(), said[1])
            found[name] = said[2]
        elif name:
            found[name] += f" {line.strip()}"
    return {name: prose(text) for name, text in found.items()}


def prose(docstring: str | None) -> str:
    """Return a docstring as Markdown: its words, without the section of attributes."""
    text = inspect.cleandoc(docstring or "").partition("\n\nAttributes:\n")[0]
    text = text.partition("\nAttributes:\n")[0]
    return _LITERAL.sub(r"`\1`", _ROLE.sub(r"`\1`", text)).strip()


def code(value: object) -> str:
    """Return *value* as code."""
    return f"`{value}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")

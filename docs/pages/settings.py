"""The page of settings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from docs.pages.markdown import code, page, table
from indelible.config.settings import Settings

_INTRODUCTION = """\
Every setting is read from the environment when the process starts; a changed one needs a restart. A
value that can't be taken stops the start with a message that names it.

`INDELIBLE_` and the name in capitals is the variable. Lists are JSON."""

_KINDS: dict[Any, str] = {
    Path: "path",
    SecretStr: "URL",
    bool: "`true` or `false`",
    float: "number",
    int: "whole number",
    str: "text",
}
_BOUNDS = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}


def render() -> str:
    """Return the page."""
    prefix = Settings.model_config.get("env_prefix", "")
    rows = [
        [code(f"{prefix}{name}".upper()), _kind(field), _default(field), field.description or ""]
        for name, field in Settings.model_fields.items()
    ]
    return page("Settings", _INTRODUCTION, table(["variable", "value", "default", "what"], rows))


def _kind(field: FieldInfo) -> str:
    annotation = field.annotation
    if get_origin(annotation) is list:
        return "JSON list of texts"
    named = [each for each in get_args(annotation) if each is not type(None)] or [annotation]
    bounds = [
        f"{words} {getattr(rule, bound):,}"
        for rule in field.metadata
        for bound, words in _BOUNDS.items()
        if getattr(rule, bound, None) is not None
    ]
    return ", ".join([_KINDS[named[0]], *bounds])


def _default(field: FieldInfo) -> str:
    if field.default is None:
        return "none"
    if isinstance(field.default, str | Path):
        return code(field.default)
    return code(json.dumps(field.default))

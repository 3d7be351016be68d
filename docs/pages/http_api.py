"""The page of the HTTP API, from its OpenAPI document."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from docs.pages.markdown import attributes, code, page, prose, table

Json = Mapping[str, Any]

_INTRODUCTION = """\
[openapi.json](openapi.json) is the same as an OpenAPI document; a running server answers it at
`/api/openapi.json`."""


def render(document: str) -> str:
    """Return the page of the OpenAPI document *document*."""
    api = json.loads(document)
    blocks = [prose(api["info"]["description"]), _INTRODUCTION]
    for tag in api["tags"]:
        blocks += [f"## {_title(tag['name'])}", prose(tag["description"])]
        for path, operations in api["paths"].items():
            for method, operation in operations.items():
                if tag["name"] in operation.get("tags", ()):
                    blocks += _operation(f"{method.upper()} {path}", operation)
    blocks.append("## Shapes")
    blocks += _shapes(api)
    return page("HTTP API", *blocks)


def _title(tag: str) -> str:
    return tag[0].upper() + tag[1:]


def _operation(call: str, operation: Json) -> Iterator[str]:
    yield f"### {code(call)}"
    yield f"{operation['summary']}. {prose(operation.get('description'))}"
    if parameters := operation.get("parameters"):
        yield table(
            ["parameter", "value", "what"],
            [
                [code(each["name"]), _value(each["schema"]), each.get("description", "")]
                for each in parameters
            ],
        )
    if body := operation.get("requestBody"):
        yield f"Body: {_content(body['content'])}"
    yield table(
        ["status", "body", "when"],
        [
            [status, _content(answer.get("content", {})), answer["description"]]
            for status, answer in sorted(operation["responses"].items())
        ],
    )


def _content(content: Json) -> str:
    said = []
    for media, body in content.items():
        value = _value(body.get("schema", {}))
        said.append(value if media == "application/json" else f"{value} ({code(media)})")
    return " or ".join(said)


def _shapes(api: Json) -> Iterator[str]:
    """Yield every shape that an operation leads to, alphabetically."""
    schemas: Json = api["components"]["schemas"]
    found: set[str] = set()
    ahead = list(_references(api["paths"]))
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += _references(schemas[name])
    for name in sorted(found):
        schema = schemas[name]
        yield f"### {name}"
        if description := prose(schema.get("description")):
            yield description
        if "enum" in schema:
            yield f"One of {', '.join(map(code, schema['enum']))}."
        if properties := schema.get("properties"):
            required = schema.get("required", ())
            said = attributes(schema.get("description"))
            rows = [
                [
                    code(field),
                    _value(each),
                    "yes" if field in required else "",
                    prose(each.get("description")) or said.get(field, ""),
                ]
                for field, each in properties.items()
            ]
            yield table(["field", "value", "always there", "what"], rows)


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if "$ref" in part:
            yield _name(part["$ref"])
        for each in part.values():
            yield from _references(each)
    elif isinstance(part, list):
        for each in part:
            yield from _references(each)


def _name(reference: str) -> str:
    return reference.rpartition("/")[2]


def _value(schema: Json) -> str:
    """Say what a schema lets through, in words."""
    if reference := schema.get("$ref"):
        name = _name(reference)
        return f"[{name}](#{name.lower()})"
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return " or ".join(dict.fromkeys(map(_value, schema[several])))
    if "const" in schema:
        return code(json.dumps(schema["const"]))
    if "enum" in schema:
        return "one of " + ", ".join(code(each) for each in schema["enum"])
    return _plain(schema)


def _plain(schema: Json) -> str:
    kind = schema.get("format") or schema.get("type") or "any JSON"
    if kind == "array":
        kind = f"list of {_value(schema.get('items', {}))}"
    elif kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        kind = f"object of {_value(schema['additionalProperties'])}"
    said = [kind]
    said += [
        f"{words} {schema[rule]:,}{unit}"
        for rule, words, unit in (
            ("minimum", "at least", ""),
            ("maximum", "at most", ""),
            ("maxLength", "at most", " characters"),
            ("maxItems", "at most", " items"),
        )
        if rule in schema
    ]
    if schema.get("default") is not None:
        said.append(f"default {code(schema['default'])}")
    return ", ".join(said)

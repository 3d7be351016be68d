"""The OpenAPI document: msgspec structs as components, problem documents as answers.

Hot answers are encoded by msgspec, which FastAPI does not look into; here they are described to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.responses import Response

from indelible.web.problems import MEDIA_TYPE, Problem

_TEMPLATE = "#/components/schemas/{name}"
_models: dict[str, type[msgspec.Struct]] = {"Problem": Problem}

_SECURITY = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-indelible",
        "description": "The cookie that signing in sets; `indelible` on http://localhost.",
    },
    "apiKey": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key, from `indelible keys create`.",
    },
}

_REASONS: Mapping[int, str] = {
    401: "Nobody is signed in.",
    403: "The caller may not do this.",
    404: "There is no such thing, or none that the caller may see.",
    409: "It contradicts what stands already.",
    410: "It was purged when its retention period was over.",
    413: "It is too large.",
    415: "The body is not JSON.",
    422: "The input can't be taken; `field` and `item` say where.",
    429: "Too many attempts.",
    503: "A part that this needs can't be reached; try again.",
}


def json(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Render *value* with msgspec."""
    return Response(
        msgspec.json.encode(value), status, headers=headers, media_type="application/json"
    )


def reference(model: type[msgspec.Struct]) -> dict[str, Any]:
    """Return a reference to *model*'s schema, which goes into the document."""
    _models[model.__name__] = model
    return {"$ref": _TEMPLATE.format(name=model.__name__)}


def answer(model: type[msgspec.Struct], description: str) -> dict[str, Any]:
    """Describe an answer whose body is *model*."""
    return {
        "description": description,
        "content": {"application/json": {"schema": reference(model)}},
    }


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the problem answers of a route; 500 and 503 are always among them."""
    content = {MEDIA_TYPE: {"schema": {"$ref": _TEMPLATE.format(name="Problem")}}}
    return {
        status: {"description": _REASONS[status], "content": content} for status in (*statuses, 503)
    }


def takes(*models: type[msgspec.Struct]) -> dict[str, Any]:
    """Describe a request body that is one of *models*, for ``openapi_extra``."""
    schemas = [reference(model) for model in models]
    schema = schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def describe(app: FastAPI, tags: Sequence[Mapping[str, str]]) -> None:
    """Make *app* serve a document with every referenced struct in it."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app, tags)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # FastAPI's documented way


def _document(app: FastAPI, tags: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    schema = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        routes=app.routes,
        tags=[dict(tag) for tag in tags],
        license_info=app.license_info,
    )
    _, described = msgspec.json.schema_components(_models.values(), ref_template=_TEMPLATE)
    components = schema.setdefault("components", {})
    components["securitySchemes"] = _SECURITY
    schema["security"] = [{"session": []}]
    components["schemas"] = dict(sorted({**components.get("schemas", {}), **described}.items()))
    for component in components["schemas"].values():
        if "description" in component:
            component["description"] = _dedent(component["description"])
    return schema


def _dedent(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines()).strip()

"""The OpenAPI document: current, and true."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from indelible.web.openapi import document
from tests.web.conftest import Platform

KEPT = Path(__file__).resolve().parents[2] / "docs/reference/openapi.json"


def test_current() -> None:
    """The document in the docs is the one that the server serves."""
    assert KEPT.read_text(encoding="utf-8") == document(), (
        "make it anew: python -m indelible.web.openapi docs/reference/openapi.json"
    )


SCHEMA = schemathesis.openapi.from_path(KEPT)
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]


@pytest.mark.database
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.label)
@settings(
    max_examples=20,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
async def test_no_server_error(platform: Platform, operation, data: st.DataObject) -> None:
    """Whatever fits the document, and whatever does not, is answered as the document says."""
    mode = data.draw(st.sampled_from(list(schemathesis.GenerationMode)))
    case = data.draw(operation.as_strategy(generation_mode=mode))
    answer = await send(platform, case)
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
    told = {str(status) for status in operation.definition.raw["responses"]}
    assert str(answer.status_code) in told | {"404", "405", "413", "422"}


async def send(platform: Platform, case) -> httpx.Response:
    """Send a case as the one who may do most; signing out is for others."""
    path = case.path
    for name, value in (case.path_parameters or {}).items():
        path = path.replace(f"{{{name}}}", quote(str(value), safe="", errors="replace"))
    who = platform.people["nobody" if "auth" in path or "settings" in path else "root"]
    headers = {}
    if (case.method, case.path) == ("POST", "/api/activity"):
        headers["Authorization"] = f"Bearer {platform.keys['acme']}"
    body = case.body if isinstance(case.body, (dict, list, str, int, float, bool)) else None
    query = {
        name: value if isinstance(value, (str, int, list)) else str(value)
        for name, value in (case.query or {}).items()
    }
    try:
        request = who.build_request(case.method, path, params=query, headers=headers, json=body)
    except (UnicodeEncodeError, ValueError, httpx.InvalidURL):
        return httpx.Response(404, headers={"content-type": "application/problem+json"})
    return await who.send(request)

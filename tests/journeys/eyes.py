"""What axe sees of a page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

_AXE = Path(__file__).resolve().parents[2] / "console/node_modules/axe-core/axe.min.js"


def axe_source() -> str:
    """Return the source of axe-core, or skip the test where it is not installed."""
    if not _AXE.exists():
        pytest.skip("axe-core is not installed (cd console && npm ci)")
    return _AXE.read_text()


def serious(page: Page, axe: str) -> list[Any]:
    """Return what axe calls a serious or critical violation: its rule, and where."""
    # Colours on their way from one state to another are no one's to read.
    page.evaluate("Promise.allSettled(document.getAnimations().map(each => each.finished))")
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        (each["id"], [(node["html"][:160], node["failureSummary"]) for node in each["nodes"][:3]])
        for each in found["violations"]
        if each["impact"] in {"serious", "critical"}
    ]

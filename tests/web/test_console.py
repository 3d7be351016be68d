"""The console's pages and assets."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from indelible.web.console import serve_console
from tests.web.conftest import Platform

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def static(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built console, as small as it gets."""
    folder = tmp_path_factory.mktemp("static")
    (folder / "assets").mkdir()
    (folder / "index.html").write_text("<!doctype html><title>Console</title>")
    (folder / "assets/index-Btb2RKQE.js").write_text("1;" * 2000)
    (folder / "assets/color-scheme.js").write_text("1;")
    return folder


def served(platform: Platform, static: Path, *, standalone: bool = True) -> FastAPI:
    """Serve the console of *static* to the people of *platform*."""
    app = FastAPI()
    app.state.services = platform.services
    serve_console(app, standalone=standalone, static=static)
    return app


async def get(app: FastAPI, path: str, cookies: httpx.Cookies | None = None) -> httpx.Response:
    """Load a page."""
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://localhost", cookies=cookies
    ) as client:
        return await client.get(path)


@pytest.mark.parametrize(
    ("who", "status"), [("nobody", 200), ("root", 200), ("acme.admin", 200), ("acme.viewer", 404)]
)
async def test_audit_log(platform: Platform, static: Path, who: str, status: int) -> None:
    """The page is there for those who may read, and absent for a Viewer."""
    app = served(platform, static)
    answer = await get(app, "/admin/audit-log", platform.people[who].cookies)
    assert answer.status_code == status
    assert "Console" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "script-src 'self';" in answer.headers["content-security-policy"]


async def test_other_pages(platform: Platform, static: Path) -> None:
    """Other pages are the same document; unknown ones say so by their status."""
    app = served(platform, static)
    assert (await get(app, "/admin/settings")).status_code == 200
    assert (await get(app, "/admin/nothing/here")).status_code == 404
    assert (await get(app, "/admin")).headers["location"] == "/admin/"
    assert (await get(app, "/admin/")).status_code == 200


async def test_home(platform: Platform, static: Path) -> None:
    """Alone, the root leads to the console; mounted, it is the host's."""
    answer = await get(served(platform, static), "/")
    assert (answer.status_code, answer.headers["location"]) == (307, "/admin/")
    assert (await get(served(platform, static, standalone=False), "/")).status_code == 404


async def test_assets(platform: Platform, static: Path) -> None:
    """A file with a hash in its name is kept for ever, others are asked about; no page in place."""
    app = served(platform, static)
    hashed = await get(app, "/admin/assets/index-Btb2RKQE.js")
    assert "immutable" in hashed.headers["cache-control"]
    assert hashed.headers["content-encoding"] == "gzip"
    assert (await get(app, "/admin/assets/color-scheme.js")).headers["cache-control"] == "no-cache"
    for path in ("missing.js", "..%2findex.html", "../index.html"):
        assert (await get(app, f"/admin/assets/{path}")).status_code == 404


async def test_not_built(platform: Platform, tmp_path: Path) -> None:
    """Without a build, the page says how to make one."""
    answer = await get(served(platform, tmp_path), "/admin/audit-log")
    assert answer.status_code == 503
    assert "make console" in answer.text

"""The wheel, built once, and the environments it is tried in."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.packaging.environment import Environment, build_wheel

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel."""
    return build_wheel(ROOT, tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="session")
def base(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with the base install: no extra."""
    return Environment(tmp_path_factory.mktemp("base"), wheel)


@pytest.fixture(scope="session")
def full(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with the server and the embedded PostgreSQL."""
    if sys.platform == "win32":
        pytest.skip("the embedded PostgreSQL runs on Linux and macOS")
    return Environment(tmp_path_factory.mktemp("full"), wheel, ["server", "embedded"])


@pytest.fixture(scope="session")
def console() -> Path:
    """The built console of the source tree, which the wheel has to bring."""
    static = ROOT / "src" / "indelible" / "web" / "static"
    if not (static / "index.html").is_file():
        pytest.skip("the console is not built: run `make console`")
    return static

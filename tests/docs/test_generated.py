"""The reference pages say what the code says."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"
PERFORMANCE = ROOT / "docs" / "performance.md"
GENERATED = {"cli.md", "errors.md", "http-api.md", "openapi.json", "settings.md"}


def generate(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "docs.generate", *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_no_page_is_stale() -> None:
    """What is committed is what the code says today."""
    checked = generate("--check")
    assert (checked.returncode, checked.stderr) == (0, "")


def test_the_same_every_time(tmp_path: Path) -> None:
    """Two runs write the same bytes, and nothing but the pages."""
    speed = shutil.copy(PERFORMANCE, tmp_path / "performance.md")
    for name in ("first", "second"):
        arguments = ("--folder", tmp_path / name, "--performance", speed)
        assert generate(*arguments).returncode == 0
    assert {page.name for page in (tmp_path / "first").iterdir()} == GENERATED
    for page in GENERATED:
        assert (tmp_path / "first" / page).read_bytes() == (tmp_path / "second" / page).read_bytes()


def test_stale_pages_are_named(tmp_path: Path) -> None:
    """A page that was changed and one that is gone are named, with the command that mends them."""
    folder = tmp_path / "reference"
    shutil.copytree(REFERENCE, folder)
    page = folder / "settings.md"
    page.write_text(page.read_text("utf-8").replace("INDELIBLE_DATA`", "INDELIBLE_DATUM`"), "utf-8")
    (folder / "errors.md").unlink()
    checked = generate("--check", "--folder", folder)
    assert checked.returncode == 1
    assert checked.stderr == (
        "reference/errors.md is not what the code says\n"
        "reference/settings.md is not what the code says\n"
        "Run `make docs` and commit what it changes.\n"
    )
    assert not (folder / "errors.md").exists()


def test_tables_of_speed_say_what_was_measured(tmp_path: Path) -> None:
    """A figure that somebody wrote into the page is found, and made what was measured."""
    page = tmp_path / "performance.md"
    text = PERFORMANCE.read_text("utf-8")
    page.write_text(text.replace("| aim | here |", "| aim | here! |"), "utf-8")
    checked = generate("--check", "--performance", page)
    assert checked.returncode == 1
    assert "performance.md is not what was measured\n" in checked.stderr
    assert generate("--performance", page, "--folder", tmp_path).returncode == 0
    assert page.read_text("utf-8") == text


def test_every_operation_has_its_place() -> None:
    """No operation of the HTTP API is left out of its page."""
    document = json.loads((REFERENCE / "openapi.json").read_text("utf-8"))
    page = (REFERENCE / "http-api.md").read_text("utf-8")
    calls = [
        f"{method.upper()} {path}" for path, each in document["paths"].items() for method in each
    ]
    assert [call for call in calls if f"### `{call}`\n" not in page] == []

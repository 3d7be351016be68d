"""Writes the reference pages from the code, or says which of them the code has left behind.

``python -m docs.generate`` writes, ``python -m docs.generate --check`` compares: exit status 1 and
the names of stale pages. The page about speed is written by hand, and only its tables are made.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from docs.pages import commands, errors, http_api, performance, settings
from indelible.web import openapi

REFERENCE = Path(__file__).parent / "reference"
PERFORMANCE = Path(__file__).parent / "performance.md"
RESULTS = Path(__file__).parents[1] / "benchmarks" / "results.json"


def pages() -> dict[str, str]:
    """Return every generated file by its name, the same at every run."""
    document = openapi.document()
    return {
        "cli.md": commands.render(),
        "errors.md": errors.render(),
        "http-api.md": http_api.render(document),
        "openapi.json": document,
        "settings.md": settings.render(),
    }


def stale(folder: Path) -> list[str]:
    """Return the names of files in *folder* that are absent or say something else."""
    return [
        name
        for name, text in pages().items()
        if not (folder / name).is_file() or (folder / name).read_text(encoding="utf-8") != text
    ]


def write(folder: Path) -> None:
    """Write into *folder* what is stale in it; the rest keeps its time stamp."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for name in stale(folder):
        (folder / name).write_text(wanted[name], encoding="utf-8")


def woven(page: Path) -> str:
    """Return the text of the page about speed with its tables as they should be."""
    return performance.weave(page.read_text(encoding="utf-8"), RESULTS)


def main() -> int:
    """Run as a command and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m docs.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    parser.add_argument("--folder", type=Path, default=REFERENCE, help="where the pages are")
    parser.add_argument(
        "--performance", type=Path, default=PERFORMANCE, help="the page about speed"
    )
    options = parser.parse_args()
    page = options.performance
    if not options.check:
        write(options.folder)
        if (text := woven(page)) != page.read_text(encoding="utf-8"):
            page.write_text(text, encoding="utf-8")
        return 0
    behind = stale(options.folder)
    for name in behind:
        sys.stderr.write(f"{options.folder.name}/{name} is not what the code says\n")
    if woven(page) != page.read_text(encoding="utf-8"):
        behind.append(page.name)
        sys.stderr.write(f"{page.name} is not what was measured\n")
    if behind:
        sys.stderr.write("Run `make docs` and commit what it changes.\n")
    return 1 if behind else 0


if __name__ == "__main__":
    sys.exit(main())

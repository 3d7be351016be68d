"""Pages that people write: links lead somewhere, snippets are Python, quotations are true."""

from __future__ import annotations

import ast
import re
import textwrap
from pathlib import Path

import pytest
from typer.main import get_command

from indelible import cli
from indelible.config.settings import Settings
from indelible.core.activity import BUILT_IN_RESOURCE_TYPES, Action

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
README = (ROOT / "README.md").read_text("utf-8")

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
SNIPPET = re.compile(r"^( *)```python\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
QUOTE = re.compile(r"<!-- (\S+\.py) -->\n```python\n(.*?)```", re.DOTALL)
FENCE = re.compile(r"^ *```.*?^ *```", re.DOTALL | re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as repository hosts make them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text("utf-8")), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_links(page: Path) -> None:
    """Every link to something in the repository leads to it, to its heading too."""
    for target in LINK.findall(FENCE.sub("", page.read_text("utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        if path.endswith(".png") and not (ROOT / "docs" / "images").is_dir():
            continue  # pictures are made at the very end
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), target
        assert not anchor or anchor in anchors(found), target


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_snippets_compile(page: Path) -> None:
    """Every Python snippet is Python."""
    for _, snippet in SNIPPET.findall(page.read_text("utf-8")):
        ast.parse(textwrap.dedent(snippet), str(page))


@pytest.mark.parametrize(("file", "snippet"), QUOTE.findall(README))
def test_the_readme_quotes_the_example(file: str, snippet: str) -> None:
    """Every line that the README quotes stands in the example, in this order."""
    source = iter([line.strip() for line in (ROOT / file).read_text("utf-8").splitlines()])
    for line in snippet.splitlines():
        quoted = line.partition("  #")[0].strip()
        assert not quoted or quoted in source, quoted


def test_the_readme_quotes_both_files() -> None:
    """The pattern that finds quotations finds all of them."""
    assert len(QUOTE.findall(README)) == README.count("```python")


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_settings_exist(page: Path) -> None:
    """Every INDELIBLE_ variable that a page names is a setting."""
    known = {f"INDELIBLE_{name.upper()}" for name in Settings.model_fields}
    # The console's own development server has one too, and a monitor, which is no installation.
    known |= {"INDELIBLE_", "INDELIBLE_API", "INDELIBLE_API_KEY"}
    assert set(re.findall(r"INDELIBLE_[A-Z_]*", page.read_text("utf-8"))) <= known


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_commands_exist(page: Path) -> None:
    """Every `indelible` command that a page shows is one."""
    if not cli.app.registered_commands:
        cli._register()
    shown = re.findall(
        r"(?:^|`|exec server )indelible ([a-z]+)", page.read_text("utf-8"), re.MULTILINE
    )
    assert set(shown) <= set(get_command(cli.app).commands)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_targets_exist(page: Path) -> None:
    """Every make target that a page shows is one."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    said = re.findall(r"(?:`|^)make ([a-z]+)\b", page.read_text("utf-8"), re.MULTILINE)
    assert set(said) <= targets


def test_glossary() -> None:
    """Every action and built-in resource type is in the glossary."""
    words = set(re.findall(r"\w+", (ROOT / "docs" / "glossary.md").read_text("utf-8")))
    assert {*Action, *BUILT_IN_RESOURCE_TYPES} <= words


def test_every_decision_is_listed() -> None:
    """The list of decisions names every one, in order."""
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text("utf-8"))
    assert listed == sorted(page.name for page in folder.glob("[0-9]*.md"))


def test_every_page_is_reached() -> None:
    """Every page of the documentation is linked from its index or from the list of decisions."""
    docs = ROOT / "docs"
    linked: set[Path] = set()
    for index in (docs / "README.md", docs / "decisions" / "README.md"):
        linked |= {(index.parent / path).resolve() for path in LINK.findall(index.read_text())}
    assert [
        page for page in docs.rglob("*.md") if page.resolve() not in linked | {docs / "README.md"}
    ] == []

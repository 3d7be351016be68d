"""The guide quotes the example, it does not paraphrase it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "guides" / "integrate.md"
QUOTE = re.compile(r"<!-- (\S+?\.py)(?:: (\w+))? -->\n```python\n(.*?)```", re.DOTALL)


def quoted(file: str, name: str | None) -> str:
    """Return *file*, or the top-level definition called *name* in it, decorators included."""
    source = (ROOT / file).read_text(encoding="utf-8")
    if name is None:
        return source
    for block in re.split(r"\n\n\n|(?<=\n)\n(?=\w+ = )", source):
        if re.search(rf"^(?:(?:async )?def |class |){name}\b", block, re.MULTILINE):
            return block.strip("\n") + "\n"
    raise AssertionError(f"{file} has no {name}")


@pytest.mark.parametrize(("file", "name", "text"), QUOTE.findall(GUIDE.read_text("utf-8")))
def test_the_guide_quotes_the_example(file: str, name: str, text: str) -> None:
    """Every quotation in the guide is what stands in the file that it names."""
    assert text == quoted(file, name or None)


def test_the_guide_quotes_at_all() -> None:
    """The pattern that finds quotations finds all of them."""
    assert len(QUOTE.findall(GUIDE.read_text("utf-8"))) == GUIDE.read_text("utf-8").count("<!--")

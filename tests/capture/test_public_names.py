"""What a host application imports stays where it is."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import indelible.capture


def test_the_public_names_are_these() -> None:
    """A name that goes or comes is a decision."""
    assert indelible.capture.__all__ == [
        "AuditMiddleware",
        "ClientAddress",
        "Draft",
        "OnUnreachable",
        "Principal",
        "RemoteRecorder",
        "Spool",
        "audited",
        "draft_of",
    ]
    for name in indelible.capture.__all__:
        assert hasattr(indelible.capture, name)


def test_the_base_install_is_enough() -> None:
    """Importing it loads no framework and no database."""
    code = (
        "import sys, indelible.capture\n"
        "found = {'fastapi', 'starlette', 'sqlalchemy', 'psycopg', 'pydantic'} & set(sys.modules)\n"
        "assert not found, found"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_guides_code_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the guide shows works as it stands there."""
    monkeypatch.chdir(tmp_path)
    guide = Path(__file__).parents[2] / "docs" / "guides" / "capture.md"
    for code in re.findall(r"```python\n(.*?)```", guide.read_text(encoding="utf-8"), re.DOTALL):
        exec(compile(code, str(guide), "exec"), {})

"""The wheel: what is in it, and that the base install imports and verifies."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from tests.packaging.environment import Environment

pytestmark = pytest.mark.packaging

SCRIPT = Path(__file__).with_name("base_install.py")


def names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_contents(wheel: Path) -> None:
    """It brings the package with its types, migrations and licence, and nothing of the workshop."""
    inside = names(wheel)
    assert "indelible/py.typed" in inside
    assert any(re.search(r"migrations/versions/0001_\w+\.py$", name) for name in inside)
    assert any(re.search(r"dist-info/licenses/LICENSE$", name) for name in inside)
    tops = {name.partition("/")[0] for name in inside}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"indelible"}
    assert [name for name in inside if "node_modules" in name or "__pycache__" in name] == []


def test_console_inside(wheel: Path, console: Path) -> None:
    """The built console is in it: its page, and all that the page loads."""
    with zipfile.ZipFile(wheel) as archive:
        page = archive.read("indelible/web/static/index.html").decode()
    loaded = re.findall(r'(?:src|href)="/admin/(assets/[^"]+)"', page)
    assert any(path.endswith(".js") for path in loaded)
    inside = names(wheel)
    assert [path for path in loaded if f"indelible/web/static/{path}" not in inside] == []


def test_base_install_verifies(base: Environment) -> None:
    """The base install imports core and capture and checks a proof, without any server package."""
    ran = base.run("python", "-I", str(SCRIPT))
    assert (ran.stdout, ran.stderr) == ("verified\n", "")


def test_base_install_is_whole(base: Environment) -> None:
    """What the metadata name is all that is there, and pip finds nothing missing."""
    checked = base.pip("check")
    assert checked.stdout.strip() == "No broken requirements found."


def test_base_install_has_the_command_line(base: Environment) -> None:
    """Help works in the base install, and a command that needs more says what to install."""
    assert "serve" in base.run("indelible", "--help").stdout
    assert "--workers" in base.run("indelible", "serve", "--help").stdout
    for command in (["serve"], ["tenants", "list"], ["check"]):
        refused = base.run("indelible", *command)
        assert refused.returncode == 1
        assert "install indelible[server,embedded]" in refused.stderr
